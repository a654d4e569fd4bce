package oidc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"roster"
	"roster/internal/oidc"
	"roster/internal/oidc/oidctest"
)

// noon is when all of this happens.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// bed is a client and a provider.
type bed struct {
	*testing.T
	provider *oidctest.Provider
	client   *oidc.Client
	config   roster.OIDC
	now      time.Time
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{T: t, provider: oidctest.New(t), now: noon}
	b.provider.Clock = func() time.Time { return b.now }
	b.client = oidc.New(func() time.Time { return b.now })
	b.config = roster.OIDC{Enabled: true, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, WellKnownURL: b.provider.WellKnown()}
	return b
}

// explicit configures URLs in place of the document.
func (b *bed) explicit() {
	url := b.provider.URL
	b.config.WellKnownURL, b.config.AuthorizationURL, b.config.TokenURL, b.config.UserInfoURL = "", url+"/authorize", url+"/token", url+"/userinfo"
}

func request() oidc.Request {
	return oidc.Request{Callback: "https://api.example.com/callback", State: "the state", Nonce: "the nonce", Verifier: oidc.NewVerifier()}
}

// signIn goes there and comes back.
func (b *bed) signIn() (oidc.Person, error) {
	b.Helper()
	r := request()
	to, err := b.client.Start(b.Context(), b.config, r)
	if err != nil {
		return oidc.Person{}, err
	}
	return b.client.Finish(b.Context(), b.config, r, b.provider.SignIn(b, to).Query().Get("code"))
}

func (b *bed) wantPerson(want oidc.Person) {
	b.Helper()
	if got, err := b.signIn(); err != nil || got != want {
		b.Errorf("it is %+v (%v), want %+v", got, err, want)
	}
}

// wantFailure wants the sign-in to fail, with the words in the error.
func (b *bed) wantFailure(words string) {
	b.Helper()
	if got, err := b.signIn(); err == nil || !strings.Contains(err.Error(), words) || got != (oidc.Person{}) {
		b.Errorf("it is %+v (%v), want an error with %q", got, err, words)
	}
}

var mira = oidc.Person{
	Subject: "mira-there", Email: "mira@there.example", Verified: true, Name: "Mira There",
	Tokens: oidc.Tokens{Access: "access of mira-there", Refresh: "refresh of mira-there", ExpiresAt: noon.Add(time.Hour)},
}

func TestAProviderWithADocumentIsBelievedByItsIDToken(t *testing.T) {
	b := newBed(t)
	b.wantPerson(mira)
	if asked := b.provider.Asked(); slices.Contains(asked, "/userinfo") {
		t.Errorf("it was asked %q, though the ID token says all", asked)
	}
}

func TestAProviderWithoutADocumentIsBelievedByItsUserInfo(t *testing.T) {
	b := newBed(t)
	b.explicit()
	b.provider.IDToken = map[string]any{"sub": "somebody else", "email": "x@y.example", "nonce": "another"} // which nobody can verify
	b.wantPerson(mira)
	if asked, want := b.provider.Asked(), []string{"/token", "/userinfo"}; !slices.Equal(asked, want) {
		t.Errorf("it was asked %q, want %q", asked, want)
	}
}

func TestTheUserIsSentWithAllThatTheProviderNeeds(t *testing.T) {
	b := newBed(t)
	r := request()
	r.Scopes = []string{"groups", "offline_access"}
	age := int64(0)
	b.config.Prompt, b.config.MaxAge = []string{"login", "consent"}, &age
	to, err := b.client.Start(t.Context(), b.config, r)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme+"://"+u.Host+u.Path != b.provider.URL+"/authorize" {
		t.Fatalf("%s (%v)", to, err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": oidctest.ClientID, "redirect_uri": r.Callback, "state": r.State, "nonce": r.Nonce, "code_challenge_method": "S256",
		"scope": "openid profile email groups offline_access", "prompt": "login consent", "max_age": "0",
	} {
		if q.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, q.Get(name), want)
		}
	}
	if strings.Contains(to, r.Verifier) || strings.Contains(to, "secret") {
		t.Errorf("%s tells a secret", to)
	}
	b.config.Prompt, b.config.MaxAge = nil, nil
	if to, _ = b.client.Start(t.Context(), b.config, r); strings.Contains(to, "prompt") || strings.Contains(to, "max_age") {
		t.Errorf("%s asks for what was not configured", to)
	}
}

