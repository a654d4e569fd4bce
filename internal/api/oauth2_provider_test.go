package api

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"roster"
	"roster/internal/secret"
)

// A provider that others have written, a product's page, the API on a port, and
// a browser that keeps cookies and goes where it is sent.
type tour struct {
	b        *bed
	api, app string
	browser  *http.Client
}

// newTour lets the project trust the provider. Its clients are kept in one place
// that several tests must not write to at once, so these tests run alone.
func newTour(t *testing.T) *tour {
	t.Helper()
	b := atOutset(t)
	b.clock.forward(time.Since(began)) // the provider has the system's clock
	b.api.Observe = nil
	api, app := httptest.NewServer(b.api), httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "the product") }))
	t.Cleanup(api.Close)
	t.Cleanup(app.Close)
	provider := httptest.NewUnstartedServer(nil)
	issuer := "http://" + provider.Listener.Addr().String()
	client := roster.OIDC{ClientID: secret.Random(8), ClientSecret: secret.Random(16), WellKnownURL: issuer + roster.WellKnownPath}
	storage.RegisterClients(storage.WebClient(client.ClientID, client.ClientSecret, api.URL+"/v1/account/sessions/oauth2/callback/oidc/demo"))
	provider.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	provider.Start()
	t.Cleanup(provider.Close)
	b.answers(patch(configuring, params{
		"clientId": quote(client.ClientID), "clientSecret": quote(client.ClientSecret), "wellKnownURL": quote(client.WellKnownURL), "enabled": "true",
		"authorizationURL": `""`, "tokenURL": `""`, "userInfoURL": `""`,
	}), 200)
	b.api.Observe = nil
	jar, err := cookiejar.New(nil)
	b.must(err)
	return &tour{b, api.URL, app.URL, &http.Client{Jar: jar}}
}

// page is what the browser shows in the end, and where that is.
func (t *tour) page(r *http.Response, err error) (string, *url.URL) {
	t.b.t.Helper()
	t.b.must(err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	t.b.must(err)
	return string(text), r.Request.URL
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// signsIn goes to the provider, fills in its form, and returns where the browser
// is in the end.
func (t *tour) signsIn(path string, query url.Values) (string, *url.URL) {
	t.b.t.Helper()
	query.Set("project", "demo")
	form, at := t.page(t.browser.Get(t.api + "/v1/account/" + path + "/oauth2/oidc?" + query.Encode()))
	id := requestID.FindStringSubmatch(form)
	if id == nil {
		t.b.t.Fatalf("the browser is at %s, and not at the provider's form: %s", at, form)
	}
	return t.page(t.browser.PostForm(at.Scheme+"://"+at.Host+"/login/username", url.Values{"username": {"test-user@127.0.0.1"}, "password": {"verysecure"}, "id": {id[1]}}))
}

// asks calls the API from the browser's page.
func (t *tour) asks(method, path, body string) map[string]any {
	t.b.t.Helper()
	r, err := http.NewRequestWithContext(t.b.t.Context(), method, t.api+path, strings.NewReader(body))
	t.b.must(err)
	r.Header.Set("X-Appwrite-Project", "demo")
	r.Header.Set("Content-Type", "application/json")
	text, _ := t.page(t.browser.Do(r))
	var answer map[string]any
	t.b.must(json.Unmarshal([]byte(text), &answer))
	return answer
}

func (t *tour) shows(answer map[string]any, want map[string]any) {
	t.b.t.Helper()
	for name, value := range want {
		if answer[name] != value {
			t.b.t.Errorf("%s = %v, want %v, in %v", name, answer[name], value, answer)
		}
	}
}

func TestARealProviderSignsABrowserIn(t *testing.T) {
	tour := newTour(t)
	text, at := tour.signsIn("sessions", url.Values{"success": {tour.app + "/welcome"}, "failure": {tour.app + "/sorry"}, "scopes[]": {"offline_access"}})
	if text != "the product" || at.String() != tour.app+"/welcome" {
		t.Fatalf("the browser is at %s: %s", at, text)
	}
	tour.shows(tour.asks("GET", "/v1/account", ""), map[string]any{"email": "test-user@zitadel.ch", "emailVerification": true, "name": "Test User"})
	session := tour.asks("GET", "/v1/account/sessions/current", "")
	tour.shows(session, map[string]any{"provider": "oidc", "providerUid": "id1"})
	fresh := tour.asks("PATCH", "/v1/account/sessions/current", "{}")
	if access, refresh := fresh["providerAccessToken"], fresh["providerRefreshToken"]; access == "" || access == session["providerAccessToken"] || refresh == "" || refresh == session["providerRefreshToken"] {
		t.Errorf("the tokens are %v, were %v", fresh, session)
	}
	// Who has signed in is asked again, and is the same.
	me := tour.asks("GET", "/v1/account", "")["$id"]
	tour.signsIn("sessions", url.Values{"success": {tour.app + "/welcome"}})
	tour.shows(tour.asks("GET", "/v1/account", ""), map[string]any{"$id": me})
	tour.shows(tour.asks("GET", "/v1/account/sessions", ""), map[string]any{"total": 1.0})
}

func TestARealProviderGivesAProductAToken(t *testing.T) {
	tour := newTour(t)
	text, at := tour.signsIn("tokens", url.Values{"success": {tour.app + "/welcome?keep=1"}})
	if text != "the product" || at.Query().Get("keep") != "1" {
		t.Fatalf("the browser is at %s: %s", at, text)
	}
	if answer := tour.asks("GET", "/v1/account", ""); answer["type"] != roster.ErrScope.Type {
		t.Errorf("the browser has a session already: %v", answer)
	}
	session := tour.asks("POST", "/v1/account/sessions/token", jsonObject(params{"userId": quote(at.Query().Get("userId")), "secret": quote(at.Query().Get("secret"))}))
	tour.shows(session, map[string]any{"provider": "oidc", "providerUid": "id1", "userId": at.Query().Get("userId")})
	tour.shows(tour.asks("GET", "/v1/account", ""), map[string]any{"email": "test-user@zitadel.ch"})
}

func TestARealProvidersUserHasRostersPage(t *testing.T) {
	tour := newTour(t)
	text, at := tour.signsIn("sessions", url.Values{})
	if !strings.Contains(text, "You are signed in") || at.Path != ownSuccess {
		t.Errorf("the browser is at %s: %s", at, text)
	}
}
