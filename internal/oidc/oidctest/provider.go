// Package oidctest is an OpenID provider for tests. It does all things right
// unless a test tells it otherwise.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The client that every provider knows.
const (
	ClientID     = "roster-client"
	ClientSecret = "the secret of the client"
)

// Provider is a running provider. Its fields may be changed between requests.
type Provider struct {
	URL string
	// Person is what is true of who signs in next.
	Person map[string]any
	// Document, IDToken, UserInfo and Tokens stand in for single members of what
	// the provider answers; nil leaves a member out.
	Document, IDToken, UserInfo, Tokens map[string]any
	// Sign makes an ID token of claims; nil: with the provider's key.
	Sign func(claims jwt.MapClaims) string
	// Serve answers instead of the provider, by path; nil or missing: not.
	Serve map[string]http.HandlerFunc
	// Clock is the provider's; nil: the system's.
	Clock func() time.Time

	key   *ecdsa.PrivateKey
	mu    sync.Mutex
	codes map[string]url.Values // by code: what the sign-in began with
	asked []string
	last  url.Values // the form that came to the token endpoint last
}

// New starts a provider, which ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{key: key, codes: make(map[string]url.Values), Person: map[string]any{
		"sub": "mira-there", "email": "mira@there.example", "email_verified": true, "name": "Mira There",
	}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// WellKnown is the URL of the discovery document.
func (p *Provider) WellKnown() string { return p.URL + "/.well-known/openid-configuration" }

// SignIn is what the provider does with a user whom a product has sent there:
// it returns where the user is sent back to.
func (p *Provider) SignIn(t testing.TB, location string) *url.URL {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"client_id": ClientID, "response_type": "code", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Fatalf("%s asks with %s = %q, want %q", location, name, q.Get(name), want)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := rand.Text()
	p.codes[code] = q
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		t.Fatal(err)
	}
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	return back
}

// Asked returns the paths that were asked for since the last call.
func (p *Provider) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// LastForm is what came to the token endpoint last.
func (p *Provider) LastForm() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// ServeHTTP implements [http.Handler].
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.URL.Path)
	instead := p.Serve[r.URL.Path]
	p.mu.Unlock()
	switch {
	case instead != nil:
		instead(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		p.document(w)
	case r.URL.Path == "/keys":
		p.keys(w)
	case r.URL.Path == "/token":
		p.Token(w, r)
	case r.URL.Path == "/userinfo":
		p.userInfo(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (p *Provider) document(w http.ResponseWriter) {
	answer(w, http.StatusOK, with(map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "userinfo_endpoint": p.URL + "/userinfo",
		"jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
	}, p.Document))
}

func (p *Provider) keys(w http.ResponseWriter) {
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		panic(err) // the curve is a known one
	}
	encode := base64.RawURLEncoding.EncodeToString
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256", "x": encode(point[1:33]), "y": encode(point[33:]),
	}}})
}

// Token is the token endpoint.
func (p *Provider) Token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	} else {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	}
	p.mu.Lock()
	p.last = r.PostForm
	began, known := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	p.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	switch {
	case id != ClientID || secret != ClientSecret:
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "the secret is " + secret})
	case r.PostForm.Get("grant_type") == "refresh_token":
		answer(w, http.StatusOK, with(map[string]any{"access_token": "access after " + r.PostForm.Get("refresh_token"), "token_type": "Bearer", "expires_in": 600}, p.Tokens))
	case !known || r.PostForm.Get("redirect_uri") != began.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(challenge[:]) != began.Get("code_challenge"):
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
	default:
		answer(w, http.StatusOK, with(map[string]any{
			"access_token": fmt.Sprint("access of ", p.Person["sub"]), "refresh_token": fmt.Sprint("refresh of ", p.Person["sub"]), "token_type": "Bearer",
			"expires_in": 3600, "id_token": p.idToken(began.Get("nonce")),
		}, p.Tokens))
	}
}

func (p *Provider) idToken(nonce string) string {
	now := time.Now
	if p.Clock != nil {
		now = p.Clock
	}
	claims := with(map[string]any{"iss": p.URL, "aud": ClientID, "exp": now().Add(time.Hour).Unix(), "iat": now().Unix(), "nonce": nonce}, p.Person)
	claims = with(claims, p.IDToken)
	if p.Sign != nil {
		return p.Sign(claims)
	}
	return p.SignedBy(claims, p.key)
}

// SignedBy signs claims with any key, under the name of the provider's.
func (p *Provider) SignedBy(claims jwt.MapClaims, key *ecdsa.PrivateKey) string {
	t := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	t.Header["kid"] = "one"
	text, err := t.SignedString(key)
	if err != nil {
		panic(err) // claims are made of JSON's values
	}
	return text
}

func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != fmt.Sprint("Bearer access of ", p.Person["sub"]) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return
	}
	answer(w, http.StatusOK, with(p.Person, p.UserInfo))
}

// with returns members with others in their place; nil takes one away.
func with(members, others map[string]any) map[string]any {
	all := maps.Clone(members)
	for name, value := range others {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	return all
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