func TestTheSecretIsSentAsTheProviderLikesIt(t *testing.T) {
	for _, c := range []struct {
		methods any
		inForm  bool
	}{{[]string{"client_secret_post", "client_secret_basic"}, true}, {[]string{"client_secret_basic"}, false}, {nil, false}} {
		b := newBed(t)
		b.provider.Document = map[string]any{"token_endpoint_auth_methods_supported": c.methods}
		b.wantPerson(mira)
		if got := b.provider.LastForm().Get("client_secret") != ""; got != c.inForm {
			t.Errorf("%v: in the form: %v, want %v", c.methods, got, c.inForm)
		}
	}
	b := newBed(t)
	b.explicit()
	b.wantPerson(mira)
	if b.provider.LastForm().Get("client_secret") == "" {
		t.Error("without a document, it is not in the form (companion section 8.3)")
	}
}

func TestConfiguredURLsWinOverTheDocument(t *testing.T) {
	b := newBed(t)
	b.provider.Document = map[string]any{"token_endpoint": b.provider.URL + "/gone", "userinfo_endpoint": b.provider.URL + "/gone"}
	b.wantFailure("404")
	b.config.TokenURL, b.config.UserInfoURL = b.provider.URL+"/token", b.provider.URL+"/userinfo"
	b.provider.IDToken = map[string]any{"name": nil}
	b.wantPerson(mira)
}

// Auth0 ends its issuer with a slash.
func TestAnIssuerMayEndWithASlash(t *testing.T) {
	b := newBed(t)
	b.provider.Document = map[string]any{"issuer": b.provider.URL + "/"}
	b.provider.IDToken = map[string]any{"iss": b.provider.URL + "/"}
	b.wantPerson(mira)
	b.provider.IDToken = nil
	b.wantFailure("different provider")
}

func TestWhatTheIDTokenLeavesOutTheUserInfoSays(t *testing.T) {
	b := newBed(t)
	for _, left := range []map[string]any{
		{"email": nil, "email_verified": nil, "name": nil}, {"email_verified": nil}, {"name": nil}, {"email_verified": false}, {"email": "other@there.example", "email_verified": false},
	} {
		b.provider.IDToken = left
		b.wantPerson(mira)
	}
	// Address and verification come together.
	b.provider.IDToken = map[string]any{"email_verified": nil}
	b.provider.UserInfo = map[string]any{"email": nil}
	b.wantPerson(oidc.Person{Subject: mira.Subject, Email: mira.Email, Name: mira.Name, Tokens: mira.Tokens})
	b.provider.UserInfo = map[string]any{"email": "unproven@there.example", "email_verified": nil}
	b.wantPerson(oidc.Person{Subject: mira.Subject, Email: "unproven@there.example", Name: mira.Name, Tokens: mira.Tokens})
	b.provider.IDToken = map[string]any{"name": nil}
	b.wantPerson(mira)
	b.provider.UserInfo = map[string]any{"sub": "somebody else"}
	b.wantFailure("somebody else")
	b.provider.Document = map[string]any{"userinfo_endpoint": nil} // a document that is known already
	b.now = b.now.Add(5 * time.Minute)
	want := mira
	want.Name, want.Tokens.ExpiresAt = "", b.now.Add(time.Hour)
	b.wantPerson(want)
}

func TestANameIsKeptWithoutWhatPostgreSQLCannotHold(t *testing.T) {
	b := newBed(t)
	b.provider.IDToken = map[string]any{"name": "\x00Mira\x00 There"}
	b.wantPerson(mira)
}

func TestOnlyTrueIsVerified(t *testing.T) {
	b := newBed(t)
	for value, want := range map[any]bool{true: true, "true": true, false: false, "false": false, "True": false, "1": false, 1: false, "yes": false, "": false} {
		b.provider.Person["email_verified"] = value
		b.provider.Document = map[string]any{"userinfo_endpoint": nil}
		if got, err := b.signIn(); err != nil || got.Verified != want {
			t.Errorf("%#v: %+v (%v), want %v", value, got, err, want)
		}
	}
}

func TestAProviderThatNamesNobodyIsNotBelieved(t *testing.T) {
	b := newBed(t)
	for _, sub := range []any{nil, ""} {
		b.provider.IDToken, b.provider.UserInfo = map[string]any{"sub": sub}, map[string]any{"sub": sub}
		if _, err := b.signIn(); !errors.Is(err, oidc.ErrNoSubject) {
			t.Errorf("ID token, %v: %v", sub, err)
		}
	}
	b.provider.IDToken = map[string]any{"sub": strings.Repeat("x", 2049)}
	b.wantFailure("too long")
	b.provider.IDToken = map[string]any{"sub": "mira\x00"}
	b.wantFailure("U+0000")
	b.explicit()
	if _, err := b.signIn(); !errors.Is(err, oidc.ErrNoSubject) {
		t.Errorf("userinfo: %v", err)
	}
}

func unsigned(header string) func(jwt.MapClaims) string {
	return func(claims jwt.MapClaims) string {
		payload, err := json.Marshal(claims)
		if err != nil {
			panic(err) // claims are made of JSON's values
		}
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(header)) + "." + encode(payload) + "."
	}
}

