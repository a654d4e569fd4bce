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

// guest takes all credentials away.
var guest = header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-JWT": ""}

// withKey comes with another key.
func withKey(key string) header { return header{"X-Appwrite-Key": key} }

// withSession comes with a session instead of a key.
func withSession(secret string) header {
	return header{"X-Appwrite-Key": "", "X-Appwrite-Session": secret, "X-Appwrite-JWT": ""}
}

// withJWT comes with a JWT instead of a key.
func withJWT(text string) header {
	return header{"X-Appwrite-Key": "", "X-Appwrite-Session": "", "X-Appwrite-JWT": text}
}

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

func TestAnyOneOfItsScopesOpensAnEndpoint(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	keys := make(map[roster.Scope]string)
	for _, scope := range roster.Scopes() {
		keys[scope] = b.newKey(b.project, directory.NewKey{Name: string(scope), Scopes: []roster.Scope{scope}})
	}
	about := b.person()
	for _, p := range promised {
		for _, scope := range roster.Scopes() {
			b.run(p.name+" "+string(scope), func(b *bed) {
				if p.scopes == "P" || p.scopes == "H" || slices.Contains(promisedScopes[p.scopes], scope) {
					b.answers(b.valid(p.name).as(withKey(keys[scope])), p.status)
					return
				}
				b.untouched(func() { b.refuses(b.of(b.endpoint(p.name), about).as(withKey(keys[scope])), roster.ErrScope) })
			})
		}
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
		if rulesOf(e, "no store") {
			continue
		}
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
