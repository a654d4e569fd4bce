package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/store"
)

// signInAs is a call that signs in.
func signInAs(email, plain string) call {
	return post("/v1/account/sessions/email", params{"email": quote(email), "password": quote(plain)}).as(guest)
}

func signUp(p params) call {
	return post("/v1/account", maps.Collect(func(yield func(string, string) bool) {
		for name, value := range (params{"userId": `"unique()"`, "email": `"new@okafor-works.example"`, "password": quote(plainPassword)}) {
			if own, ok := p[name]; ok {
				value = own
			}
			if !yield(name, value) {
				return
			}
		}
	})).as(guest)
}

// cookieOf is the session that an answer leaves in a browser.
func (r *reply) cookieOf(project string) string {
	r.b.t.Helper()
	for _, c := range (&http.Response{Header: r.header}).Cookies() {
		if c.Name == "a_session_"+project {
			return c.Value
		}
	}
	r.b.t.Fatalf("%s leaves no cookie: %v", r.asked, r.header)
	return ""
}

// A product's users move in with their hashes and sign in with their old
// passwords; from then on the hash is a new one.
func TestEveryImportedHashSignsIn(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	for _, v := range vectors(t, "vectors") {
		b.run(v.ID, func(b *bed) {
			made := b.answers(v.create(b), 201)
			email := made.text("email")
			if n := len(v.Password); n < 8 || n > 256 {
				b.blames(signInAs(email, v.Password), "password")
				return
			}
			b.untouched(func() { b.refuses(signInAs(email, padded(v.Wrong)), roster.ErrCredentials) })
			b.answers(signInAs(email, v.Password), 201)
			stored := b.answers(get(user(made.text("$id")), nil), 200)
			stored.is(map[string]string{"hash": "argon2", "passwordUpdate": made.text("passwordUpdate")})
			b.answers(signInAs(email, v.Password), 201)
			b.refuses(signInAs(email, padded(v.Wrong)), roster.ErrCredentials)
		})
	}
}

// padded is a wrong password of a length that may be sent.
func padded(plain string) string {
	if len(plain) < 8 {
		return plain + repeat("~", 8)
	}
	return plain[:min(len(plain), 256)]
}

func TestHashesThatNeverVerifyNeverSignIn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, v := range vectors(t, "must_not_verify") {
		b.run(v.ID, func(b *bed) {
			made := b.answers(v.create(b), 201)
			if v.Password == "" || len(v.Password) < 8 || len(v.Password) > 256 || strings.Contains(v.Password, "\x00") {
				b.t.Skip("no password that could be sent")
			}
			b.untouched(func() { b.refuses(signInAs(made.text("email"), v.Password), roster.ErrCredentials) })
		})
	}
}

func TestWhoHasNoPasswordCannotSignIn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	never, removed := b.person(), b.person()
	b.withPassword(removed)
	b.answers(patch(user(removed.ID, "password"), params{"password": `""`}), 200)
	for _, email := range []string{never.Email, removed.Email, "nobody@people.example"} {
		b.untouched(func() { b.refuses(signInAs(email, plainPassword), roster.ErrCredentials) })
	}
}

func TestAnAddressSignsInHoweverItIsSpelt(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.withPassword(p)
	b.answers(signInAs(" "+strings.ToUpper(p.Email)+" ", plainPassword), 201).is(map[string]string{"providerUid": p.Email, "provider": "email", "factors": "[password]", "current": "true"})
}

// That somebody is blocked is told to whoever knows the password only.
func TestABlockedUserIsToldSoAfterThePassword(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(blocked)
	b.withPassword(p)
	secret := b.tokenOf(p)
	b.sameRows(func() {
		b.refuses(signInAs(p.Email, "a wrong password"), roster.ErrCredentials)
		b.refuses(signInAs(p.Email, plainPassword), roster.ErrUserBlocked)
		b.refuses(post("/v1/account/sessions/token", params{"userId": quote(p.ID), "secret": quote(secret)}).as(guest), roster.ErrUserBlocked)
	})
	b.edit(p.ID, func(u *roster.User) { u.Enabled = true })
	b.answers(post("/v1/account/sessions/token", params{"userId": quote(p.ID), "secret": quote(secret)}).as(guest), 201)
}

