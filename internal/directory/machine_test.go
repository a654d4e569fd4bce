package directory

import (
	"cmp"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"roster"
	"roster/internal/password"
	"roster/internal/query"
	"roster/internal/secret"
	"roster/internal/store"
	"roster/test/postgres"
)

// TestMain has fewer sequences tried under the race detector, with which each
// takes twenty times as long. The flag still counts.
func TestMain(m *testing.M) {
	if underRace {
		flag.Set("rapid.checks", "8")
	}
	code := m.Run()
	postgres.Shutdown()
	os.Exit(code)
}

// bench is a directory over a real file with a clock that tests move and
// hashes that cost nothing.
type bench struct {
	*Directory
	ms       atomic.Int64
	projects int
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, store.Options{Dir: t.TempDir()})
}

// onPostgres is a database with empty tables.
func onPostgres(t testing.TB) store.Options {
	t.Helper()
	url, err := postgres.Fresh(func(url string) error {
		s, err := store.Open(t.Context(), store.Options{Database: url})
		if err != nil {
			return err
		}
		return s.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return store.Options{Database: url}
}

func newBenchOn(t testing.TB, o store.Options) *bench {
	t.Helper()
	b := &bench{}
	b.ms.Store(time.Date(2026, 3, 4, 8, 15, 30, 0, time.UTC).UnixMilli())
	clock := func() time.Time { return time.UnixMilli(b.ms.Load()) }
	o.Clock = clock
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	keys, err := secret.Parse(secret.Random(32))
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := password.New(password.Config{Params: password.Params{Memory: 8, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	b.Directory = New(s, keys, hasher)
	b.Clock = clock
	return b
}

// machine does the same to a project of the directory and to a model of it.
type machine struct {
	model
	bench   *bench
	by      Caller
	touched string // the user of the last step
}

// TestDirectoryBehavesAsAModelOfTheContract runs random sequences of operations
// and compares results, errors, lists, totals and logs after each.
func TestDirectoryBehavesAsAModelOfTheContract(t *testing.T) {
	b := newBench(t)
	b.isAModel(t)
}

// The same holds on PostgreSQL.
func TestDirectoryBehavesAsAModelOfTheContractOnPostgreSQL(t *testing.T) {
	b := newBenchOn(t, onPostgres(t))
	b.isAModel(t)
}

func (b *bench) isAModel(t *testing.T) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, b)
		t.Repeat(rapid.StateMachineActions(m))
		if err := b.DeleteProject(context.Background(), m.by.Project.ID); err != nil {
			t.Fatal(err)
		}
	})
	if damage, err := b.Store.Check(t.Context()); damage != nil || err != nil {
		t.Errorf("the integrity check says %q, error %v", damage, err)
	}
}

func newMachine(t *rapid.T, b *bench) *machine {
	ctx := context.Background()
	b.projects++
	id := fmt.Sprintf("p%d", b.projects)
	if _, err := b.CreateProject(ctx, id, id); err != nil {
		t.Fatal(err)
	}
	p, err := b.UpdateProject(ctx, id, func(p *roster.Project) error {
		p.Settings.PasswordHistory = rapid.SampledFrom([]int{0, 2}).Draw(t, "passwordHistory")
		p.Settings.InvalidateSessions = rapid.Bool().Draw(t, "invalidateSessions")
		p.Settings.PersonalDataCheck = rapid.Bool().Draw(t, "personalDataCheck")
		p.Settings.MFAEmail = rapid.Bool().Draw(t, "mfaFactors.email")
		p.Settings.SessionDuration = rapid.SampledFrom([]int{60, 31536000}).Draw(t, "duration")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := roster.Actor{Type: roster.ActorKey, ID: "key", Name: "Key", IP: "203.0.113.7", Country: "--", UserAgent: "Agent/1"}
	m := &machine{bench: b, by: Caller{Project: p, Actor: actor}}
	m.settings = p.Settings
	m.createProvider(t)
	m.CreateUser(t)
	m.CreateUser(t)
	return m
}

// createProvider makes the one provider of the project, which targets may name.
func (m *machine) createProvider(t *rapid.T) {
	kinds := roster.ProviderKinds()
	push := kinds[slices.IndexFunc(kinds, func(k *roster.ProviderKind) bool { return k.Name == "fcm" })]
	if _, err := m.bench.CreateProvider(context.Background(), m.by, push, pushProvider, ProviderChange{Name: "Push"}); err != nil {
		t.Fatal(err)
	}
}

// Few different values make collisions likely.
var (
	someIDs       = []string{"ada", "Ada", "bob", "cem", roster.Unique}
	someEmails    = []string{"", "ada@x.example", "bob@x.example", "cem@gmail.com", "dee@y.example"}
	somePhones    = []string{"", "+4915112345678", "+905321112233", "+442079460000"}
	someNames     = []string{"", "Ada Lovelace", "Bob", "ada"}
	somePasswords = []string{"", "correct horse", "battery staple", "the word ada is in it", "short"}
	someTargets   = []string{"t1", "T1", "t2", roster.Unique}
	someAddresses = []string{"ada@x.example", "bob@x.example", "new@x.example", "+4915112345678", "+4915100000000", "device"}
)

func draw[T any](t *rapid.T, name string, from []T) T { return rapid.SampledFrom(from).Draw(t, name) }

// tick lets some time pass, or none.
func (m *machine) tick(t *rapid.T) {
	passed := draw(t, "passed", []int64{0, 0, 1, 1500, 60_000})
	m.now = roster.Time(m.bench.ms.Add(passed))
}

// someone is a user that exists, or sometimes one that does not.
func (m *machine) someone(t *rapid.T) (string, *modelUser, error) {
	m.tick(t)
	ids := []string{"nobody"}
	for _, u := range m.users {
		ids = append(ids, u.ID, u.ID)
	}
	id := draw(t, "user", ids)
	u, err := m.user(id)
	m.touched = id
	return id, u, err
}

func wantSameError(t *rapid.T, want, got error) bool {
	t.Helper()
	if want == nil && got != nil || want != nil && !errors.Is(got, want) {
		t.Fatalf("the error is %v, want %v", got, want)
	}
	return want == nil
}

func wantEqual[T any](t *rapid.T, what string, want, got T, options ...gocmp.Option) {
	t.Helper()
	if diff := gocmp.Diff(want, got, options...); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// CreateUser creates users with plain passwords and with hashes from elsewhere.
func (m *machine) CreateUser(t *rapid.T) {
	m.tick(t)
	n := NewUser{
		ID: draw(t, "id", someIDs), Email: draw(t, "email", someEmails), Phone: draw(t, "phone", somePhones), Name: draw(t, "name", someNames),
	}
	plain := draw(t, "password", somePasswords)
	n.Password = plain
	if draw(t, "imported", []bool{false, true}) && plain != "" {
		n.Password, n.Imported = "", imported(t, plain)
	}
	got, err := m.bench.CreateUser(context.Background(), m.by, n)
	if !wantSameError(t, m.create(n, plain), err) {
		return
	}
	if n.ID == roster.Unique && (len(got.ID) != 20 || !roster.ValidID(got.ID)) || n.ID != roster.Unique && got.ID != n.ID {
		t.Fatalf("the id is %q", got.ID)
	}
	u := m.created(n, plain, got)
	m.touched = u.ID
	m.wantUser(t, u, got)
}

func imported(t *rapid.T, plain string) *password.Hash {
	m, s := md5.Sum([]byte(plain)), sha1.Sum([]byte(plain))
	hash, err := password.ImportMD5(hex.EncodeToString(m[:]))
	if draw(t, "kind", []string{"md5", "sha"}) == "sha" {
		hash, err = password.ImportSHA(hex.EncodeToString(s[:]), "sha1")
	}
	if err != nil {
		t.Fatal(err)
	}
	return &hash
}

// UpdateField changes one of the fields that have no rules of their own.
func (m *machine) UpdateField(t *rapid.T) {
	id, u, missing := m.someone(t)
	on := draw(t, "on", []bool{true, true, false})
	labels := draw(t, "labels", [][]string{{}, {"vip"}, {"vip", "beta"}, {"beta", "vip"}})
	text := draw(t, "text", someNames)
	prefs := draw(t, "prefs", []string{"{}", `{"a":1}`, `{"b":[1,"ü"],"a":{}}`})
	field := draw(t, "field", slices.Sorted(maps.Keys(fields)))
	edit := func(u *roster.User) { fields[field].set(u, on, labels, text, prefs) }
	got, err := m.bench.UpdateUser(context.Background(), m.by, id, fields[field].event, edit)
	if !wantSameError(t, missing, err) {
		return
	}
	before := u.User
	if edit(&u.User); !gocmp.Equal(before, u.User) {
		m.edited(u, fields[field].event, field)
	}
	m.wantUser(t, u, got)
}

var fields = map[string]struct {
	event *roster.Event
	set   func(u *roster.User, on bool, labels []string, text, prefs string)
}{
	"status":            {roster.UserStatusUpdated, func(u *roster.User, on bool, _ []string, _, _ string) { u.Enabled = on }},
	"labels":            {roster.UserLabelsUpdated, func(u *roster.User, _ bool, labels []string, _, _ string) { u.Labels = labels }},
	"impersonator":      {roster.UserImpersonatorUpdated, func(u *roster.User, on bool, _ []string, _, _ string) { u.Impersonator = on }},
	"name":              {roster.UserNameUpdated, func(u *roster.User, _ bool, _ []string, text, _ string) { u.Name = text }},
	"emailVerification": {roster.UserVerificationUpdated, func(u *roster.User, on bool, _ []string, _, _ string) { u.EmailVerified = on }},
	"phoneVerification": {roster.UserVerificationUpdated, func(u *roster.User, on bool, _ []string, _, _ string) { u.PhoneVerified = on }},
	"mfa":               {roster.UserMFAUpdated, func(u *roster.User, on bool, _ []string, _, _ string) { u.MFA = on }},
	"prefs":             {roster.UserPrefsUpdated, func(u *roster.User, _ bool, _ []string, _, prefs string) { u.Prefs = prefs }},
}

// UpdatePassword sets or removes a password.
func (m *machine) UpdatePassword(t *rapid.T) {
	id, u, want := m.someone(t)
	plain := draw(t, "password", somePasswords)
	got, err := m.bench.UpdatePassword(context.Background(), m.by, id, plain)
	if plain != "" && len(plain) < 8 {
		want = roster.ErrArgument
	}
	if want == nil {
		want = m.setPassword(u, plain)
	}
	if wantSameError(t, want, err) {
		m.wantUser(t, u, got)
	}
}

// UpdateEmail sets or removes an address.
func (m *machine) UpdateEmail(t *rapid.T) {
	id, u, want := m.someone(t)
	email := draw(t, "email", someEmails)
	got, err := m.bench.UpdateEmail(context.Background(), m.by, id, email)
	if want == nil {
		want = m.setEmail(u, email, got.Targets)
	}
	if wantSameError(t, want, err) {
		m.wantUser(t, u, got)
	}
}

// UpdatePhone sets or removes a number.
func (m *machine) UpdatePhone(t *rapid.T) {
	id, u, want := m.someone(t)
	phone := draw(t, "phone", somePhones)
	got, err := m.bench.UpdatePhone(context.Background(), m.by, id, phone)
	if want == nil {
		want = m.setPhone(u, phone, got.Targets)
	}
	if wantSameError(t, want, err) {
		m.wantUser(t, u, got)
	}
}

// DeleteUser deletes a user; id, addresses and targets are free then.
func (m *machine) DeleteUser(t *rapid.T) {
	id, u, want := m.someone(t)
	if wantSameError(t, want, m.bench.DeleteUser(context.Background(), m.by, id)) {
		m.delete(u)
	}
}

// CreateTarget adds an address to a user.
func (m *machine) CreateTarget(t *rapid.T) {
	id, u, _ := m.someone(t)
	n := roster.Target{
		ID: draw(t, "id", someTargets), UserID: id, Name: draw(t, "name", someNames), ProviderID: draw(t, "provider", []string{"", pushProvider, "gone"}),
		ProviderType: draw(t, "type", []string{"email", "sms", "push", "EMAIL"}), Identifier: draw(t, "identifier", someAddresses),
	}
	got, err := m.bench.CreateTarget(context.Background(), m.by, n)
	if !wantSameError(t, m.createTarget(n), err) {
		return
	}
	if n.ID == roster.Unique {
		n.ID = got.ID
	}
	if n.ProviderID != pushProvider {
		n.ProviderID = ""
	}
	n.CreatedAt, n.UpdatedAt = m.now, m.now
	u.Targets = append(u.Targets, n)
	u.record(m.now, roster.TargetCreated, n.ID)
	wantEqual(t, "the target", n, got, withoutSeq)
}

// target is one of the user's targets, or another.
func (m *machine) target(t *rapid.T) string {
	ids := []string{"t1", "nothing"}
	for _, u := range m.users {
		for _, target := range u.Targets {
			ids = append(ids, target.ID)
		}
	}
	return draw(t, "target", ids)
}

// UpdateTarget changes a target of a user, if it is theirs.
func (m *machine) UpdateTarget(t *rapid.T) {
	user, u, want := m.someone(t)
	id := m.target(t)
	n := TargetUpdate{
		Identifier: draw(t, "identifier", append([]string{""}, someAddresses...)), Name: draw(t, "name", someNames),
		ProviderID: draw(t, "provider", []string{"", "", pushProvider, "gone"}),
	}
	got, err := m.bench.UpdateTarget(context.Background(), m.by, user, id, n)
	if want == nil {
		want = m.updateTarget(u, id, n)
	}
	if !wantSameError(t, want, err) {
		return
	}
	i := slices.IndexFunc(u.Targets, func(t roster.Target) bool { return t.ID == id })
	wantEqual(t, "the target", u.Targets[i], got, withoutSeq)
}

// DeleteTarget deletes a target of a user, if it is theirs.
func (m *machine) DeleteTarget(t *rapid.T) {
	user, u, want := m.someone(t)
	id, i := m.target(t), -1
	if want == nil {
		if i = slices.IndexFunc(u.Targets, func(t roster.Target) bool { return t.ID == id }); i < 0 {
			want = roster.ErrTargetNotFound
		}
	}
	if wantSameError(t, want, m.bench.DeleteTarget(context.Background(), m.by, user, id)) {
		u.Targets = slices.Delete(u.Targets, i, i+1)
		u.record(m.now, roster.TargetDeleted, id)
	}
}

// CreateSession signs a user in.
func (m *machine) CreateSession(t *rapid.T) {
	id, u, want := m.someone(t)
	got, wire, err := m.bench.CreateSession(context.Background(), m.by, id)
	if !wantSameError(t, want, err) {
		return
	}
	s := roster.Session{
		ID: got.ID, UserID: id, CreatedAt: m.now, UpdatedAt: m.now, ExpiresAt: m.now.Add(m.sessionLife()), Provider: "server",
		UserAgent: "Agent/1", IP: "203.0.113.7", Country: "--", Factors: []string{"server"},
	}
	wantEqual(t, "the session", s, got, withoutSeq, cmpopts.IgnoreFields(roster.Session{}, "SecretDigest"))
	u.sessions = append(u.sessions, s)
	u.secrets[s.ID] = wire
	u.record(m.now, roster.SessionCreated, s.ID)
}

// DeleteSession ends one of a user's sessions, or fails to end another's.
func (m *machine) DeleteSession(t *rapid.T) {
	user, u, want := m.someone(t)
	ids, i := []string{"nothing"}, -1
	for _, u := range m.users {
		for _, s := range u.sessions {
			ids = append(ids, s.ID)
		}
	}
	id := draw(t, "session", ids)
	if want == nil {
		if i = slices.IndexFunc(u.sessions, func(s roster.Session) bool { return s.ID == id }); i < 0 {
			want = roster.ErrSessionNotFound
		}
	}
	if wantSameError(t, want, m.bench.DeleteSession(context.Background(), m.by, user, id)) {
		u.sessions = slices.Delete(u.sessions, i, i+1)
		u.record(m.now, roster.SessionDeleted, id)
	}
}

// DeleteSessions ends all sessions of a user.
func (m *machine) DeleteSessions(t *rapid.T) {
	id, u, want := m.someone(t)
	if wantSameError(t, want, m.bench.DeleteSessions(context.Background(), m.by, id)) && len(u.sessions) > 0 {
		u.sessions = nil
		u.record(m.now, roster.SessionsDeleted, "")
	}
}

// CreateToken makes a token.
func (m *machine) CreateToken(t *rapid.T) {
	id, u, want := m.someone(t)
	length := rapid.IntRange(4, 128).Draw(t, "length")
	got, plain, err := m.bench.CreateToken(context.Background(), m.by, id, length, time.Minute)
	if !wantSameError(t, want, err) {
		return
	}
	if len(plain) != length || strings.Trim(plain, "0123456789abcdef") != "" || got.SecretDigest != secret.Digest(plain) {
		t.Fatalf("the secret is %q, its digest %q", plain, got.SecretDigest)
	}
	wantEqual(t, "the token", roster.Token{
		ID: got.ID, UserID: id, Type: roster.TokenGeneric, CreatedAt: m.now, ExpiresAt: m.now.Add(time.Minute), SecretDigest: got.SecretDigest,
		UserAgent: "Agent/1", IP: "203.0.113.7",
	}, got)
	u.record(m.now, roster.TokenCreated, got.ID)
}

// CreateRecoveryCodes makes the first codes of a user.
func (m *machine) CreateRecoveryCodes(t *rapid.T) {
	id, u, want := m.someone(t)
	got, err := m.bench.CreateRecoveryCodes(context.Background(), m.by, id)
	if want == nil && u.codes != nil {
		want = roster.ErrRecoveryCodes
	}
	if wantSameError(t, want, err) {
		m.newCodes(t, u, got, roster.RecoveryCodesCreated)
	}
}

// ReplaceRecoveryCodes makes new codes in place of the old.
func (m *machine) ReplaceRecoveryCodes(t *rapid.T) {
	id, u, want := m.someone(t)
	got, err := m.bench.ReplaceRecoveryCodes(context.Background(), m.by, id)
	if want == nil && u.codes == nil {
		want = roster.ErrNoRecoveryCodes
	}
	if wantSameError(t, want, err) {
		m.newCodes(t, u, got, roster.RecoveryCodesUpdated)
	}
}

func (m *machine) newCodes(t *rapid.T, u *modelUser, codes []string, e *roster.Event) {
	if len(codes) != 6 || slices.ContainsFunc(codes, func(c string) bool { return len(c) != 10 || strings.Trim(c, "0123456789abcdef") != "" }) || slices.Equal(codes, u.codes) {
		t.Fatalf("the codes are %q", codes)
	}
	u.codes, u.UpdatedAt = codes, m.now
	u.record(m.now, e, "")
}

// Enrol adds an authenticator, which another service would do.
func (m *machine) Enrol(t *rapid.T) {
	id, u, err := m.someone(t)
	if err != nil {
		return
	}
	a := roster.Authenticator{ID: m.bench.newID(), UserID: id, Type: "totp", CreatedAt: m.now, UpdatedAt: m.now, Verified: draw(t, "verified", []bool{true, false})}
	m.write(t, func(tx store.Tx) error { return tx.CreateAuthenticator(m.by.Project.Number, &a) })
	u.authenticators = append(u.authenticators, a)
}

func (m *machine) write(t *rapid.T, fn func(store.Tx) error) {
	if err := m.bench.Store.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// DeleteAuthenticator removes the newest authenticator.
func (m *machine) DeleteAuthenticator(t *rapid.T) {
	id, u, want := m.someone(t)
	if want == nil && len(u.authenticators) == 0 {
		want = roster.ErrAuthenticator
	}
	if wantSameError(t, want, m.bench.DeleteAuthenticator(context.Background(), m.by, id, "totp")) {
		newest := len(u.authenticators) - 1
		u.record(m.now, roster.AuthenticatorDeleted, u.authenticators[newest].ID)
		u.authenticators = u.authenticators[:newest]
	}
}

// Link adds an identity, which another service would do.
func (m *machine) Link(t *rapid.T) {
	id, _, err := m.someone(t)
	if err != nil {
		return
	}
	i := roster.Identity{
		ID: m.bench.newID(), UserID: id, CreatedAt: m.now, UpdatedAt: m.now, Provider: "mock", ProviderEmail: draw(t, "email", someEmails[1:]),
	}
	i.ProviderUID, i.ProviderAccessToken = i.ID, "token of "+i.ID
	stored := i
	stored.ProviderAccessToken = m.bench.Secrets.Seal(i.ProviderAccessToken, IdentityPlace(m.by.Project, i.ID))
	m.write(t, func(tx store.Tx) error { return tx.CreateIdentity(m.by.Project.Number, &stored) })
	m.identities = append(m.identities, i)
}

// DeleteIdentity unlinks an identity.
func (m *machine) DeleteIdentity(t *rapid.T) {
	m.tick(t)
	ids := []string{"nothing"}
	for _, i := range m.identities {
		ids = append(ids, i.ID)
	}
	id := draw(t, "identity", ids)
	i := slices.IndexFunc(m.identities, func(i roster.Identity) bool { return i.ID == id })
	var want error
	if i < 0 {
		want = roster.ErrIdentityNotFound
	}
	if wantSameError(t, want, m.bench.DeleteIdentity(context.Background(), m.by, id)) {
		u, _ := m.user(m.identities[i].UserID)
		u.record(m.now, roster.IdentityDeleted, id)
		m.touched = u.ID
		m.identities = slices.Delete(m.identities, i, i+1)
	}
}

// Check compares everything of the last step's user, and the lists.
func (m *machine) Check(t *rapid.T) {
	ctx := context.Background()
	all := store.Page{Query: query.Query{Limit: 1000}}
	users, total, err := m.bench.Users(ctx, m.by, all, true)
	if err != nil || total != int64(len(m.users)) || len(users) != len(m.users) {
		t.Fatalf("%d users and a total of %d, want %d, error %v", len(users), total, len(m.users), err)
	}
	for i, u := range m.users {
		m.wantUser(t, u, users[i])
	}
	identities, n, err := m.bench.Identities(ctx, m.by, all, true)
	if err != nil || n != int64(len(m.identities)) {
		t.Fatalf("the total of identities is %d, error %v", n, err)
	}
	wantEqual(t, "identities", m.identities, identities, withoutSeq, cmpopts.EquateEmpty())
	m.checkSearch(t)
	u, missing := m.user(m.touched)
	got, err := m.bench.User(ctx, m.by, m.touched)
	if wantSameError(t, missing, err) {
		m.wantUser(t, u, got)
		m.wantPassword(t, u, got)
		m.wantBelongings(t, u)
		m.wantLog(t, u)
		m.wantAdmission(t, u)
	}
}

// checkSearch finds users by a word and by a part of an address.
func (m *machine) checkSearch(t *rapid.T) {
	word := draw(t, "search", []string{"lovelace", "ada", "bob", "vip", "4915112345678"})
	part := query.Filter{Method: query.Contains, Attribute: query.Attribute{Name: "email", Type: query.String}, Values: []any{"a@x.ex"}}
	var withWord, withPart []string
	for _, u := range m.users {
		text := strings.ToLower(strings.Join([]string{u.ID, u.Email, u.Name, u.Phone, strings.Join(u.Labels, " ")}, " "))
		words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" @.+", r) })
		if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, word) }) {
			withWord = append(withWord, u.ID)
		}
		if strings.Contains(u.Email, "a@x.ex") {
			withPart = append(withPart, u.ID)
		}
	}
	wantEqual(t, "users found by "+word, withWord, m.ids(t, store.Page{Query: query.Query{Limit: 1000}, Search: word}))
	wantEqual(t, "users found by a part", withPart, m.ids(t, store.Page{Query: query.Query{Limit: 1000, Filters: []query.Filter{part}}}))
}

