package api

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/token"
)

func TestATokenIsShownOnceAndAsLongAsAskedFor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	for _, length := range []int{4, 5, 6, 127, 128} {
		r := b.answers(post(user(p.ID, "tokens"), params{"length": fmt.Sprint(length), "expire": `"60"`}), 201).
			is(map[string]string{"userId": p.ID, "expire": b.now().Add(time.Minute).String(), "phrase": ""})
		secret := r.text("secret")
		if len(secret) != length || strings.Trim(secret, "0123456789abcdef") != "" {
			t.Errorf("length %d gives %q", length, secret)
		}
		if stored := b.dump(); length > 100 && strings.Contains(stored, secret) || !strings.Contains(stored, digestOf(secret)) {
			t.Error("not the digest is stored, but the secret")
		}
	}
	r := b.answers(post(user(p.ID, "tokens"), params{}), 201).is(map[string]string{"expire": b.now().Add(15 * time.Minute).String()})
	if got := len(r.text("secret")); got != 6 {
		t.Errorf("the usual length is %d", got)
	}
}

// jwtFor asks for a JWT through the API.
func (b *bed) jwtFor(id string, p params) string {
	b.t.Helper()
	return b.answers(post(user(id, "jwts"), p), 201).text("jwt")
}

// claimsOf decodes the parts of a JWT.
func (b *bed) claimsOf(text string) (header, payload string) {
	b.t.Helper()
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		b.t.Fatalf("%q has not three parts", text)
	}
	decode := func(part string) string {
		source, err := base64.RawURLEncoding.DecodeString(part)
		b.must(err)
		return string(source)
	}
	return decode(parts[0]), decode(parts[1])
}

func TestAJWTSaysWhatTheContractWants(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	newest := b.signIn(p.ID, nil).text("$id")
	for _, test := range []struct {
		params  params
		session string
		seconds int64
	}{
		{params{}, newest, 900},
		{params{"sessionId": `"recent"`}, newest, 900},
		{params{"sessionId": quote(p.session.ID), "duration": "1"}, p.session.ID, 1},
		{params{"duration": "3600"}, newest, 3600},
		{params{"sessionId": "null", "duration": "null"}, newest, 900},
	} {
		header, payload := b.claimsOf(b.jwtFor(p.ID, test.params))
		want := fmt.Sprintf(`{"userId":"%s","sessionId":"%s","exp":%d}`, p.ID, test.session, b.clock.Now().Unix()+test.seconds)
		if header != `{"typ":"JWT","alg":"HS256"}` || payload != want {
			t.Errorf("%v = %s %s, want %s", test.params, header, payload, want)
		}
	}
	b.clock.forward(2 * time.Hour) // the newest is taken, expired or not
	if _, payload := b.claimsOf(b.jwtFor(p.ID, nil)); !strings.Contains(payload, newest) {
		t.Errorf("payload = %s", payload)
	}
	b.answers(del(user(p.ID, "sessions")), 204)
	if _, payload := b.claimsOf(b.jwtFor(p.ID, nil)); !strings.Contains(payload, `"sessionId":""`) {
		t.Errorf("without sessions the payload is %s", payload)
	}
	for _, session := range []string{"nobody", newest, b.person().session.ID} {
		b.refuses(post(user(p.ID, "jwts"), params{"sessionId": quote(session)}), roster.ErrSessionNotFound)
	}
	// The user is looked at before the session.
	b.refuses(post(user("nobody", "jwts"), params{"sessionId": `"nobody"`}), roster.ErrUserNotFound)
	b.untouched(func() { b.jwtFor(p.ID, nil) })
}

func TestAJWTEndsWithItsTimeAndItsSession(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	list := get("/v1/users", nil)
	short := b.jwtFor(p.ID, params{"duration": "60"})
	b.clock.forward(time.Minute - time.Second)
	b.answers(list.as(withJWT(short)), 200)
	b.clock.forward(time.Second) // no leeway (contract section 7.3)
	b.refuses(list.as(withJWT(short)), roster.ErrJWT)
	bound := b.jwtFor(p.ID, params{"duration": "3600"})
	b.answers(list.as(withJWT(bound)), 200)
	b.clock.forward(59*time.Minute + time.Millisecond) // the person's session lives for an hour
	b.refuses(list.as(withJWT(bound)), roster.ErrScope)
	b.answers(del(user(p.ID, "sessions")), 204)
	free := b.jwtFor(p.ID, nil)
	b.answers(list.as(withJWT(free)), 200)
	b.answers(del(user(p.ID)), 204)
	b.refuses(list.as(withJWT(free)), roster.ErrScope) // its user is gone
}

func TestForgedJWTsAreRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person(impersonator)
	good := b.jwt(p.ID)
	other := b.beside("other")
	other.names--
	other.person(impersonator) // the same ids in another project (Q16)
	parts := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	sign := func(c token.Claims, key []byte) string {
		text, err := token.SignJWT(c, key)
		b.must(err)
		return text
	}
	claims := token.Claims{UserID: p.ID, Expires: b.clock.Now().Unix() + 60}
	projectKey := b.dir.Secrets.Derive("jwt:" + b.project.ID)
	b.answers(get("/v1/users", nil).as(withJWT(sign(claims, projectKey))), 200)
	for name, text := range map[string]string{
		"another project":     other.jwt(p.ID),
		"no algorithm":        encode([]byte(`{"typ":"JWT","alg":"none"}`)) + "." + parts[1] + ".",
		"an algorithm's name": encode([]byte(`{"typ":"JWT","alg":"NONE"}`)) + "." + parts[1] + "." + parts[2],
		"a public key's":      encode([]byte(`{"typ":"JWT","alg":"RS256"}`)) + "." + parts[1] + "." + parts[2],
		"another algorithm":   encode([]byte(`{"typ":"JWT","alg":"HS512"}`)) + "." + parts[1] + "." + parts[2],
		"another key":         sign(claims, []byte("secret")),
		"no key":              sign(claims, nil),
		"no user":             sign(token.Claims{Expires: b.clock.Now().Unix() + 60}, projectKey),
		"no expiry":           sign(token.Claims{UserID: p.ID}, projectKey),
		"expiry now":          sign(token.Claims{UserID: p.ID, Expires: b.clock.Now().Unix()}, projectKey),
		"no signature":        parts[0] + "." + parts[1] + ".",
		"two parts":           parts[0] + "." + parts[1],
		"four parts":          good + ".x",
		"other claims":        parts[0] + "." + encode([]byte(`{"userId":"admin","sessionId":"","exp":9999999999}`)) + "." + parts[2],
		"padding":             good + "==",
		"a blank":             good + " x",
		"nonsense":            "nonsense",
	} {
		b.run(name, func(b *bed) { b.refuses(get("/v1/users", nil).as(withJWT(text)), roster.ErrJWT) })
	}
	// A session that is another user's is no session of this one.
	stolen := token.Claims{UserID: p.ID, SessionID: b.person().session.ID, Expires: b.clock.Now().Unix() + 60}
	b.refuses(get("/v1/users", nil).as(withJWT(sign(stolen, projectKey))), roster.ErrScope)
	// It is found out before the scope is looked at.
	b.refuses(del(user(p.ID)).as(withJWT("nonsense")), roster.ErrJWT)
}
