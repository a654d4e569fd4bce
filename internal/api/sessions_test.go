package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// signIn makes a session through the API.
func (b *bed) signIn(id string, h header) *reply {
	b.t.Helper()
	return b.answers(post(user(id, "sessions"), params{}).as(h), 201)
}

func TestASessionsSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	r := b.signIn(p.ID, nil).is(map[string]string{"provider": "server", "current": "false", "factors.0": "server", "expire": b.now().Add(365 * 24 * time.Hour).String()})
	text, err := base64.StdEncoding.DecodeString(r.text("secret"))
	b.must(err)
	var form struct{ ID, Secret string }
	b.must(json.Unmarshal(text, &form))
	if form.ID != p.ID || len(form.Secret) != 256 || strings.Trim(form.Secret, "0123456789abcdef") != "" || string(text) != `{"id":"`+p.ID+`","secret":"`+form.Secret+`"}` {
		t.Errorf("the secret is %s", text)
	}
	for _, secret := range b.answers(get(user(p.ID, "sessions"), nil), 200).each("sessions", "secret") {
		if secret != "" {
			t.Errorf("a listed session shows the secret %q", secret)
		}
	}
	if strings.Contains(b.dump(), form.Secret) {
		t.Error("the secret is stored as it is")
	}
	b.answers(get("/v1/users", nil).as(withSession(r.text("secret"))), 200)
	if other := b.signIn(p.ID, nil).text("secret"); other == r.text("secret") {
		t.Error("two sessions have one secret")
	}
}

func TestASessionLivesAsLongAsTheProjectSays(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.SessionDuration, s.MaxSessions = 60, 1 })
	p := b.person(impersonator)
	first := b.signIn(p.ID, nil).is(map[string]string{"expire": b.now().Add(time.Minute).String()}).text("secret")
	second := b.signIn(p.ID, nil).text("secret") // the limit concerns signing in only
	list := get("/v1/users", nil)
	b.clock.forward(time.Minute)
	b.answers(list.as(withSession(first)), 200)
	b.answers(list.as(withSession(second)), 200)
	b.clock.forward(time.Millisecond)
	b.refuses(list.as(withSession(first)), roster.ErrScope)
	b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "3"}) // expired ones included
}

func TestSessionsAreListedOldestFirst(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	ids := []string{p.session.ID}
	for range 3 {
		b.clock.forward(time.Second)
		ids = append(ids, b.signIn(p.ID, nil).text("$id"))
	}
	b.person()
	r := b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "4"})
	if diff := cmp.Diff(ids, r.each("sessions", "$id")); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	for _, no := range []string{"false", "0"} {
		r := b.answers(get(user(p.ID, "sessions"), params{"total": quote(no)}), 200).is(map[string]string{"total": "0"})
		if len(r.each("sessions", "$id")) != 4 {
			t.Errorf("total=%s leaves out sessions: %s", no, r.body)
		}
	}
}

func TestAtMostAThousandSessionsAreListed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	_, err := b.file.Exec(`insert into sessions (project, seq, id, user_id, created_at, updated_at, expires_at, provider, provider_uid,
			provider_access_token, provider_refresh_token, secret_digest, user_agent, ip, country, factors)
		with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
		select cast($1 as integer), 9000000000000000000 + i, 'bulk-' || i, cast($2 as text), 0, 0, 0, '', '', '', '', cast(i as text), '', '', '--', '[]' from n`, b.project.Number, p.ID)
	b.must(err)
	r := b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "1000"})
	if ids := r.each("sessions", "$id"); len(ids) != 1000 || ids[0] != p.session.ID {
		t.Errorf("%d sessions, the first %s", len(ids), ids[0])
	}
}

func TestAnEndedSessionIsNoneFromThenOn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	r := b.signIn(p.ID, nil)
	jwt := b.jwt(p.ID) // bound to the newest session
	list := get("/v1/users", nil)
	b.answers(list.as(withJWT(jwt)), 200)
	b.answers(del(user(p.ID, "sessions", r.text("$id"))), 204)
	b.refuses(del(user(p.ID, "sessions", r.text("$id"))), roster.ErrSessionNotFound)
	b.refuses(list.as(withSession(r.text("secret"))), roster.ErrScope)
	b.refuses(list.as(withJWT(jwt)), roster.ErrScope)
	b.answers(list.as(withSession(p.secret)), 200)
	b.answers(del(user(p.ID, "sessions")), 204)
	b.refuses(list.as(withSession(p.secret)), roster.ErrScope)
	b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "0"})
	b.untouched(func() { b.answers(del(user(p.ID, "sessions")), 204) }) // there are none
}

