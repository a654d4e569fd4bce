package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

// guest takes the usual key away.
var guest = header{"X-Appwrite-Key": ""}

// withKey comes with another key.
func withKey(key string) header { return header{"X-Appwrite-Key": key} }

// withSession comes with a session instead of a key.
func withSession(secret string) header {
	return header{"X-Appwrite-Key": "", "X-Appwrite-Session": secret}
}

// withJWT comes with a JWT instead of a key.
func withJWT(text string) header { return header{"X-Appwrite-Key": "", "X-Appwrite-JWT": text} }

// jwt makes a JWT of the user's newest session.
func (b *bed) jwt(user string) string {
	b.t.Helper()
	text, err := b.dir.CreateJWT(b.t.Context(), b.caller(), user, directory.RecentSession, 15*time.Minute)
	b.must(err)
	return text
}

func impersonator(p *person) { p.Impersonator = true }

func blocked(p *person) { p.Enabled = false }

func halfSignedIn(p *person) { p.MFA, p.EmailVerified = true, true }

// badCaller is who every endpoint refuses.
type badCaller struct {
	name   string
	header header
	want   *roster.Error
}

func badCallers(b *bed) []badCaller {
	b.t.Helper()
	_, foreign := b.newProject("other")
	expired := b.newKey(b.project, directory.NewKey{Name: "expired", Scopes: roster.Scopes(), ExpiresAt: b.now() - 1})
	revoked := b.newKey(b.project, directory.NewKey{Name: "revoked", Scopes: roster.Scopes()})
	keys, err := b.dir.Keys(b.t.Context(), b.project)
	b.must(err)
	b.must(b.dir.RevokeKey(b.t.Context(), b.project, keys[slices.IndexFunc(keys, func(k roster.Key) bool { return k.Name == "revoked" })].ID))
	closed := func(id, setting string) {
		_, err := b.dir.CreateProject(b.t.Context(), id, id)
		b.must(err)
		_, err = b.dir.UpdateProject(b.t.Context(), id, func(p *roster.Project) error { return p.Settings.Set(setting, "false") })
		b.must(err)
	}
	closed("no-rest", "apis.rest")
	closed("no-users", "services.users")
	u := b.person()
	return []badCaller{
		{"nobody", guest, roster.ErrScope},
		{"nobody in no project", header{"X-Appwrite-Key": "", "X-Appwrite-Project": ""}, roster.ErrScope},
		{"nobody in the console", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "console"}, roster.ErrScope},
		{"a key without scopes", withKey(b.newKey(b.project, directory.NewKey{Name: "none"})), roster.ErrScope},
		{"an unknown key", withKey("standard_" + repeat("ab", 128)), roster.ErrUnauthorized},
		{"an unknown key without a kind", withKey(repeat("ab", 128)), roster.ErrUnauthorized},
		{"a key cut short", withKey(b.key[:len(b.key)-1]), roster.ErrUnauthorized},
		{"a key made longer", withKey(b.key + "0"), roster.ErrUnauthorized},
		{"a key in capitals", withKey("standard_" + strings.ToUpper(b.key[len("standard_"):])), roster.ErrUnauthorized},
		{"a key without its kind", withKey(strings.TrimPrefix(b.key, "standard_")), roster.ErrUnauthorized},
		{"a key of another project", withKey(foreign), roster.ErrUnauthorized},
		{"an expired key", withKey(expired), roster.ErrKeyExpired},
		{"a revoked key", withKey(revoked), roster.ErrUnauthorized},
		{"a key of an unknown kind", withKey("foo_bar"), roster.ErrScope},
		{"an ephemeral key", withKey("ephemeral_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.x"), roster.ErrScope},
		{"a dynamic key", withKey("dynamic_x"), roster.ErrScope},
		{"a key without a project", header{"X-Appwrite-Project": ""}, roster.ErrProjectIDMissing},
		{"a key in the console", header{"X-Appwrite-Project": "console"}, roster.ErrUnauthorized},
		{"a key in an unknown project", header{"X-Appwrite-Project": "nowhere"}, roster.ErrProjectNotFound},
		{"nobody in an unknown project", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "nowhere"}, roster.ErrProjectNotFound},
		{"an administrator", header{"X-Appwrite-Key": "", "X-Appwrite-Mode": "admin"}, roster.ErrUnauthorized},
		{"an administrator of the console", header{"X-Appwrite-Key": "", "X-Appwrite-Mode": "admin", "X-Appwrite-Project": "console"}, roster.ErrBadRequest},
		{"a page of an unknown origin", header{"X-Appwrite-Key": "", "Origin": "https://evil.example"}, roster.ErrOrigin},
		{"nobody while REST is off", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "no-rest"}, roster.ErrAPIDisabled},
		{"nobody while the service is off", header{"X-Appwrite-Key": "", "X-Appwrite-Project": "no-users"}, roster.ErrServiceDisabled},
		{"a user's session", withSession(u.secret), roster.ErrScope},
		{"a user's JWT", withJWT(b.jwt(u.ID)), roster.ErrScope},
		{"no JWT at all", withJWT("not.a.jwt"), roster.ErrJWT},
		{"a session and a JWT", header{"X-Appwrite-Key": "", "X-Appwrite-Session": u.secret, "X-Appwrite-JWT": b.jwt(u.ID)}, roster.ErrJWTAndSession},
	}
}