func TestIDTokensThatProveNothingAreRefused(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	byStranger := func(b *bed) {
		b.provider.Sign = func(c jwt.MapClaims) string { return b.provider.SignedBy(c, stranger) }
	}
	says := func(name string, value any) func(*bed) {
		return func(b *bed) { b.provider.IDToken = map[string]any{name: value} }
	}
	signed := func(sign func(jwt.MapClaims) string) func(*bed) { return func(b *bed) { b.provider.Sign = sign } }
	for name, c := range map[string]struct {
		hostile func(*bed)
		words   string
	}{
		"a foreign issuer":           {says("iss", "https://evil.example"), "different provider"},
		"no issuer":                  {says("iss", nil), "different provider"},
		"a wrong nonce":              {says("nonce", "of another sign-in"), "nonce"},
		"no nonce":                   {says("nonce", nil), "nonce"},
		"a wrong audience":           {says("aud", "another client"), "audience"},
		"no audience":                {says("aud", nil), "audience"},
		"another party":              {says("azp", "another client"), "another client"},
		"an expired one":             {says("exp", noon.Add(-time.Second).Unix()), "expired"},
		"one without expiry":         {says("exp", nil), "expired"},
		"one of the future":          {says("nbf", noon.Add(time.Hour).Unix()), "nbf"},
		"another access token":       {says("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "access token hash"},
		"a name that is none":        {says("name", map[string]any{"first": "Mira"}), "name"},
		"alg none":                   {signed(unsigned(`{"alg":"none"}`)), "algorithm"},
		"alg None":                   {signed(unsigned(`{"alg":"None"}`)), "algorithm"},
		"no signature":               {signed(unsigned(`{"alg":"ES256","kid":"one"}`)), "signature"},
		"a stranger's signature":     {byStranger, "signature"},
		"nonsense":                   {signed(func(jwt.MapClaims) string { return "nonsense" }), "malformed"},
		"two signatures":             {signed(func(jwt.MapClaims) string { return `{"payload":"e30","signatures":[]}` }), ""},
		"a symmetric signature":      {signed(symmetric), "algorithm"},
		"no ID token":                {func(b *bed) { b.provider.Tokens = map[string]any{"id_token": nil} }, "no ID token"},
		"an ID token that is a list": {func(b *bed) { b.provider.Tokens = map[string]any{"id_token": []string{"a"}} }, "no ID token"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			b.wantPerson(mira)
			c.hostile(b)
			b.wantFailure(c.words)
		})
	}
}

// symmetric signs with what everybody may know.
func symmetric(claims jwt.MapClaims) string {
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(oidctest.ClientSecret))
	if err != nil {
		panic(err) // claims are made of JSON's values
	}
	return text
}

func TestWhoMustSignInAgainHasDone(t *testing.T) {
	b := newBed(t)
	age := int64(60)
	b.config.MaxAge = &age
	for signedIn, ok := range map[any]bool{noon.Unix(): true, noon.Add(-2 * time.Minute).Unix(): true, noon.Add(-2*time.Minute - time.Second).Unix(): false, nil: false, 0: false} {
		b.provider.IDToken = map[string]any{"auth_time": signedIn}
		if _, err := b.signIn(); (err == nil) != ok {
			t.Errorf("signed in at %v: %v", signedIn, err)
		}
	}
}

func TestDocumentsThatLeadAstrayAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		document map[string]any
		words    string
	}{
		"a foreign issuer":          {map[string]any{"issuer": "https://evil.example"}, "issuer"},
		"no issuer":                 {map[string]any{"issuer": nil}, "issuer"},
		"no place to sign in":       {map[string]any{"authorization_endpoint": nil}, "authorization endpoint"},
		"a script to sign in":       {map[string]any{"authorization_endpoint": "javascript:alert(1)"}, "authorization endpoint"},
		"a place that can be heard": {map[string]any{"authorization_endpoint": "http://there.example/authorize"}, "authorization endpoint"},
		"tokens that can be heard":  {map[string]any{"token_endpoint": "http://there.example/token"}, "neither https nor"},
		"keys that can be changed":  {map[string]any{"jwks_uri": "http://there.example/keys"}, "neither https nor"},
		"keys from the disk":        {map[string]any{"jwks_uri": "file:///etc/passwd"}, "neither https nor"},
		"no keys":                   {map[string]any{"jwks_uri": nil}, ""},
		"no algorithm but none":     {map[string]any{"id_token_signing_alg_values_supported": []string{"none"}}, "algorithm"},
		"members that are none":     {map[string]any{"issuer": 7}, "decode"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			b.provider.Document = c.document
			b.wantFailure(c.words)
		})
	}
}

