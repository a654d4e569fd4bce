package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/oidc/oidctest"
	"roster/internal/store"
)

// Whom a visitor is taken for (companion section 8.3). Other sessions from the
// provider prove nothing: step 2 of the contract is left out.
func TestAVisitorIsTakenForWhomTheRulesSay(t *testing.T) {
	t.Parallel()
	verified := func(p *person) { p.EmailVerified = true }
	unproven := map[string]any{"email_verified": false}
	for name, c := range map[string]struct {
		edits []func(*person)
		claim map[string]any // what the provider says besides
		// of the person, whose address is the provider's
		same bool
		want *roster.Error
	}{
		"the address of a user, vouched for":            {edits: []func(*person){verified}, same: true},
		"the address of a user, not vouched for":        {edits: []func(*person){verified}, claim: unproven, want: roster.ErrBadRequest},
		"the address of a user, vouched for as a text":  {edits: []func(*person){verified}, claim: map[string]any{"email_verified": "true"}, same: true},
		"the address of a user, in capitals":            {edits: []func(*person){verified}, claim: map[string]any{"email": "MIRA@There.Example "}, same: true},
		"the address of a user who has not verified it": {same: true},
		"the same, not vouched for":                     {claim: unproven, want: roster.ErrBadRequest},
		"the same, no word of it":                       {claim: map[string]any{"email_verified": nil}, want: roster.ErrBadRequest},
		"a blocked user's address":                      {edits: []func(*person){verified, blocked}, want: roster.ErrUserBlocked},
		"a blocked user's address, not verified":        {edits: []func(*person){blocked}, want: roster.ErrUserBlocked},
		"the address of an identity, vouched for":       {edits: []func(*person){elsewhere}, same: true},
		"the address of an identity, not vouched for":   {edits: []func(*person){elsewhere}, claim: unproven, want: roster.ErrBadRequest},
		"the address of a blocked user's identity":      {edits: []func(*person){elsewhere, blocked}, want: roster.ErrUserBlocked},
		"a new address":                                 {edits: []func(*person){verified}, claim: map[string]any{"email": "new@there.example"}},
		"a new address, not vouched for":                {claim: map[string]any{"email": "new@there.example", "email_verified": false}},
		"another account of a session with its subject": {edits: []func(*person){verified, func(p *person) { p.session.Provider, p.session.ProviderUID = "oidc", "mira-there" }}, claim: map[string]any{"email": "new@there.example"}},
		"the subject of another provider":               {edits: []func(*person){verified, func(p *person) { p.identity.ProviderUID = "mira-there" }}, claim: map[string]any{"email": "new@there.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newAPI(t)
			p := b.provided()
			who := b.person(append([]func(*person){func(p *person) { p.Email = "mira@there.example" }}, c.edits...)...)
			for claim, value := range c.claim {
				p.Person[claim] = value
				p.UserInfo = map[string]any{"email_verified": p.Person["email_verified"]}
			}
			r := b.setsOff("sessions", nil, guest).signsIn(p)
			if c.want != nil {
				before := b.answers(get("/v1/users/identities", nil), 200).text("total")
				r.fails(ownFailure, c.want)
				if before != "1" {
					t.Errorf("there are %s identities", before)
				}
				return
			}
			me := r.session().text("userId")
			if (me == who.ID) != c.same {
				t.Errorf("the visitor is %s, the person %s", me, who.ID)
			}
		})
	}
}

// elsewhere moves the person's own address away: only the identity has it.
func elsewhere(p *person) { p.Email, p.identity.ProviderEmail = "other@elsewhere.example", p.Email }