func (m *machine) ids(t *rapid.T, page store.Page) []string {
	users, total, err := m.bench.Users(context.Background(), m.by, page, true)
	if err != nil || total != int64(len(users)) {
		t.Fatalf("%d users and a total of %d, error %v", len(users), total, err)
	}
	var ids []string
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return ids
}

// The model does not choose row numbers and knows passwords in plain only.
var (
	withoutSeq = gocmp.Options{
		cmpopts.IgnoreFields(roster.Target{}, "Seq"), cmpopts.IgnoreFields(roster.Session{}, "Seq"), cmpopts.IgnoreFields(roster.Identity{}, "Seq"),
	}
	shown = []gocmp.Option{
		cmpopts.IgnoreFields(roster.User{}, "Seq", "Password", "Hash", "HashOptions", "EmailFacts"),
		cmpopts.IgnoreFields(roster.Target{}, "Seq"), cmpopts.EquateEmpty(),
	}
)

func (m *machine) wantUser(t *rapid.T, u *modelUser, got roster.User) {
	t.Helper()
	wantEqual(t, "user "+u.ID, u.User, got, shown...)
	if (got.EmailFacts != nil) != (u.Email != "") {
		t.Fatalf("user %s has the email %q and the facts %v", u.ID, got.Email, got.EmailFacts)
	}
}