// Where a session comes from is read once, when it is made (contract section 8).
func TestASessionKnowsWhereItComesFrom(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.dir.Country = func(ip string) string {
		if ip == "198.51.100.9" {
			return "de"
		}
		return "--"
	}
	b.api.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	p := b.person()
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
	for _, test := range []struct {
		name   string
		header header
		want   map[string]string
	}{
		{"without anything", header{"User-Agent": ""}, map[string]string{"ip": "203.0.113.7", "osCode": "", "clientName": "", "countryCode": "--", "countryName": "Unknown"}},
		{"a browser", header{"User-Agent": firefox}, map[string]string{"osCode": "LIN", "clientCode": "FF", "clientVersion": "128.0", "deviceName": "desktop"}},
		{"a visitor of the product", header{"User-Agent": "AppwriteNodeJSSDK/26.2.0 (linux; x64) Node.js/v20", "X-Forwarded-User-Agent": firefox, "X-Forwarded-For": "198.51.100.9"},
			map[string]string{"clientCode": "FF", "ip": "198.51.100.9", "countryCode": "de", "countryName": "Germany"}},
		{"in another language", header{"X-Forwarded-For": "198.51.100.9", "X-Appwrite-Locale": "de"}, map[string]string{"countryCode": "de", "countryName": "Deutschland"}},
		{"what a client claims before the proxies", header{"X-Forwarded-For": "192.0.2.1, 198.51.100.9, 203.0.113.8"}, map[string]string{"ip": "198.51.100.9"}},
	} {
		b.run(test.name, func(b *bed) { b.signIn(p.ID, test.header).is(test.want) })
	}
	b.api.TrustedProxies = nil
	b.signIn(p.ID, header{"X-Forwarded-For": "198.51.100.9"}).is(map[string]string{"ip": "203.0.113.7"})
	b.answers(get(user(p.ID, "sessions"), nil).as(header{"X-Appwrite-Locale": "fr"}), 200).is(map[string]string{"sessions.3.countryName": "Allemagne"})
	b.signIn(p.ID, header{"User-Agent": repeat("é", 2000)})
}

// sessionPlaces are the ways in which a session may come, best first (contract
// section 2.4).
func sessionPlaces(project, secret string) []header {
	fallback, err := json.Marshal(map[string]string{"a_session_" + project: secret})
	if err != nil {
		panic(err) // strings always marshal
	}
	return []header{
		{"Cookie": "a_session_" + project + "=" + secret},
		{"Cookie": "a_session_" + project + "=" + strings.ReplaceAll(secret, "=", "%3D")},
		{"Cookie": "a_session_" + project + "_legacy=" + secret},
		{"X-Appwrite-Session": secret},
		{"X-Appwrite-Session": strings.TrimRight(secret, "=")},
		{"X-Fallback-Cookies": string(fallback)},
	}
}

func TestASessionMayComeInManyWays(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	for _, h := range sessionPlaces("demo", p.secret) {
		b.answers(get("/v1/users", nil).as(guest).as(h), 200)
	}
	for _, h := range append(sessionPlaces("other", p.secret)[:3], sessionPlaces("other", p.secret)[5]) {
		b.refuses(get("/v1/users", nil).as(guest).as(h), roster.ErrScope)
	}
	// The better place counts, unless nothing can be read there.
	none := b.person().secret
	for _, test := range []struct {
		cookie, header string
		want           int
	}{
		{p.secret, none, 200}, {none, p.secret, 401}, {"*", p.secret, 200}, {p.secret, "*", 200},
	} {
		b.answers(get("/v1/users", nil).as(guest).as(header{"Cookie": "a_session_demo=" + test.cookie, "X-Appwrite-Session": test.header}), test.want)
	}
}

func TestWhatIsNoSessionIsNobody(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, secret := range []string{
		"x", "{}", encode("{}"), encode("[]"), encode(`{"id":"` + p.ID + `"}`), encode(`{"id":"` + p.ID + `","secret":""}`),
		encode(`{"id":"` + p.ID + `","secret":"` + p.session.SecretDigest + `"}`), encode(`{"id":"` + p.ID + `","secret":["x"]}`),
		p.secret[:len(p.secret)-6], p.secret + p.secret, strings.ToLower(p.secret), p.secret[:8] + "\t" + p.secret[8:], strings.ReplaceAll(p.secret, "e", "-"),
	} {
		b.refuses(get("/v1/users", nil).as(withSession(secret)), roster.ErrScope)
	}
	b.answers(get("/v1/users", nil).as(withSession(p.secret)), 200)
}

// A user may have been deleted, or blocked, or lost a capability meanwhile:
// it is judged at use.
func TestASessionIsJudgedAtUse(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	c := get("/v1/users", nil).as(withSession(p.secret))
	b.answers(c, 200)
	b.answers(patch(user(p.ID, "status"), params{"status": "false"}), 200)
	b.refuses(c, roster.ErrUserBlocked)
	b.answers(patch(user(p.ID, "status"), params{"status": "true"}), 200)
	b.answers(patch(user(p.ID, "impersonator"), params{"impersonator": "false"}), 200)
	b.refuses(c, roster.ErrScope)
	b.answers(patch(user(p.ID, "impersonator"), params{"impersonator": "true"}), 200)
	b.answers(c, 200)
	b.answers(del(user(p.ID)), 204)
	b.refuses(c, roster.ErrScope)
}

// With MFA on, a session needs another factor if the user has one (contract
// section 1.9, step 12).
func TestMoreFactorsAreAskedOfThoseWhoHaveThem(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	none := func(p *person) { p.Impersonator, p.MFA, p.authenticator.Verified = true, true, false }
	for _, test := range []struct {
		name string
		edit func(*person)
		want int
	}{
		{"nothing to answer with", func(*person) {}, 200},
		{"email", func(p *person) { p.EmailVerified = true }, http.StatusUnauthorized},
		{"phone", func(p *person) { p.PhoneVerified = true }, http.StatusUnauthorized},
		{"an app", func(p *person) { p.authenticator.Verified = true }, http.StatusUnauthorized},
		{"an app, but no MFA", func(p *person) { p.authenticator.Verified, p.MFA = true, false }, 200},
		{"a second factor already", func(p *person) { p.EmailVerified, p.session.Factors = true, []string{"password", "email"} }, 200},
	} {
		b.run(test.name, func(b *bed) {
			p := b.person(none, test.edit)
			b.answers(get("/v1/users", nil).as(withSession(p.secret)), test.want)
		})
	}
}