// Blocking is in force when it is answered, whatever credential comes, and
// sessions live again when it is undone.
func TestABlockedUserIsOutAtOnce(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	credentials := []header{withSession(p.secret), withJWT(b.jwt(p.ID)), {"X-Appwrite-Key": "", "Cookie": "a_session_demo=" + p.secret}}
	for range 3 {
		for _, h := range credentials {
			b.answers(get("/v1/account", nil).as(h), 200)
		}
		b.answers(patch(user(p.ID, "status"), params{"status": "false"}), 200)
		for _, h := range credentials {
			b.untouched(func() { b.refuses(patch("/v1/account/name", params{"name": `"x"`}).as(h), roster.ErrUserBlocked) })
		}
		b.answers(patch(user(p.ID, "status"), params{"status": "true"}), 200)
	}
}

// A request that began before its user was blocked changes nothing after.
func TestWhoIsBlockedMeanwhileChangesNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	by, err := b.dir.Identify(t.Context(), directory.Credentials{Project: "demo", Sessions: []string{p.secret}})
	b.must(err)
	b.edit(p.ID, func(u *roster.User) { u.Enabled = false })
	ctx := t.Context()
	b.untouched(func() {
		for name, change := range map[string]func() error{
			"name": func() error {
				_, err := b.dir.UpdateUser(ctx, by, p.ID, roster.UserNameUpdated, func(u *roster.User) { u.Name = "x" })
				return err
			},
			"password": func() error { _, err := b.dir.UpdateOwnPassword(ctx, by, "", "a new password"); return err },
			"email":    func() error { _, err := b.dir.UpdateOwnEmail(ctx, by, "x@y.example", "a new password"); return err },
			"session":  func() error { _, err := b.dir.ExtendSession(ctx, by, p.session.ID); return err },
		} {
			if err := change(); err != roster.ErrUserBlocked {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestATokenIsExchangedOnce(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, other := b.person(), b.person()
	exchange := func(id, secret string) call {
		return post("/v1/account/sessions/token", params{"userId": quote(id), "secret": quote(secret)}).as(guest)
	}
	secret := b.tokenOf(p)
	b.untouched(func() {
		b.refuses(exchange(other.ID, secret), roster.ErrToken)
		b.refuses(exchange("nobody", secret), roster.ErrToken)
		b.refuses(exchange(p.ID, secret[1:]), roster.ErrToken)
		b.refuses(exchange(p.ID, secret+secret), roster.ErrToken)
	})
	b.answers(exchange(p.ID, secret), 201).is(map[string]string{"provider": "token", "factors": "[token]", "secret": ""})
	b.untouched(func() { b.refuses(exchange(p.ID, secret), roster.ErrToken) })
	secret = b.tokenOf(p)
	b.clock.forward(15*time.Minute + time.Millisecond)
	b.untouched(func() { b.refuses(exchange(p.ID, secret), roster.ErrToken) })
}

// Of those who exchange the same token at the same time exactly one wins.
func TestATokenIsExchangedOnceByACrowd(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	by, err := b.dir.Identify(t.Context(), directory.Credentials{Project: "demo"})
	b.must(err)
	for range 20 {
		secret, won := b.tokenOf(p), atomic.Int32{}
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				if _, _, err := b.dir.Exchange(context.Background(), by, p.ID, secret); err == nil {
					won.Add(1)
				}
			})
		}
		crowd.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d have won", won.Load())
		}
	}
	b.recorded()
}

func TestTheOldestSessionsEndBeyondTheLimit(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.MaxSessions = 3 })
	p := b.person()
	b.withPassword(p)
	var cookies []string
	for range 4 {
		cookies = append(cookies, b.answers(signInAs(p.Email, plainPassword), 201).cookieOf("demo"))
	}
	for i, cookie := range append([]string{p.secret}, cookies...) {
		c := get("/v1/account", nil).as(header{"X-Appwrite-Key": "", "Cookie": "a_session_demo=" + cookie})
		if i < 2 {
			b.refuses(c, roster.ErrScope)
		} else {
			b.answers(c, 200)
		}
	}
	b.answers(post(user(p.ID, "sessions"), nil), 201) // those made by keys are not counted
	b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "4"})
}