func (m *machine) wantPassword(t *rapid.T, u *modelUser, got roster.User) {
	switch {
	case u.password == nil || *u.password == "":
		wantEqual(t, "the password", u.password, got.Password)
		return
	case got.Password == nil:
		t.Fatal("the password is missing")
	}
	hash := password.Hash{Text: *got.Password, Algorithm: got.Hash, Options: json.RawMessage(got.HashOptions)}
	if same, err := m.bench.Hasher.Verify(context.Background(), *u.password, hash); !same || err != nil {
		t.Fatalf("the password %q does not verify, error %v", *u.password, err)
	}
}

func (m *machine) wantBelongings(t *rapid.T, u *modelUser) {
	ctx := context.Background()
	sessions, err := m.bench.Sessions(ctx, m.by, u.ID)
	wantSameError(t, nil, err)
	wantEqual(t, "sessions", u.sessions, sessions, withoutSeq, cmpopts.IgnoreFields(roster.Session{}, "SecretDigest"), cmpopts.EquateEmpty())
	targets, total, err := m.bench.Targets(ctx, m.by, store.Page{UserID: u.ID, Query: query.Query{Limit: 1000}}, true)
	if err != nil || total != int64(len(u.Targets)) {
		t.Fatalf("the total of targets is %d, error %v", total, err)
	}
	wantEqual(t, "targets", u.Targets, targets, withoutSeq, cmpopts.EquateEmpty())
	codes, err := m.bench.RecoveryCodes(ctx, m.by, u.ID)
	if u.codes == nil {
		wantSameError(t, roster.ErrNoRecoveryCodes, err)
	}
	wantEqual(t, "recovery codes", u.codes, codes)
	prefs, err := m.bench.Prefs(ctx, m.by, u.ID)
	wantSameError(t, nil, err)
	wantEqual(t, "preferences", u.Prefs, prefs)
	factors, err := m.bench.Factors(ctx, m.by, u.ID)
	wantSameError(t, nil, err)
	wantEqual(t, "factors", m.factors(u), factors)
}