// Whoever signed up with somebody else's address, to wait for its owner, is shut
// out when the owner comes.
func TestTheOwnerOfAnAddressFindsNobodyElseInside(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	waiting := b.person(func(p *person) { p.Email = "mira@there.example" })
	b.withPassword(waiting)
	signIn := post("/v1/account/sessions/email", params{"email": quote(waiting.Email), "password": quote(plainPassword)}).as(guest)
	b.answers(signIn, 201)
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	arrived.session().is(map[string]string{"userId": waiting.ID})
	b.refuses(get("/v1/account", nil).as(withSession(waiting.secret)), roster.ErrScope)
	b.refuses(signIn, roster.ErrCredentials)
	b.lists(get("/v1/users/identities", nil), "identities", b.answers(get("/v1/account/identities", nil).as(arrived.withCookie()), 200).text("identities.0.$id"))
	b.answers(get(user(waiting.ID), nil), 200).is(map[string]string{"emailVerification": "true", "password": ""})
	by := " by user " + waiting.ID
	if got, want := b.stored(waiting.ID)[1:], []string{"update.verification" + by, "identities.[identityId].create" + by, "sessions.[sessionId].create" + by}; !slices.Equal(got, want) {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

// Whoever has verified the address keeps all that they have.
func TestAVerifiedUserKeepsTheOtherWaysIn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	who := b.person(func(p *person) { p.Email, p.EmailVerified = "mira@there.example", true })
	b.withPassword(who)
	b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": who.ID})
	b.answers(get("/v1/account", nil).as(withSession(who.secret)), 200)
	b.answers(post("/v1/account/sessions/email", params{"email": quote(who.Email), "password": quote(plainPassword)}).as(guest), 201)
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"total": "2"})
}

// An address that nobody vouches for is the user's, but keeps nobody else out.
func TestAnUnprovenAddressDoesNotKeepItsOwnerOut(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	p.Person["email_verified"], p.Person["sub"] = false, "eve-there"
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	eve := arrived.session().text("userId")
	b.answers(get(user(eve), nil), 200).is(map[string]string{"email": "mira@there.example", "emailVerification": "false"})
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"identities.0.providerEmail": ""})
	b.answers(patch(user(eve, "email"), params{"email": `"eve@there.example"`}), 200)
	p.Person["email_verified"], p.Person["sub"] = true, "mira-there"
	me := b.setsOff("sessions", nil, guest).signsIn(p).session().text("userId")
	if me == eve {
		t.Error("the owner of the address is taken for who claimed it")
	}
	b.answers(get("/v1/account", nil).as(arrived.withCookie()), 200).is(map[string]string{"email": "eve@there.example"})
}

// links begins a sign-in as the person and ends it.
func (b *bed) links(p *oidctest.Provider, who person) *reply {
	b.t.Helper()
	return b.setsOff("sessions", nil, withSession(who.secret)).signsIn(p)
}

func TestWhoeverHasSignedInLinksTheAccount(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	who := b.person(func(p *person) { p.Name = "" })
	arrived := b.links(p, who)
	arrived.session().is(map[string]string{"userId": who.ID, "provider": "oidc"})
	b.refuses(get("/v1/account", nil).as(withSession(who.secret)), roster.ErrScope) // the new session replaces it
	b.answers(get("/v1/account", nil).as(arrived.withCookie()), 200).is(map[string]string{"email": who.Email, "emailVerification": "false", "name": "Mira There"})
	by := " by user " + who.ID
	want := []string{"update.name" + by, "identities.[identityId].create" + by, "sessions.[sessionId].create" + by}
	if got := b.stored(who.ID); !slices.Equal(got, want) {
		t.Errorf("recorded %q, want %q", got, want)
	}
	b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": who.ID})
}

func TestWhoLacksAnAddressGetsTheProviders(t *testing.T) {
	t.Parallel()
	for vouched, verification := range map[bool]string{true: "true", false: "false"} {
		b := newAPI(t)
		p := b.provided()
		p.Person["email_verified"] = vouched
		who := b.person(func(p *person) { p.Email = "" })
		b.links(p, who)
		b.answers(get(user(who.ID), nil), 200).is(map[string]string{"email": "mira@there.example", "emailVerification": verification, "targets.1.identifier": "mira@there.example"})
		if got := b.stored(who.ID)[0]; got != "update.verification by user "+who.ID {
			t.Errorf("recorded %q", got)
		}
	}
}

// An account without an address can be linked, and comes back.
func TestAnAccountWithoutAnAddressIsLinked(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	who := b.person()
	p.Person["email"], p.UserInfo = nil, map[string]any{"email": nil}
	b.setsOff("sessions", nil, guest).signsIn(p).fails(ownFailure, roster.ErrUnauthorized)
	b.links(p, who)
	b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": who.ID})
	b.edit(who.ID, func(u *roster.User) { u.Email = "" })
	taken := b.person(func(p *person) { p.Email = "mira@there.example" })
	p.Person["email"], p.UserInfo = taken.Email, nil
	b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": who.ID})
	b.answers(get(user(who.ID), nil), 200).is(map[string]string{"email": ""}) // it is another's
}