// What a browser keeps opens the account, and the fallback header does for
// browsers that keep nothing.
func TestTheCookieIsTheSession(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.withPassword(p)
	r := b.answers(signInAs(p.Email, plainPassword), 201).is(map[string]string{"secret": ""})
	cookie := r.cookieOf("demo")
	for _, h := range []header{
		{"X-Appwrite-Key": "", "Cookie": "a_session_demo=" + cookie},
		{"X-Appwrite-Key": "", "Cookie": "a_session_demo_legacy=" + cookie},
		{"X-Appwrite-Key": "", "X-Fallback-Cookies": r.header.Get("X-Fallback-Cookies")},
	} {
		b.answers(get("/v1/account", nil).as(h), 200).is(map[string]string{"$id": p.ID})
	}
	// A server with a key gets the secret itself.
	secret := b.answers(signInAs(p.Email, plainPassword).as(withKey(b.key)), 201).text("secret")
	b.answers(get("/v1/account", nil).as(withSession(secret)), 200).is(map[string]string{"$id": p.ID})
}

func TestCookiesFitTheHostAndTheConnection(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.withPassword(p)
	b.settings(func(s *roster.Settings) { s.Platforms = []string{"*.example.com", "elsewhere.test"} })
	b.api.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	for _, c := range []struct {
		name, host, origin, peer, proto string
		domain                          string
		secure, fallback                bool
	}{
		{"a host without a dot", "localhost:8080", "", "", "", "", false, true},
		{"an address", "127.0.0.1:8080", "", "", "", "", false, true},
		{"an IPv6 address", "[::1]:8080", "", "", "", "", false, true},
		{"a page of the same domain", "api.example.com", "https://app.example.com", "", "", "api.example.com", false, false},
		{"a page of another domain", "api.example.com", "https://elsewhere.test", "", "", "api.example.com", false, true},
		{"a trusted proxy with TLS", "api.example.com", "", "198.51.100.9:1", "https", "api.example.com", true, true},
		{"a trusted proxy without", "api.example.com", "", "198.51.100.9:1", "http", "api.example.com", false, true},
		{"anybody who says TLS", "api.example.com", "", "203.0.113.7:1", "https", "api.example.com", false, true},
	} {
		b.run(c.name, func(b *bed) {
			r := b.request(signInAs(p.Email, plainPassword))
			r.Host = c.host
			for name, value := range map[string]string{"Origin": c.origin, "X-Forwarded-Proto": c.proto} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			if c.peer != "" {
				r.RemoteAddr = c.peer
			}
			got := b.serve(r, c.name)
			cookies := (&http.Response{Header: got.header}).Cookies()
			if got.status != 201 || len(cookies) != 2 {
				b.t.Fatalf("%d %s with %d cookies", got.status, got.body, len(cookies))
			}
			for _, cookie := range cookies {
				if cookie.Domain != c.domain || cookie.Secure != c.secure || !cookie.HttpOnly || cookie.Path != "/" {
					b.t.Errorf("the cookie is %s", cookie)
				}
			}
			if has := got.header.Get("X-Fallback-Cookies") != ""; has != c.fallback {
				b.t.Errorf("fallback: %v", has)
			}
		})
	}
}

