package api

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
)

// The matrix of callers and endpoints. Who a caller is in the end, bearer says;
// what becomes of a bearer's call is said by verdict, once for each kind of
// scope. A new endpoint takes part by its row among the promises.

// bearer is who a caller turns out to be.
type bearer int

const (
	nobodyYet    bearer = iota // a guest of the project
	fullKey                    // a key that holds every scope
	emptyKey                   // a key that holds none
	signedIn                   // with a session of one factor
	byJWT                      // with a JWT
	halfWay                    // with a session that lacks the second factor
	allTheWay                  // with a session that has solved a challenge just now
	impersonates               // with a session of someone who may impersonate
	halfSpy                    // such a session that lacks the second factor
	shutOut                    // a blocked user, or who impersonates one
	outside                    // a guest of no project
)

// verdict is what an endpoint answers to a bearer; nil is success.
func verdict(e Endpoint, who bearer) *roster.Error {
	scopes := promiseOf(e).scopes
	switch {
	case who == outside && scopes != "P":
		return roster.ErrScope
	case scopes == "P":
		return ofUsers(e, who)
	case who == fullKey && scopes != "A", scopes == "H" && who == emptyKey:
		return nil
	case (scopes == "S" || scopes == "L") && who == nobodyYet:
		return nil
	case who == nobodyYet || who == fullKey || who == emptyKey:
		return roster.ErrScope
	case scopes == "A" || scopes == "S" || scopes == "L" || scopes == "T":
		return ofUsers(e, who)
	case rulesOf(e, "read by impersonators") && (who == impersonates || who == halfSpy || who == shutOut):
		return ofUsers(e, who)
	}
	return roster.ErrScope
}

// ofUsers is the verdict on a bearer who holds the scope.
func ofUsers(e Endpoint, who bearer) *roster.Error {
	user := who != nobodyYet && who != fullKey && who != emptyKey && who != outside
	switch {
	case who == shutOut:
		return roster.ErrUserBlocked
	case rulesOf(e, "fresh factor") && who != allTheWay:
		return roster.ErrFreshFactor
	case (who == halfWay || who == halfSpy) && !rulesOf(e, "one factor"):
		return roster.ErrMoreFactors
	case user && promiseOf(e).scopes == "S":
		return roster.ErrSessionExists
	case who == byJWT && rulesOf(e, "session"):
		return roster.ErrJWTDenied
	case who == byJWT && rulesOf(e, "no JWT"):
		return roster.ErrSessionNotFound
	}
	return nil
}

// caller is a set of credentials. Those that are no good at all are refused by
// every endpoint alike; the others are somebody's.
type caller struct {
	name    string
	refused *roster.Error
	bearer  bearer
	edits   []func(*person) // of the person whom the call is about, and who calls
	header  func(*bed, person) header
}

func just(h header) func(*bed, person) header { return func(*bed, person) header { return h } }

func theirSession(_ *bed, p person) header { return withSession(p.secret) }

func theirJWT(b *bed, p person) header { return withJWT(b.jwt(p.ID)) }