func TestWhatIsSomebodyElsesIsNotLinked(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	owner := b.setsOff("sessions", nil, guest).signsIn(p).session().text("userId")
	who := b.person()
	b.links(p, who).fails(ownFailure, roster.ErrUserExists) // the account is
	p.Person["sub"] = "another-there"
	b.links(p, who).fails(ownFailure, roster.ErrUserExists) // the user's address is
	b.answers(patch(user(owner, "email"), params{"email": `"moved@here.example"`}), 200)
	b.links(p, who).fails(ownFailure, roster.ErrUserExists) // the identity's address is
	b.answers(get("/v1/account", nil).as(withSession(who.secret)), 200)
	b.lists(get("/v1/account/identities", nil).as(withSession(who.secret)), "identities", who.identity.ID)
	// And an account that is known already has changed to that address.
	p.Person["sub"], p.Person["email"] = "third-there", "third@there.example"
	b.links(p, who)
	p.Person["email"] = "mira@there.example"
	b.setsOff("sessions", nil, guest).signsIn(p).fails(ownFailure, roster.ErrBadRequest)
}

// A sign-in that one user began is not ended by another, nor by nobody.
func TestASignInIsEndedByWhoBeganIt(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	one, other := b.person(), b.person()
	for name, c := range map[string]struct{ before, after header }{
		"a guest, then a user":   {guest, withSession(one.secret)},
		"a user, then a guest":   {withSession(one.secret), guest},
		"a user, then another":   {withSession(one.secret), withSession(other.secret)},
		"a user, then by no key": {withSession(one.secret), withKey(b.key)},
	} {
		b.run(name, func(b *bed) {
			j := b.setsOff("sessions", nil, c.before)
			j.as = c.after.and(header{"Cookie": j.as["Cookie"]})
			j.signsIn(p).fails(ownFailure, roster.ErrUnauthorized)
		})
	}
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"total": "2"})
}

func TestWhoIsBlockedMeanwhileLinksNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	who := b.person()
	j := b.setsOff("sessions", nil, withSession(who.secret))
	b.edit(who.ID, func(u *roster.User) { u.Enabled = false })
	b.refuses(j.back(p.SignIn(t, j.to.String()).Query().Get("code")), roster.ErrUserBlocked)
}

func TestATokenFlowLinksToo(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	who := b.person()
	q := b.setsOff("tokens", nil, withSession(who.secret)).signsIn(p).landed()
	b.refuses(get("/v1/account", nil).as(withSession(who.secret)), roster.ErrScope) // else nothing could be exchanged in this browser
	b.answers(exchanging(q.Get("userId"), q.Get("secret")), 201).is(map[string]string{"userId": who.ID, "providerUid": "mira-there"})
}

// An impersonator links own accounts, and nobody else's.
func TestImpersonatorsLinkToThemselves(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	spy, target := b.person(impersonator), b.person()
	as := withSession(spy.secret).and(header{"X-Appwrite-Impersonate-User-Id": target.ID})
	b.setsOff("sessions", nil, as).signsIn(p).session().is(map[string]string{"userId": spy.ID})
}

func TestIdentitiesAreListedForTheirUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	one, other := b.person(), b.person()
	list := get("/v1/account/identities", nil).as(withSession(one.secret))
	b.lists(list, "identities", one.identity.ID)
	b.lists(list.with("queries", `["{\"method\":\"equal\",\"attribute\":\"provider\",\"values\":[\"github\"]}"]`), "identities", one.identity.ID)
	b.lists(list.with("queries", `["{\"method\":\"equal\",\"attribute\":\"userId\",\"values\":[\"`+other.ID+`\"]}"]`), "identities")
	b.answers(list.with("total", "false"), 200).is(map[string]string{"total": "0", "identities.0.providerAccessToken": "access-" + one.ID})
	b.refuses(list.with("queries", `["{\"method\":\"search\",\"attribute\":\"provider\",\"values\":[\"x\"]}"]`), roster.ErrQuery)
	b.refuses(list.with("queries", `["{\"method\":\"cursorAfter\",\"values\":[\"nobody\"]}"]`), roster.ErrCursorNotFound)
	b.refuses(list.with("queries", `["{\"method\":\"orderAsc\",\"attribute\":\"providerAccessTokenExpiry\"}","{\"method\":\"cursorAfter\",\"values\":[\"`+one.identity.ID+`\"]}"]`), roster.ErrOrderNull)
}