func TestSignUpFollowsTheProjectsRules(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	with := func(email string) call { return signUp(params{"email": quote(email)}) }
	for _, c := range []struct {
		name    string
		setting func(*roster.Settings)
		bad     string
		good    string
	}{
		{"disposable", func(s *roster.Settings) { s.RefuseDisposableEmails = true }, "a@mailinator.com", "a@okafor-works.example"},
		{"free", func(s *roster.Settings) { s.RefuseFreeEmails = true }, "b@gmail.com", "b@okafor-works.example"},
		{"corporate", func(s *roster.Settings) { s.RequireCorporateEmails = true }, "c@gmail.com", "c@okafor-works.example"},
		{"canonical", func(s *roster.Settings) { s.RequireCanonicalEmails = true }, "d.d+x@gmail.com", "dd@gmail.com"},
	} {
		b.run(c.name, func(b *bed) {
			b.settings(c.setting)
			b.untouched(func() { b.refuses(with(c.bad), roster.ErrInvalidEmail) })
			b.answers(with(c.good), 201)
			b.settings(func(s *roster.Settings) { *s = roster.DefaultSettings() })
		})
	}
	b.settings(func(s *roster.Settings) { s.PersonalDataCheck, s.PasswordDictionary = true, true })
	b.refuses(signUp(params{"name": `"Mira Okafor"`, "userId": `"okaforokafor"`, "password": `"okaforokafor1"`}), roster.ErrPasswordPersona)
	b.blames(signUp(params{"password": `"password1"`}), "password")
	linked := b.person()
	b.untouched(func() { b.refuses(with(linked.identity.ProviderEmail), roster.ErrBadRequest) })
	b.untouched(func() { b.refuses(with(linked.Email), roster.ErrUserExists) })
	b.untouched(func() { b.refuses(signUp(params{"userId": quote(linked.ID)}), roster.ErrUserExists) })
}

func TestTheUserLimitIsForSignUpOnly(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.person()
	b.settings(func(s *roster.Settings) { s.UserLimit = 2 })
	b.answers(signUp(params{"email": `"a@x.example"`}), 201)
	b.untouched(func() { b.refuses(signUp(params{"email": `"b@x.example"`}), roster.ErrUserCount) })
	b.answers(post("/v1/users", params{"userId": `"unique()"`}), 201)
}

// Who signs up is the one who did it, in the log.
func TestSigningUpIsTheUsersOwnDeed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.answers(signUp(nil), 201).text("$id")
	b.answers(signInAs("new@okafor-works.example", plainPassword), 201)
	r := b.answers(get(user(id, "logs"), nil), 200)
	if got := r.each("logs", "event"); !slices.Equal(got, []string{"session.create", "user.create"}) {
		t.Errorf("the log has %q", got)
	}
	for i := range 2 {
		r.is(map[string]string{fmt.Sprintf("logs.%d.userId", i): id, fmt.Sprintf("logs.%d.userType", i): "user"})
	}
}

func TestAFirstPasswordNeedsNoOldOne(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	set := func(plain, old string) call {
		return patch("/v1/account/password", params{"password": quote(plain), "oldPassword": quote(old)}).as(withSession(p.secret))
	}
	b.settings(func(s *roster.Settings) { s.PasswordHistory, s.PersonalDataCheck = 2, true })
	b.untouched(func() { b.refuses(set("my name is "+p.ID, ""), roster.ErrPasswordPersona) })
	b.answers(set("the first one", ""), 200)
	b.untouched(func() {
		b.refuses(set("the second one", "not the first"), roster.ErrCredentials)
		b.refuses(set("the second one", ""), roster.ErrCredentials)
		b.refuses(set("the first one", "the first one"), roster.ErrPasswordRecent)
	})
	b.answers(set("the second one", "the first one"), 200)
	b.answers(signInAs(p.Email, "the second one"), 201)
	b.refuses(signInAs(p.Email, "the first one"), roster.ErrCredentials)
}

func TestANewPasswordEndsOtherSessionsIfTheProjectSaysSo(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{true, false} {
		b := newAPI(t)
		b.settings(func(s *roster.Settings) { s.InvalidateSessions = ends })
		p := b.person()
		b.withPassword(p)
		other := b.answers(signInAs(p.Email, plainPassword), 201).cookieOf("demo")
		b.answers(patch("/v1/account/password", params{"password": `"a new password"`, "oldPassword": quote(plainPassword)}).as(withSession(p.secret)), 200)
		b.answers(get("/v1/account", nil).as(withSession(p.secret)), 200)
		c := get("/v1/account", nil).as(header{"X-Appwrite-Key": "", "Cookie": "a_session_demo=" + other})
		if ends {
			b.refuses(c, roster.ErrScope)
		} else {
			b.answers(c, 200)
		}
	}
}