// callersOf makes the callers, with what they need in place.
func callersOf(b *bed) []caller {
	b.t.Helper()
	_, foreign := b.newProject("other")
	elsewhere := b.beside("elsewhere")
	expired := b.newKey(b.project, directory.NewKey{Name: "expired", Scopes: roster.Scopes(), ExpiresAt: b.now() - 1})
	revoked := b.newKey(b.project, directory.NewKey{Name: "revoked", Scopes: roster.Scopes()})
	keys, err := b.dir.Keys(b.t.Context(), b.project)
	b.must(err)
	b.must(b.dir.RevokeKey(b.t.Context(), b.project, keys[slices.IndexFunc(keys, func(k roster.Key) bool { return k.Name == "revoked" })].ID))
	empty := withKey(b.newKey(b.project, directory.NewKey{Name: "none"}))
	b.closedProject("no-rest", "apis.rest")
	victim, gone := b.person(blocked), b.person()
	stranger := elsewhere.person()
	deleted := b.jwt(gone.ID)
	b.answers(del(user(gone.ID, "sessions")), 204)

	refused := func(name string, h header, err *roster.Error) caller {
		return caller{name: name, refused: err, header: just(h)}
	}
	is := func(name string, who bearer, h func(*bed, person) header, edits ...func(*person)) caller {
		return caller{name: name, bearer: who, header: h, edits: edits}
	}
	secretAs := func(change func(string) string) func(*bed, person) header {
		return func(_ *bed, p person) header { return withSession(change(p.secret)) }
	}
	actingAs := func(field, value string) func(*bed, person) header {
		return func(_ *bed, p person) header {
			h := withSession(p.secret)
			h["X-Appwrite-Impersonate-User-"+field] = value
			return h
		}
	}
	return []caller{
		is("nobody", nobodyYet, just(guest)),
		is("nobody in no project", outside, just(header{"X-Appwrite-Key": "", "X-Appwrite-Project": "", "X-Appwrite-Session": ""})),
		is("nobody in the console", outside, just(header{"X-Appwrite-Key": "", "X-Appwrite-Project": "console", "X-Appwrite-Session": ""})),
		is("a key with every scope", fullKey, just(header{"X-Appwrite-Key": b.key, "X-Appwrite-Session": ""})),
		is("a key without scopes", emptyKey, just(empty)),
		is("a key of an unknown kind", nobodyYet, just(withKey("foo_bar"))),
		is("an ephemeral key", nobodyYet, just(withKey("ephemeral_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.x"))),
		refused("an unknown key", withKey("standard_"+repeat("ab", 128)), roster.ErrUnauthorized),
		refused("an unknown key without a kind", withKey(repeat("ab", 128)), roster.ErrUnauthorized),
		refused("a key cut short", withKey(b.key[:len(b.key)-1]), roster.ErrUnauthorized),
		refused("a key made longer", withKey(b.key+"0"), roster.ErrUnauthorized),
		refused("a key in capitals", withKey("standard_"+strings.ToUpper(b.key[len("standard_"):])), roster.ErrUnauthorized),
		refused("a key without its kind", withKey(strings.TrimPrefix(b.key, "standard_")), roster.ErrUnauthorized),
		refused("a key of another project", withKey(foreign), roster.ErrUnauthorized),
		refused("an expired key", withKey(expired), roster.ErrKeyExpired),
		refused("a revoked key", withKey(revoked), roster.ErrUnauthorized),
		refused("a key without a project", header{"X-Appwrite-Key": b.key, "X-Appwrite-Project": ""}, roster.ErrProjectIDMissing),
		refused("a key in the console", header{"X-Appwrite-Key": b.key, "X-Appwrite-Project": "console"}, roster.ErrUnauthorized),
		refused("a key in an unknown project", header{"X-Appwrite-Key": b.key, "X-Appwrite-Project": "nowhere"}, roster.ErrProjectNotFound),
		refused("nobody in an unknown project", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "nowhere"}, roster.ErrProjectNotFound),
		refused("an administrator", header{"X-Appwrite-Key": "", "X-Appwrite-Mode": "admin"}, roster.ErrUnauthorized),
		refused("an administrator of the console", header{"X-Appwrite-Key": "", "X-Appwrite-Mode": "admin", "X-Appwrite-Project": "console"}, roster.ErrBadRequest),
		refused("a page of an unknown origin", header{"X-Appwrite-Key": "", "Origin": "https://evil.example"}, roster.ErrOrigin),
		refused("nobody while REST is off", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "no-rest"}, roster.ErrAPIDisabled),
		refused("no JWT at all", header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-JWT": "not.a.jwt"}, roster.ErrJWT),
		refused("a JWT of another project", header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-JWT": elsewhere.jwt(stranger.ID)}, roster.ErrJWT),
		{name: "a session and a JWT", refused: roster.ErrJWTAndSession, header: func(b *bed, p person) header {
			return header{"X-Appwrite-Key": "", "X-Appwrite-Session": p.secret, "X-Appwrite-JWT": b.jwt(p.ID)}
		}},
		is("a session", signedIn, theirSession),
		is("a session in a cookie", signedIn, func(b *bed, p person) header {
			return header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "Cookie": "a_session_demo=" + p.secret}
		}),
		is("a session in the fallback header", signedIn, func(b *bed, p person) header {
			return header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Fallback-Cookies": fallback("a_session_demo", p.secret)}
		}),
		is("a JWT", byJWT, theirJWT, func(p *person) { p.Impersonator = false }),
		is("a session that expires now", signedIn, theirSession, func(p *person) { p.session.ExpiresAt = b.now() }),
		is("an expired session", nobodyYet, theirSession, func(p *person) { p.session.ExpiresAt = b.now() - 1 }),
		is("a session cut short", nobodyYet, secretAs(func(s string) string { return s[:len(s)-8] })),
		is("a session doubled", nobodyYet, secretAs(func(s string) string { return s + s })),
		is("a session of another project", nobodyYet, just(withSession(stranger.secret))),
		is("a JWT of a deleted session", nobodyYet, just(header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-JWT": deleted})),
		is("a session that lacks the second factor", halfWay, theirSession, halfSignedIn),
		is("a session with both factors", signedIn, theirSession, halfSignedIn, func(p *person) { p.session.Factors = []string{"password", "totp"} }),
		is("a session that has just solved a challenge", allTheWay, theirSession, func(p *person) { p.session.MFAUpdatedAt = b.now().Add(-30 * time.Minute) }),
		is("a blocked user's session", shutOut, theirSession, blocked, impersonator),
		is("a blocked user's JWT", shutOut, theirJWT, blocked, impersonator),
		is("an impersonator", impersonates, theirSession, impersonator),
		is("an impersonator who lacks the second factor", halfSpy, theirSession, impersonator, halfSignedIn),
		is("an impersonator of a blocked user", shutOut, actingAs("Id", victim.ID), impersonator),
		is("an impersonator of nobody", impersonates, actingAs("Email", "nobody@nowhere.example"), impersonator),
		is("no impersonator, of a blocked user", signedIn, actingAs("Id", victim.ID)),
	}
}

// closedProject makes a project with a setting switched off.
func (b *bed) closedProject(id, setting string) {
	b.t.Helper()
	_, err := b.dir.CreateProject(b.t.Context(), id, id)
	b.must(err)
	_, err = b.dir.UpdateProject(b.t.Context(), id, func(p *roster.Project) error { return p.Settings.Set(setting, "false") })
	b.must(err)
}

func TestEveryEndpointGivesEveryCallerItsVerdict(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	for _, c := range callersOf(b) {
		b.run(c.name, func(b *bed) {
			refused := b.person(c.edits...) // the same for all: nothing changes
			for _, e := range Endpoints() {
				b.run(e.Name, func(b *bed) { b.judged(e, c, refused) })
			}
		})
	}
}

// judged makes the call as the caller and wants the verdict; who is refused
// changes nothing.
func (b *bed) judged(e Endpoint, c caller, refused person) {
	b.t.Helper()
	want := c.refused
	if want == roster.ErrOrigin && rulesOf(e, "any origin") {
		want = nil
	} else if want == nil {
		want = verdict(e, c.bearer)
	}
	if want != nil {
		call := b.of(e, refused).as(c.header(b, refused))
		b.untouched(func() { b.refuses(call, want) })
		return
	}
	p := b.person(c.edits...)
	ready := b.ready(e, p).as(c.header(b, p))
	if c.bearer == outside {
		b.send(ready) // what a public endpoint says outside of projects is its own affair
		return
	}
	b.answers(ready, e.Status)
}

// What is switched off is so for everybody without a key.
func TestASwitchedOffServiceIsForKeysOnly(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	about := b.person()
	b.closedProject("no-users", "services.users")
	h := header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-Project": "no-users"}
	for _, e := range Endpoints() {
		if strings.HasPrefix(e.Path, "/users") {
			b.run(e.Name, func(b *bed) { b.untouched(func() { b.refuses(b.of(e, about).as(h), roster.ErrServiceDisabled) }) })
		}
	}
}

// A rate limit is by the endpoint's own buckets, told in headers, and not for
// keys.
func TestALimitedEndpointRefusesWhatIsBeyond(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Unlimited = false
	for _, e := range Endpoints() {
		for i, l := range e.Limits {
			if !e.open() {
				continue
			}
			b.run(e.Name, func(b *bed) {
				c := b.ready(e, b.person())
				b.exhaust(e, c, i)
				b.untouched(func() {
					r := b.refuses(c, roster.ErrRateLimit)
					if got := r.header.Get("X-RateLimit-Remaining"); got != "0" {
						b.t.Errorf("there remain %s", got)
					}
				})
				if slices.Contains(e.Scopes, roster.SessionsWrite) {
					b.answers(c.as(withKey(b.key)), e.Status)
				}
				b.clock.forward(cmp.Or(l.Window, time.Hour))
				if !slices.Contains(e.Scopes, roster.Account) { // whose session has expired meanwhile
					b.send(b.ready(e, b.person())).allowed()
				}
			})
		}
	}
}

// exhaust empties one of the buckets that the call would take from.
func (b *bed) exhaust(e Endpoint, c call, which int) {
	b.t.Helper()
	r := b.request(c)
	_, path := b.api.routes.find(r.Method, strings.TrimPrefix(r.URL.EscapedPath(), Prefix+"/"))
	sent, err := read(&e, r)
	b.must(err)
	by, err := b.dir.Identify(b.t.Context(), b.api.credentials(r, sent))
	b.must(err)
	bucket := e.buckets(by, path, sent)[which]
	for err == nil {
		_, err = b.dir.Spend(context.Background(), by, []directory.Bucket{bucket})
	}
}

// allowed wants any answer but a rate limit's.
func (r *reply) allowed() {
	r.b.t.Helper()
	if r.status == roster.ErrRateLimit.Status {
		r.b.t.Errorf("%s is refused in a new window", r.asked)
	}
}

// A way to sign in that the project does not allow is closed to all but keys.
func TestAClosedWayToSignInIsForKeysOnly(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.EmailPassword, s.JWT = false, false })
	for _, e := range Endpoints() {
		if e.AuthMethod == nil {
			continue
		}
		b.run(e.Name, func(b *bed) {
			c := b.ready(e, b.person())
			b.untouched(func() { b.refuses(c, roster.ErrMethod) })
			if e.SignIn {
				b.answers(c.as(withKey(b.key)), e.Status)
			}
		})
	}
}