// gone waits until the client is. A server notices that once it has read what
// was sent.
func gone(r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// hostile are answers that any endpoint may give.
var hostile = map[string]http.HandlerFunc{
	"nothing": func(http.ResponseWriter, *http.Request) {},
	"no JSON": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
	"an error": func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the code was "+strings.Repeat("long ", 10_000), http.StatusInternalServerError)
	},
	"an endless answer": func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"sub":"`))
		for chunk := []byte(strings.Repeat("a", 1<<16)); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	},
	"endless headers": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Long", strings.Repeat("a", 1<<20)) },
	"no answer":       func(_ http.ResponseWriter, r *http.Request) { gone(r) },
	"a slow answer": func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{`))
		w.(http.Flusher).Flush()
		gone(r)
	},
	"a way elsewhere": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	},
}

func TestAnswersThatAreNoneEndTheSignIn(t *testing.T) {
	for _, path := range []string{"/.well-known/openid-configuration", "/token", "/keys", "/userinfo"} {
		for name, handler := range hostile {
			t.Run(path[1:]+" "+name, func(t *testing.T) {
				b := newBed(t)
				b.client.Timeout = 50 * time.Millisecond
				b.provider.IDToken = map[string]any{"name": nil} // so that all are asked
				b.provider.Serve = map[string]http.HandlerFunc{path: handler}
				_, err := b.signIn()
				if err == nil {
					t.Fatal("it is believed")
				}
				if text := err.Error(); len(text) > 500 || strings.Contains(text, oidctest.ClientSecret) {
					t.Errorf("the error is %q", text)
				}
				if slices.Contains(b.provider.Asked(), "/elsewhere") {
					t.Error("it was followed elsewhere")
				}
			})
		}
	}
}

// What the token endpoint says may repeat the secret.
func TestARefusalIsToldWithoutSecrets(t *testing.T) {
	b := newBed(t)
	b.config.ClientSecret = "a wrong one"
	_, err := b.signIn()
	if err == nil || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "a wrong one") {
		t.Errorf("the error is %v", err)
	}
}

func TestACodeNeedsTheVerifierThatItBeganWith(t *testing.T) {
	b := newBed(t)
	r := request()
	to, err := b.client.Start(t.Context(), b.config, r)
	if err != nil {
		t.Fatal(err)
	}
	r.Verifier = oidc.NewVerifier()
	if _, err = b.client.Finish(t.Context(), b.config, r, b.provider.SignIn(t, to).Query().Get("code")); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("the error is %v", err)
	}
}

func TestADocumentIsRememberedForAWhile(t *testing.T) {
	b := newBed(t)
	documents := func() (n int) {
		b.wantPersonAt()
		for _, path := range b.provider.Asked() {
			if path == "/.well-known/openid-configuration" {
				n++
			}
		}
		return n
	}
	if n := documents(); n != 1 {
		t.Errorf("read %d times", n)
	}
	b.now = b.now.Add(5*time.Minute - time.Second)
	if n := documents(); n != 0 {
		t.Errorf("read %d times while it is remembered", n)
	}
	b.now = b.now.Add(time.Second)
	if n := documents(); n != 1 {
		t.Errorf("read %d times after its time", n)
	}
}

func (b *bed) wantPersonAt() {
	b.Helper()
	want := mira
	want.Tokens.ExpiresAt = b.now.Add(time.Hour)
	b.wantPerson(want)
}

func TestTokensAreRefreshed(t *testing.T) {
	b := newBed(t)
	for _, c := range []struct {
		tokens map[string]any
		want   oidc.Tokens
	}{
		{nil, oidc.Tokens{Access: "access after r", Refresh: "r", ExpiresAt: noon.Add(10 * time.Minute)}},
		{map[string]any{"refresh_token": "r2", "expires_in": nil}, oidc.Tokens{Access: "access after r", Refresh: "r2"}},
		{map[string]any{"expires_in": -5}, oidc.Tokens{Access: "access after r", Refresh: "r"}},
	} {
		b.provider.Tokens = c.tokens
		if got, err := b.client.Refresh(t.Context(), b.config, "r"); err != nil || got != c.want {
			t.Errorf("%v: %+v (%v), want %+v", c.tokens, got, err, c.want)
		}
	}
	b.config.ClientSecret = "another"
	if _, err := b.client.Refresh(t.Context(), b.config, "r"); err == nil {
		t.Error("it is refreshed with a wrong secret")
	}
	b.config.WellKnownURL = b.provider.URL + "/gone"
	if _, err := b.client.Refresh(t.Context(), b.config, "r"); err == nil {
		t.Error("it is refreshed by nobody")
	}
}

func TestWhoDoesNotWaitIsNotWaitedFor(t *testing.T) {
	b := newBed(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.provider.Serve = map[string]http.HandlerFunc{"/.well-known/openid-configuration": func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		gone(r)
	}}
	if _, err := b.client.Start(ctx, b.config, request()); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