func TestANewAddressNeedsThePassword(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	owner := b.person()
	for _, k := range []struct {
		field, path, fresh, taken string
		linked                    string
		exists                    *roster.Error
	}{
		{"email", "/v1/account/email", "moved@people.example", owner.Email, owner.identity.ProviderEmail, roster.ErrBadRequest},
		{"phone", "/v1/account/phone", "+12025550001", owner.Phone, "", roster.ErrPhoneExists},
	} {
		b.run(k.field, func(b *bed) {
			p := b.person()
			set := func(value, plain string) call {
				return patch(k.path, params{k.field: quote(value), "password": quote(plain)}).as(withSession(p.secret))
			}
			b.settings(func(s *roster.Settings) { s.PersonalDataCheck, s.PasswordHistory = true, 0 })
			b.untouched(func() { b.refuses(set(k.fresh, "my name is "+p.ID), roster.ErrPasswordPersona) })
			b.answers(set(k.fresh, "a first password"), 200).is(map[string]string{k.field: k.fresh, k.field + "Verification": "false", "targets.1.identifier": k.fresh})
			b.settings(func(s *roster.Settings) { s.PasswordHistory = 3 })
			b.sameRows(func() {
				b.refuses(set(k.fresh, "a wrong password"), roster.ErrCredentials)
				b.refuses(set(k.taken, "a first password"), k.exists)
				if k.linked != "" {
					b.refuses(set(k.linked, "a first password"), roster.ErrBadRequest)
				}
			})
			b.write(func(tx store.Tx) error {
				return tx.CreateTarget(b.project.Number, &roster.Target{ID: "own-" + k.field, UserID: owner.ID, ProviderType: "push", Identifier: k.fresh + "0"})
			})
			b.untouched(func() { b.refuses(set(k.fresh+"0", "a first password"), roster.ErrTargetExists) })
		})
	}
}

// A first password that comes with an address is refused if it was one before.
func TestAFirstPasswordIsNotAnOldOne(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.PasswordHistory, s.InvalidateSessions = 3, false })
	p := b.person()
	b.answers(setPassword(p.ID, "an old password"), 200)
	b.answers(patch(user(p.ID, "password"), params{"password": `""`}), 200)
	for path, field := range map[string]params{"/v1/account/email": {"email": `"x@y.example"`}, "/v1/account/phone": {"phone": `"+12025550002"`}} {
		b.untouched(func() {
			b.refuses(patch(path, field.with("password", `"an old password"`)).as(withSession(p.secret)), roster.ErrPasswordRecent)
		})
	}
}

// Who signs in, up, or changes a password waits in the line of hashes.
func TestTooManyPasswordsAtOnceSendUsersAway(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.withPassword(p)
	own := withSession(p.secret)
	defer b.crowded()()
	for _, c := range []call{
		signInAs(p.Email, plainPassword), signUp(params{"email": `"crowd@x.example"`}),
		patch("/v1/account/password", params{"password": `"a new password"`, "oldPassword": quote(plainPassword)}).as(own),
		patch("/v1/account/email", params{"email": `"crowd2@x.example"`, "password": quote(plainPassword)}).as(own),
		patch("/v1/account/phone", params{"phone": `"+12025550003"`, "password": quote(plainPassword)}).as(own),
	} {
		r := b.send(c)
		for ; r.text("type") != roster.ErrBusy.Type; r = b.send(c) {
			if r.status >= http.StatusInternalServerError {
				t.Fatalf("%s = %d %s", c, r.status, r.body)
			}
		}
	}
}

// crowded keeps the hasher busy until the returned function is called.
func (b *bed) crowded() (stop func()) {
	b.t.Helper()
	var err error
	b.dir.Hasher, err = password.New(password.Config{Params: slowHash, CPUs: 1, Queue: 1})
	b.must(err)
	ctx, cancel := context.WithCancel(b.t.Context())
	var crowd sync.WaitGroup
	for range 4 { // one hashes, one is next, one waits, one too many
		crowd.Go(func() {
			for ctx.Err() == nil {
				b.dir.Hasher.Hash(ctx, "a password")
			}
		})
	}
	return func() { cancel(); crowd.Wait() }
}