func TestEveryEndpointRefusesEveryBadCaller(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	callers, about := badCallers(b), b.person()
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			b.untouched(func() {
				for _, caller := range callers {
					b.run(caller.name, func(b *bed) { b.refuses(b.of(e, about).as(caller.header), caller.want) })
				}
			})
		})
	}
}

func TestAnyOneOfItsScopesOpensAnEndpoint(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	keys := make(map[roster.Scope]string)
	for _, scope := range roster.Scopes() {
		keys[scope] = b.newKey(b.project, directory.NewKey{Name: string(scope), Scopes: []roster.Scope{scope}})
	}
	about := b.person()
	for _, p := range promised {
		for _, scope := range roster.Scopes() {
			b.run(p.name+" "+string(scope), func(b *bed) {
				if slices.Contains(promisedScopes[p.scopes], scope) {
					b.answers(b.valid(p.name).as(withKey(keys[scope])), p.status)
					return
				}
				b.untouched(func() { b.refuses(b.of(b.endpoint(p.name), about).as(withKey(keys[scope])), roster.ErrScope) })
			})
		}
	}
}

// An impersonator may read, with a session or a JWT, and nothing more
// (contract section 2.4).
func TestImpersonatorsMayReadAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	good, bad, half, about := b.person(impersonator), b.person(impersonator, blocked), b.person(impersonator, halfSignedIn), b.person()
	b.withCodes(about.ID)
	goods := []header{withSession(good.secret), withJWT(b.jwt(good.ID))}
	bads := []header{withSession(bad.secret), withJWT(b.jwt(bad.ID)), withSession(half.secret)}
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			c := b.of(e, about)
			b.untouched(func() {
				if !slices.Contains(e.Scopes, roster.UsersRead) {
					for _, h := range slices.Concat(goods, bads) {
						b.refuses(c.as(h), roster.ErrScope)
					}
					return
				}
				for _, h := range goods {
					b.answers(c.as(h), e.Status)
				}
				b.refuses(c.as(bads[0]), roster.ErrUserBlocked)
				b.refuses(c.as(bads[1]), roster.ErrUserBlocked)
				b.refuses(c.as(bads[2]), roster.ErrMoreFactors)
			})
		})
	}
}

func TestABodyThatSaysItIsTooLargeIsNotRead(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, e := range Endpoints() {
		if e.reads() {
			continue
		}
		c := b.of(e, nobody)
		r := b.request(c)
		r.ContentLength = MaxBody + 1
		b.untouched(func() { b.serve(r, c.String()).refused(roster.ErrBodyTooLarge) })
	}
}