func (m *machine) wantLog(t *rapid.T, u *modelUser) {
	records, total, err := m.bench.Logs(context.Background(), m.by, u.ID, 1000, 0, true)
	if err != nil || total != int64(len(u.log)) {
		t.Fatalf("the total of records is %d, want %d, error %v", total, len(u.log), err)
	}
	slices.SortFunc(records, func(a, b roster.Record) int { return cmp.Compare(a.Seq, b.Seq) })
	var got []modelRecord
	for _, r := range records {
		wantEqual(t, "who did it", m.by.Actor, r.Actor)
		var changes map[string]json.RawMessage
		if r.Changes != "" {
			if err := json.Unmarshal([]byte(r.Changes), &changes); err != nil {
				t.Fatal(err)
			}
		}
		got = append(got, modelRecord{r.Time, r.Event, r.Audit, r.Resource, slices.Sorted(maps.Keys(changes))})
	}
	wantEqual(t, "the log", u.log, got, cmpopts.EquateEmpty())
}

// wantAdmission has the bearer of each session that ever was ask for users.
func (m *machine) wantAdmission(t *rapid.T, u *modelUser) {
	ctx := context.Background()
	for id, wire := range u.secrets {
		by, err := m.bench.Identify(ctx, Credentials{Project: m.by.Project.ID, Sessions: []string{wire}})
		wantSameError(t, nil, err)
		alive := slices.ContainsFunc(u.sessions, func(s roster.Session) bool { return s.ID == id && s.ExpiresAt >= m.now })
		want := roster.Actor{Type: roster.ActorGuest, Country: "--", UserAgent: "UNKNOWN"}
		admitted := error(roster.ErrScope)
		if alive {
			want.Type, want.ID, want.Name, want.Email = roster.ActorUser, u.ID, u.Name, u.Email
			admitted = u.admitted()
		}
		wantEqual(t, "the bearer of a session", want, by.Actor)
		wantSameError(t, admitted, m.bench.Admit(ctx, by, Access{Scopes: []roster.Scope{roster.UsersRead}, Impersonators: true}))
		if admitted == nil && u.AccessedAt.Add(24*time.Hour) <= m.now {
			u.AccessedAt = m.now
		}
		wantSameError(t, roster.ErrScope, m.bench.Admit(ctx, by, Access{Scopes: []roster.Scope{roster.UsersWrite}, Impersonators: true}))
	}
}