func TestASessionLastsAsTheProjectSays(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.SessionDuration = 60 })
	p := b.person()
	b.withPassword(p)
	r := b.answers(signInAs(p.Email, plainPassword), 201).is(map[string]string{"expire": b.now().Add(time.Minute).String()})
	h := header{"X-Appwrite-Key": "", "Cookie": "a_session_demo=" + r.cookieOf("demo")}
	b.clock.forward(time.Minute)
	b.answers(patch("/v1/account/sessions/current", nil).as(h), 200).is(map[string]string{"expire": b.now().Add(time.Minute).String(), "current": "false"})
	b.clock.forward(time.Minute)
	b.answers(get("/v1/account", nil).as(h), 200)
	b.clock.forward(time.Millisecond)
	b.refuses(get("/v1/account", nil).as(h), roster.ErrScope)
}

func TestSessionsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, other := b.person(), b.person()
	second := b.answers(post(user(p.ID, "sessions"), nil), 201)
	as := withSession(p.secret)
	r := b.answers(get("/v1/account/sessions", nil).as(as), 200).is(map[string]string{"total": "2"})
	if got := r.each("sessions", "current"); !slices.Equal(got, []string{"true", "false"}) {
		t.Errorf("current: %q", got)
	}
	path := func(id string) string { return "/v1/account/sessions/" + id }
	b.answers(get(path("current"), nil).as(as), 200).is(map[string]string{"$id": p.session.ID, "current": "true", "secret": ""})
	b.answers(get(path(second.text("$id")), nil).as(as), 200).is(map[string]string{"current": "false"})
	b.refuses(get(path("current"), nil).as(withJWT(b.jwt(p.ID))), roster.ErrSessionNotFound)
	b.untouched(func() {
		for _, method := range []func(string) call{del, func(p string) call { return patch(p, nil) }, func(p string) call { return get(p, nil) }} {
			b.refuses(method(path(other.session.ID)).as(as), roster.ErrSessionNotFound)
		}
	})
	r = b.answers(del(path(second.text("$id"))).as(as), 204)
	if r.header.Get("Set-Cookie") != "" {
		t.Error("ending another session takes the cookie away")
	}
	b.answers(get("/v1/account", nil).as(as), 200)
	r = b.answers(del(path("current")).as(as), 204)
	if r.cookieOf("demo") != "" || r.header.Get("X-Fallback-Cookies") != "[]" {
		t.Errorf("signing out leaves %v", r.header)
	}
	b.refuses(get("/v1/account", nil).as(as), roster.ErrScope)
}

func TestAJWTIsOfItsSession(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	text := b.answers(post("/v1/account/jwts", params{"duration": "60"}).as(withSession(p.secret)), 201).text("jwt")
	as := withJWT(text)
	b.answers(get("/v1/account", nil).as(as), 200).is(map[string]string{"$id": p.ID})
	b.clock.forward(59 * time.Second)
	b.answers(get("/v1/account", nil).as(as), 200)
	b.clock.forward(time.Second)
	b.refuses(get("/v1/account", nil).as(as), roster.ErrJWT)
	text = b.answers(post("/v1/account/jwts", nil).as(withSession(p.secret)), 201).text("jwt")
	b.answers(del("/v1/account/sessions/current").as(withSession(p.secret)), 204)
	b.refuses(get("/v1/account", nil).as(withJWT(text)), roster.ErrScope)
}