func TestUsersUnlinkTheirOwnAccountsOnly(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	one, other := b.person(), b.person()
	path := "/v1/account/identities/"
	b.untouched(func() {
		b.refuses(del(path+other.identity.ID).as(withSession(one.secret)), roster.ErrUnauthorized)
		b.refuses(del(path+"nobodys").as(withSession(one.secret)), roster.ErrIdentityNotFound)
	})
	b.answers(del(path+one.identity.ID).as(withSession(one.secret)), 204)
	b.refuses(del(path+one.identity.ID).as(withSession(one.secret)), roster.ErrIdentityNotFound)
	b.lists(get("/v1/users/identities", nil), "identities", other.identity.ID)
}

// refreshing is the call that lets a session last longer.
func refreshing(r *reply) call { return patch("/v1/account/sessions/current", nil).as(r.withCookie()) }

func TestALongerSessionHasFreshTokens(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	b.clock.forward(time.Hour)
	p.Tokens = map[string]any{"refresh_token": "the next one"}
	b.answers(refreshing(arrived), 200).is(map[string]string{
		"expire": b.now().Add(365 * 24 * time.Hour).String(), "providerAccessToken": "access after refresh of mira-there", "providerRefreshToken": "the next one",
		"providerAccessTokenExpiry": b.now().Add(10 * time.Minute).String(), "current": "false", "secret": "",
	})
	p.Tokens = nil
	b.answers(refreshing(arrived), 200).is(map[string]string{"providerAccessToken": "access after the next one", "providerRefreshToken": "the next one"})
	arrived.session().is(map[string]string{"providerAccessToken": "access after the next one", "providerRefreshToken": "the next one"})
	if stored := b.dump(); strings.Contains(stored, "the next one") {
		t.Error("a token is stored in clear")
	}
	// A provider that is off signs nobody in, but still knows its tokens.
	b.answers(patch("/v1/project/oauth2/oidc", params{"enabled": "false"}), 200)
	b.answers(refreshing(arrived), 200)
}

func TestASessionThatCannotBeRefreshedIsNotExtended(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	before := arrived.session().body
	p.Tokens = map[string]any{"error": "invalid_grant"}
	b.untouched(func() { b.refuses(refreshing(arrived), roster.ErrOAuthExchange) })
	b.configure(roster.OIDC{})
	b.untouched(func() { b.refuses(refreshing(arrived), roster.ErrOAuthUnsupported) })
	who := b.person()
	who.session.Provider, who.session.ProviderRefreshToken = "github", b.dir.Secrets.Seal("x", directory.SessionPlace(b.project, who.session.ID))
	b.write(func(tx store.Tx) error {
		return tx.CreateSession(b.project.Number, &roster.Session{
			ID: "of-github", UserID: who.ID, Provider: "github", SecretDigest: "x", ProviderRefreshToken: b.dir.Secrets.Seal("x", directory.SessionPlace(b.project, "of-github")), Factors: []string{"oauth2"},
		})
	})
	b.untouched(func() {
		b.refuses(patch("/v1/account/sessions/of-github", nil).as(withSession(who.secret)), roster.ErrOAuthUnsupported)
	})
	if after := arrived.session().body; after != before {
		t.Errorf("the session is %s, was %s", after, before)
	}
}

// Of two refreshments at once the one that is later keeps what the first got.
func TestARefreshmentDoesNotUndoAnother(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	s := arrived.session().text("$id")
	me := arrived.session().text("userId")
	b.dir.OIDC.Timeout = time.Minute
	p.Serve = meanwhile(p, func() {
		b.write(func(tx store.Tx) error {
			stored, err := tx.Session(b.project.Number, me, s)
			if err != nil {
				return err
			}
			place := directory.SessionPlace(b.project, s)
			stored.ProviderAccessToken, stored.ProviderRefreshToken = b.dir.Secrets.Seal("quicker", place), b.dir.Secrets.Seal("quicker too", place)
			return tx.UpdateSession(b.project.Number, &stored)
		})
	})
	b.answers(refreshing(arrived), 200).is(map[string]string{"providerAccessToken": "quicker", "providerRefreshToken": "quicker too"})
}