// What goes wrong inside is told to nobody outside.
func TestAFailureInsideIsHidden(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	about := b.person()
	b.answers(b.of(b.endpoint("usersGet"), about), http.StatusOK) // project and key are remembered from here on
	b.must(b.store.Close())
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			r := b.refuses(b.of(e, about), roster.ErrInternal)
			for _, word := range []string{"sql", "closed", "store"} {
				if strings.Contains(r.text("message"), word) {
					b.t.Errorf("the message tells too much: %s", r.body)
				}
			}
		})
	}
}

// touched reads what the database knows of the use of a key.
func (b *bed) touched(name string) roster.Key {
	b.t.Helper()
	keys, err := b.dir.Keys(b.t.Context(), b.project)
	b.must(err)
	for _, k := range keys {
		if k.Name == name {
			return k
		}
	}
	b.t.Fatalf("there is no key %s", name)
	return roster.Key{}
}

// A key's last use is stored once a day, and the SDKs that use it (contract
// section 2.2).
func TestTheUseOfAKeyIsRemembered(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	_, key, err := b.dir.CreateKey(t.Context(), b.project, directory.NewKey{Name: "ours", Scopes: roster.Scopes()})
	b.must(err)
	if k := b.touched("ours"); k.AccessedAt != 0 {
		t.Errorf("a new key was used at %s", k.AccessedAt)
	}
	use := func(sdk string) roster.Key {
		b.answers(get("/v1/users", nil).as(header{"X-Appwrite-Key": key, "X-SDK-Name": sdk}), 200)
		return b.touched("ours")
	}
	first := b.now()
	if k := use(""); k.AccessedAt != first || len(k.SDKs) != 0 {
		t.Errorf("after its first use: %s %q", k.AccessedAt, k.SDKs)
	}
	b.clock.forward(23 * time.Hour)
	if k := use("Flutter"); k.AccessedAt != first || len(k.SDKs) != 0 {
		t.Errorf("a browser's SDK, or less than a day: %s %q", k.AccessedAt, k.SDKs)
	}
	if k := use("Node.js"); !slices.Equal(k.SDKs, []string{"Node.js"}) {
		t.Errorf("after Node.js: %q", k.SDKs)
	}
	if k := use("Node.js"); !slices.Equal(k.SDKs, []string{"Node.js"}) {
		t.Errorf("after Node.js again: %q", k.SDKs)
	}
	b.clock.forward(25 * time.Hour)
	if k := use("Python"); k.AccessedAt != b.now() || !slices.Equal(k.SDKs, []string{"Node.js", "Python"}) {
		t.Errorf("after two days: %s %q", k.AccessedAt, k.SDKs)
	}
}

func TestAKeyOfOldWithoutAKindIsAStandardOne(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	old := repeat("0f", 128)
	k := roster.Key{ID: "old", Name: "old", Scopes: roster.Scopes(), Digest: digestOf(old)}
	b.write(func(tx store.Tx) error { return tx.CreateKey(b.project.Number, &k) })
	b.answers(get("/v1/users", nil).as(withKey(old)), 200)
}

func TestAKeyExpiresAtItsTime(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	key := b.newKey(b.project, directory.NewKey{Name: "soon", Scopes: roster.Scopes(), ExpiresAt: b.now().Add(time.Minute)})
	c := get("/v1/users", nil).as(withKey(key))
	b.clock.forward(time.Minute)
	b.answers(c, 200)
	b.clock.forward(time.Millisecond)
	b.refuses(c, roster.ErrKeyExpired)
}

// The key wins: what else comes along is ignored (contract section 2.2).
func TestAKeyMakesSessionsAndOriginsIrrelevant(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	u := b.person(impersonator, blocked)
	b.answers(del(user(u.ID, "sessions")).as(header{
		"X-Appwrite-Session": u.secret, "Origin": "https://evil.example", "X-Appwrite-Mode": "admin",
	}), 204)
	records, _, err := b.dir.Logs(t.Context(), b.caller(), u.ID, 1, 0, false)
	b.must(err)
	if a := records[0].Actor; a.Type != roster.ActorKey || a.Name != "all" || a.Email != "" {
		t.Errorf("done by %+v, want the key", a)
	}
}