func TestOwnLogsAreWhatOneHasDone(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	as := withSession(p.secret)
	b.answers(patch("/v1/account/name", params{"name": `"x"`}).as(as), 200)
	b.answers(put(user(p.ID, "labels"), params{"labels": `["vip"]`}), 200) // by a key
	r := b.answers(get("/v1/account/logs", nil).as(as), 200).is(map[string]string{"total": "1"})
	if got := r.each("logs", "userId"); !slices.Equal(got, []string{p.ID}) {
		t.Errorf("done by %q", got)
	}
	b.answers(get("/v1/account/logs", params{"total": "false", "queries": list(`{"method":"offset","values":[1]}`)}).as(as), 200).is(map[string]string{"total": "0", "logs": "[]"})
	b.refuses(get("/v1/account/logs?queries[]=nonsense", nil).as(as).as(header{"X-Appwrite-Response-Format": "1.4.0"}), roster.ErrQuery)
}

// An impersonator sees the account of the target and acts on the own; the trail
// names both.
func TestImpersonatorsSeeAndActAsTheContractSays(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	spy, target := b.person(impersonator), b.person()
	for name, h := range map[string]header{
		"id": {"X-Appwrite-Impersonate-User-Id": target.ID}, "email": {"X-Appwrite-Impersonate-User-Email": strings.ToUpper(target.Email)},
		"phone":        {"X-Appwrite-Impersonate-User-Phone": target.Phone},
		"id first":     {"X-Appwrite-Impersonate-User-Id": target.ID, "X-Appwrite-Impersonate-User-Email": spy.Email},
		"header first": {"X-Appwrite-Impersonate-User-Id": target.ID, "query": "impersonateUserId=" + spy.ID},
		"query":        {"query": "impersonateUserId=" + target.ID}, "lower case": {"query": "impersonateemail=" + target.Email},
	} {
		b.run(name, func(b *bed) {
			path := "/v1/account?" + h["query"]
			delete(h, "query")
			b.answers(get(path, nil).as(withSession(spy.secret)).as(h), 200).is(map[string]string{"$id": target.ID, "impersonatorUserId": spy.ID})
		})
	}
	as := withSession(spy.secret)
	as["X-Appwrite-Impersonate-User-Id"] = target.ID
	b.answers(patch("/v1/account/prefs", params{"prefs": `{"a":1}`}).as(as), 200).is(map[string]string{"$id": spy.ID})
	b.answers(get("/v1/account/sessions", nil).as(as), 200).is(map[string]string{"sessions.0.userId": spy.ID})
	r := b.answers(get(user(target.ID, "logs"), nil), 200)
	if got := r.each("logs", "event"); !slices.Equal(got, []string{"user.impersonate"}) {
		t.Errorf("the target's log has %q", got) // once, however often
	}
	r.is(map[string]string{"logs.0.userId": spy.ID})
	records, _, err := b.dir.Logs(t.Context(), b.caller(), spy.ID, 10, 0, false)
	b.must(err)
	for _, e := range records {
		if e.Target != target.ID {
			t.Errorf("%s was done with the target %q", e.Event, e.Target)
		}
	}
	b.clock.forward(30 * time.Minute)
	b.answers(get("/v1/account", nil).as(as), 200)
	b.answers(get(user(target.ID, "logs"), nil), 200).is(map[string]string{"total": "1"})
	b.answers(get(user(target.ID), nil), 200).is(map[string]string{"accessedAt": target.AccessedAt.String()})
}

// An impersonator reads users, but no hashes and nothing else of theirs.
func TestImpersonatorsSeeNoHashes(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	spy, target := b.person(impersonator), b.person()
	b.withPassword(target)
	as := withSession(spy.secret)
	b.answers(get(user(target.ID), nil).as(as), 200).is(map[string]string{"password": "", "hash": "", "hashOptions": "map[]", "email": target.Email})
	r := b.answers(get("/v1/users", nil).as(as), 200)
	if strings.Contains(r.body, "md5") || strings.Contains(r.body, "argon2") {
		t.Errorf("the list shows %s", r.body)
	}
	if body := b.answers(get(user(target.ID), nil), 200).body; !strings.Contains(body, `"hash":"md5"`) {
		t.Errorf("a key sees %s", body)
	}
}

// An impersonator with one factor does not reach who has two.
func TestImpersonatingSomeoneWithTwoFactorsTakesTwo(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	guarded := b.person(halfSignedIn)
	one, two := b.person(impersonator), b.person(impersonator, func(p *person) { p.session.Factors = []string{"password", "totp"} })
	for p, want := range map[string]int{one.secret: 401, two.secret: 200} {
		as := withSession(p)
		as["X-Appwrite-Impersonate-User-Id"] = guarded.ID
		for _, path := range []string{"/v1/account", "/v1/users"} {
			b.answers(get(path, nil).as(as), want)
		}
	}
}

func TestActivityIsStoredOnceADay(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(func(p *person) { p.AccessedAt, p.session.ExpiresAt = 0, b.now().Add(1000*time.Hour) })
	as := withSession(p.secret)
	seenAt := func() string { return b.answers(get(user(p.ID), nil), 200).text("accessedAt") }
	b.answers(get("/v1/account", nil).as(as), 200)
	first := b.now().String()
	b.clock.forward(23 * time.Hour)
	b.untouched(func() { b.answers(get("/v1/account", nil).as(as), 200) })
	if got := seenAt(); got != first {
		t.Errorf("active at %s, want %s", got, first)
	}
	b.clock.forward(time.Hour)
	b.answers(get("/v1/account", nil).as(as), 200)
	if got := seenAt(); got != b.now().String() {
		t.Errorf("active at %s, want %s", got, b.now())
	}
}

// Attempts count by what the contract says, however the address is spelt, and
// whoever gets in has all of them again.
func TestAttemptsToSignInAreCounted(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Unlimited = false
	p, other := b.person(), b.person()
	b.withPassword(p)
	b.withPassword(other)
	for i := range 9 {
		b.refuses(signInAs(p.Email, "a wrong password"), roster.ErrCredentials).remaining(9 - i)
	}
	b.answers(signInAs(p.Email, plainPassword), 201).remaining(0)
	for i := range 10 {
		spelt := p.Email
		if i%2 == 1 {
			spelt = strings.ToUpper(spelt)
		}
		b.refuses(signInAs(spelt, "a wrong password"), roster.ErrCredentials)
	}
	b.untouched(func() { b.refuses(signInAs(p.Email, plainPassword), roster.ErrRateLimit) })
	b.answers(signInAs(other.Email, plainPassword), 201)
	b.answers(signInAs(p.Email, plainPassword).as(withKey(b.key)), 201) // keys are never limited
	b.answers(signInAs(p.Email, plainPassword), 201)                    // since somebody got in
}

// remaining wants the header to say how many attempts are left.
func (r *reply) remaining(n int) {
	r.b.t.Helper()
	now := r.b.clock.Now().Unix()
	for name, want := range map[string]string{
		"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": fmt.Sprint(n), "X-RateLimit-Reset": fmt.Sprint(now - now%3600 + 3600),
	} {
		if got := r.header.Get(name); got != want {
			r.b.t.Errorf("%s: %s = %q, want %q", r.asked, name, got, want)
		}
	}
}

// However many wrong calls come at once, no more than the limit get through.
func TestACrowdGetsNoMoreAttempts(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	by, err := b.dir.Identify(t.Context(), directory.Credentials{Project: "demo"})
	b.must(err)
	bucket := []directory.Bucket{{Key: "a crowd", Max: 10, Window: time.Hour}}
	var crowd sync.WaitGroup
	var through atomic.Int32
	for range 100 {
		crowd.Go(func() {
			if _, err := b.dir.Spend(context.Background(), by, bucket); err == nil {
				through.Add(1)
			}
		})
	}
	crowd.Wait()
	if through.Load() != 10 {
		t.Errorf("%d get through", through.Load())
	}
}

// A body that is no JSON is refused by every endpoint that reads one.
func TestEveryWriteRefusesABodyThatIsNoJSON(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, e := range Endpoints() {
		if e.reads() || slices.Contains(e.Scopes, roster.Public) {
			continue
		}
		b.run(e.Name, func(b *bed) {
			c := b.valid(e.Name)
			c.params, c.body = nil, "{"
			b.untouched(func() { b.refuses(c, roster.ErrArgument) })
		})
	}
}
