package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/oidc/oidctest"
	"roster/internal/store"
	"roster/internal/token"
)

const (
	welcome = "https://app.example.com/welcome"
	sorry   = "https://app.example.com/sorry"
)

// withApp lets users be sent to the product's pages.
func (b *bed) withApp() {
	b.t.Helper()
	b.settings(func(s *roster.Settings) { s.Platforms = []string{"app.example.com", "*.wild.example"} })
}

var toApp = params{"success": quote(welcome), "failure": quote(sorry)}

// withCookie comes with the session that the answer gave the browser.
func (r *reply) withCookie() header {
	c := r.cookie("a_session_demo_legacy")
	return guest.and(header{"Cookie": c.Name + "=" + c.Value})
}

// session is what the answer's cookie says of the session.
func (r *reply) session() *reply {
	r.b.t.Helper()
	return r.b.answers(get("/v1/account/sessions/current", nil).as(r.withCookie()), 200)
}

// stored are the events of the user in the order of their recording.
func (b *bed) stored(user string) (events []string) {
	b.t.Helper()
	records, err := b.store.Records(b.t.Context(), b.project.Number, user, 0, 100, 0)
	b.must(err)
	for _, r := range slices.Backward(records) {
		events = append(events, r.Event+" by "+string(r.Actor.Type)+" "+r.Actor.ID)
	}
	return events
}

func TestAGuestSignsInWithTheProvider(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	p := b.provided()
	arrived := b.setsOff("sessions", toApp, guest).signsIn(p)
	if arrived.header.Get("Location") != welcome {
		t.Errorf("it leads to %s, want %s without any secret", arrived.header.Get("Location"), welcome)
	}
	me := b.answers(get("/v1/account", nil).as(arrived.withCookie()), 200).is(map[string]string{
		"email": "mira@there.example", "emailVerification": "true", "name": "Mira There", "passwordUpdate": "", "status": "true",
		"targets.0.identifier": "mira@there.example", "targets.0.providerType": "email", "accessedAt": b.now().String(),
	}).text("$id")
	arrived.session().is(map[string]string{
		"userId": me, "provider": "oidc", "providerUid": "mira-there", "factors": "[email oauth2]", "current": "true", "secret": "",
		"providerAccessToken": "access of mira-there", "providerRefreshToken": "refresh of mira-there", "providerAccessTokenExpiry": b.now().Add(time.Hour).String(),
		"expire": b.now().Add(365 * 24 * time.Hour).String(),
	})
	b.answers(get("/v1/account/identities", nil).as(arrived.withCookie()), 200).is(map[string]string{
		"total": "1", "identities.0.userId": me, "identities.0.provider": "oidc", "identities.0.providerUid": "mira-there", "identities.0.providerEmail": "mira@there.example",
		"identities.0.providerAccessToken": "access of mira-there", "identities.0.providerRefreshToken": "refresh of mira-there",
		"identities.0.providerAccessTokenExpiry": b.now().Add(time.Hour).String(),
	})
	by := " by user " + me
	if got, want := b.stored(me), []string{"create" + by, "identities.[identityId].create" + by, "sessions.[sessionId].create" + by}; !slices.Equal(got, want) {
		t.Errorf("recorded %q, want %q", got, want)
	}
	if stored := b.dump(); strings.Contains(stored, "access of") || strings.Contains(stored, "refresh of") || strings.Contains(stored, oidctest.ClientSecret) {
		t.Error("a secret of the provider is stored in clear")
	}
}

// An account at the provider is known by its id, whatever else changes there.
func TestAnAccountComesBackAsTheSameUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	me := b.setsOff("sessions", nil, guest).signsIn(p).session().text("userId")
	b.clock.forward(time.Minute)
	for _, change := range []map[string]any{
		{"email": "moved@there.example", "name": "Mira Moved"}, {"email": "unproven@there.example", "email_verified": false}, {"email": "no address"}, {"email": nil},
	} {
		for name, value := range change {
			p.Person[name] = value
		}
		p.UserInfo = map[string]any{"email": change["email"]}
		b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": me})
	}
	b.answers(get(user(me), nil), 200).is(map[string]string{"name": "Mira There", "email": "mira@there.example"})
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"total": "1", "identities.0.$updatedAt": b.now().String(), "identities.0.providerEmail": "moved@there.example"})
	if events := b.stored(me); len(events) != 3+4 {
		t.Errorf("recorded %q", events)
	}
	b.edit(me, func(u *roster.User) { u.Enabled = false })
	b.setsOff("sessions", nil, guest).signsIn(p).fails(ownFailure, roster.ErrUserBlocked)
}

func TestAProviderThatGivesARefreshTokenOnceOnlyIsRemembered(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	b.setsOff("sessions", nil, guest).signsIn(p)
	p.Tokens = map[string]any{"refresh_token": nil, "expires_in": nil}
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	arrived.session().is(map[string]string{"providerRefreshToken": "", "providerAccessTokenExpiry": ""})
	b.answers(get("/v1/account/identities", nil).as(arrived.withCookie()), 200).is(map[string]string{
		"identities.0.providerRefreshToken": "refresh of mira-there", "identities.0.providerAccessTokenExpiry": "",
	})
}

func TestTheBrowserKeepsWhatShowsThatItIsTheOne(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32")}
	for proto, secure := range map[string]bool{"http": false, "https": true} {
		r := b.answers(get("/v1/account/tokens/oauth2/oidc", nil).as(guest).as(header{"X-Forwarded-Proto": proto}), 301)
		c := r.cookie("a_flow_")
		if c.Path != "/v1/account/sessions/oauth2" || c.MaxAge != 600 || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != secure || c.Domain != "" || len(c.Value) < 32 {
			t.Errorf("%s: the cookie is %v", proto, c)
		}
		if to := r.header.Get("Location"); strings.Contains(to, c.Value) || !strings.Contains(to, "redirect_uri="+proto+"%3A%2F%2Fapi.example.com%2Fv1%2Faccount%2Fsessions%2Foauth2%2Fcallback%2Foidc%2Fdemo") {
			t.Errorf("%s: it leads to %s", proto, to)
		}
	}
}

func TestTheProductMayAskTheProviderForMore(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	j := b.setsOff("sessions", params{"scopes": `["groups","offline_access"]`}, guest)
	if got := j.to.Query().Get("scope"); got != "openid profile email groups offline_access" {
		t.Errorf("it asks for %q", got)
	}
}

// The provider's answer passes the callback, as a link or as a form from the
// provider's page.
func TestTheCallbackLeadsOnWithinTheAPI(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	sent := params{"code": `"c&d"`, "state": `"s"`, "error": `"access_denied"`, "error_description": `"no +"`, "iss": `"x"`, "project": `"other"`}
	outside := header{"X-Appwrite-Key": "", "X-Appwrite-Project": ""}
	query := queryString(sent)
	form := call{method: http.MethodPost, path: "/v1/account/sessions/oauth2/callback/oidc/demo", body: query}
	for _, c := range []call{
		get("/v1/account/sessions/oauth2/callback/oidc/demo", sent),
		form.as(header{"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://login.example.com"}),
		form.as(header{"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}),
	} {
		c.header = c.as(outside).header
		b.newProjectOnce("other")
		got := b.answers(c, 301).leadsTo("/v1/account/sessions/oauth2/oidc/redirect")
		want := url.Values{"project": {"demo"}, "code": {"c&d"}, "state": {"s"}, "error": {"access_denied"}, "error_description": {"no +"}}
		if got.Encode() != want.Encode() {
			t.Errorf("%s carries %v, want %v", c, got, want)
		}
	}
}

func (b *bed) newProjectOnce(id string) {
	b.t.Helper()
	if _, err := b.dir.Project(b.t.Context(), id); err != nil {
		b.newProject(id)
	}
}

// A product's server is not the browser that will come back (it calls with a
// key): it learns where to send that one.
func TestAServerSendsTheBrowserToBeginItself(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	p := b.provided()
	asked := toApp.with("scopes", `["groups"]`).with("project", `"demo"`)
	for path, tokens := range map[string]bool{"sessions": false, "tokens": true} {
		r := b.answers(get("/v1/account/"+path+"/oauth2/oidc", asked), 301)
		if len(r.header["Set-Cookie"]) != 0 {
			t.Errorf("a server is given the cookies %q", r.header["Set-Cookie"])
		}
		to := r.header.Get("Location")
		begin, own := strings.CutPrefix(to, "http://api.example.com")
		if !own {
			t.Fatalf("it leads to %s", to)
		}
		browser := guest.and(header{"X-Appwrite-Project": ""})
		r = b.answers(call{method: "GET", path: begin}.as(browser), 301)
		c := r.cookie("a_flow_")
		j := b.journey(strings.TrimPrefix(c.Name, "a_flow_"), r.header.Get("Location"), header{"Cookie": c.Name + "=" + c.Value})
		if scope := j.to.Query().Get("scope"); !strings.HasSuffix(scope, " groups") {
			t.Errorf("it asks for %q", scope)
		}
		if carried := j.signsIn(p).leadsTo(welcome); (carried.Get("secret") != "") != tokens {
			t.Errorf("%s: it carries %v", path, carried)
		}
	}
	// What is wrong is told to the server.
	b.refuses(get("/v1/account/tokens/oauth2/oidc", params{"success": `"https://evil.example"`}), roster.ErrSuccessURL)
}

func TestOtherProvidersAreNotSupported(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, name := range []string{"google", "github", "paypalSandbox"} {
		for _, path := range []string{"/v1/account/sessions/oauth2/" + name, "/v1/account/tokens/oauth2/" + name, "/v1/account/sessions/oauth2/" + name + "/redirect"} {
			b.untouched(func() { b.refuses(get(path, nil).as(guest), roster.ErrOAuthUnsupported) })
		}
	}
}

func TestAProviderThatIsOffIsOff(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	j := b.begun(directory.Flow{Failure: "https://api.example.com/sorry"})
	b.answers(patch("/v1/project/oauth2/oidc", params{"enabled": "false"}), 200)
	for _, path := range []string{"sessions", "tokens"} {
		c := get("/v1/account/"+path+"/oauth2/oidc", params{"success": `"https://evil.example"`})
		b.untouched(func() {
			b.refuses(c.as(guest), roster.ErrOAuthDisabled)
			b.refuses(c, roster.ErrOAuthDisabled)
		})
	}
	b.answers(j.back("code"), 301).fails("https://api.example.com/sorry", roster.ErrOAuthDisabled)
	b.configure(roster.OIDC{})
	b.refuses(get("/v1/account/tokens/oauth2/oidc", nil).as(guest), roster.ErrOAuthDisabled) // it is enabled, but nowhere
}

func TestAProviderThatDoesNotAnswerIsToldBeforeAnybodyIsSentThere(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.configure(roster.OIDC{WellKnownURL: nowhere + ".well-known/openid-configuration"})
	for _, path := range []string{"sessions", "tokens"} {
		b.untouched(func() {
			r := b.refuses(get("/v1/account/"+path+"/oauth2/oidc", nil).as(guest), roster.ErrOAuthProvider)
			if strings.Contains(r.body, "127.0.0.1") {
				t.Errorf("a guest is told where the provider is: %s", r.body)
			}
		})
	}
}

// targets are URLs to which users may be sent, as they are understood.
var targets = map[string]string{
	"https://app.example.com":                "https://app.example.com",
	"http://app.example.com:8080/a/b?c=d#/e": "http://app.example.com:8080/a/b?c=d#/e",
	"HTTPS://APP.Example.COM/Path":           "https://app.example.com/Path",
	"https://a.b.wild.example/":              "https://a.b.wild.example/",
	"https://api.example.com/own":            "https://api.example.com/own",
	"https://app.example.com/ü x":            "https://app.example.com/%C3%BC%20x",
	"appwrite-callback-demo://":              "appwrite-callback-demo:///",
	"APPWRITE-callback-demo://auth/x":        "appwrite-callback-demo://auth/x",
}

// traps are URLs that lead elsewhere, or that somebody may understand otherwise.
var traps = []string{
	"https://evil.example", "https://app.example.com.evil.example", "https://evil.example/app.example.com", "https://evilapp.example.com", "https://wild.example",
	"https://evilwild.example", "https://.wild.example", "https://a..wild.example", "https://app.example.com.", "//evil.example", "//app.example.com", "///evil.example",
	"/own", "own", "?a", "#a", "https:evil.example", "https:app.example.com", "https:/app.example.com", "https:///app.example.com", "https://", "http:",
	"https://app.example.com@evil.example", "https://app.example.com:a@evil.example", "https://evil.example@app.example.com", "https://evil.example:80@app.example.com:80",
	`https://evil.example\@app.example.com`, `https://app.example.com\@evil.example`, `https:\\evil.example`, `\\evil.example`, `/\evil.example`, `https://app.example.com\.evil.example`,
	`https://evil.example\.wild.example`, "https://evil.example/.wild.example", "https://evil.example#.wild.example", "https://evil.example?.wild.example",
	"https://evil.example%2F.wild.example", "https://evil.example%00.wild.example", "https://evil.example／.wild.example", "https://evil.example。wild.example", "https://ａpp.example.com",
	"https://a b.wild.example", "https://a\t.wild.example", "https://app.example.com\n.evil.example", " https://app.example.com", "\thttps://app.example.com", "https://[::1]/", "https://127.0.0.1",
	"https://[app.example.com]/", "https://app.example.com:port/", "javascript:alert(1)", "javascript://app.example.com/%0aalert(1)", "data:text/html,x", "ftp://app.example.com", "file://app.example.com/",
	"appwrite-callback-other://", "appwrite-callback-demo:auth", "appwrite-callback-demo", "appwrite-callback-demo.evil://", "appwrite-callback-demo://user@auth", "blob:https://app.example.com",
	"https://app.example.com/%zz", "https://xn--pp-via.example.com",
}

func TestUsersAreSentToTheProductOnly(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	for given, understood := range targets {
		j := b.setsOff("sessions", params{"failure": quote(given)}, guest)
		to := b.answers(j.back(""), 301).header.Get("Location")
		u, err := url.Parse(to)
		b.must(err)
		q := u.Query()
		if q.Get("error") == "" {
			t.Errorf("%s: no error in %s", given, to)
		}
		q.Del("error")
		if u.RawQuery = q.Encode(); u.String() != understood {
			t.Errorf("%s leads to %s, want %s", given, to, understood)
		}
	}
	for _, path := range []string{"sessions", "tokens"} {
		c := get("/v1/account/"+path+"/oauth2/oidc", nil).as(guest)
		b.untouched(func() {
			for _, trap := range traps {
				b.run(trap, func(b *bed) {
					b.refuses(c.with("success", quote(trap)), roster.ErrSuccessURL)
					b.refuses(c.with("failure", quote(trap)), roster.ErrFailureURL)
				})
			}
		})
	}
}

// What the product's page gets stands in place of what its URL has already.
func TestWhatIsCarriedCannotBeForestalled(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	p := b.provided()
	forestalled := params{"success": quote(welcome + "?secret=evil&userId=eve&keep=1#/secret=x"), "failure": quote(sorry + "?error=evil&error=more&keep=1")}
	carried := b.setsOff("tokens", forestalled, guest).signsIn(p).location()
	if q := carried.Query(); len(q["secret"]) != 1 || q.Get("secret") == "evil" || len(q["userId"]) != 1 || q.Get("userId") == "eve" || q.Get("keep") != "1" || carried.Fragment != "/secret=x" {
		t.Errorf("it carries %s", carried)
	}
	failed := b.answers(b.setsOff("tokens", forestalled, guest).back(""), 301).location().Query()
	if len(failed["error"]) != 1 || failed.Get("error") == "evil" || failed.Get("keep") != "1" {
		t.Errorf("it carries %v", failed)
	}
}

func TestPlatformsCountWhenTheUserComesBack(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	for path, want := range map[string]*roster.Error{"success": roster.ErrSuccessURL, "failure": roster.ErrFailureURL} {
		j := b.setsOff("sessions", params{path: quote(welcome)}, guest)
		b.settings(func(s *roster.Settings) { s.Platforms = nil })
		b.refuses(j.back("code"), want)
		b.withApp()
		b.refuses(j.back("code"), roster.ErrBadRequest) // it was taken
	}
}

func TestASignInIsEndedOnceByTheBrowserThatBeganIt(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	other := b.beside("other")
	b.must(other.trust(roster.OIDC{AuthorizationURL: nowhere, TokenURL: nowhere, UserInfoURL: nowhere}))
	j, second := b.setsOff("sessions", nil, guest), b.setsOff("sessions", nil, guest)
	foreign := other.begun(directory.Flow{})
	refused := func(why string, c call) {
		t.Helper()
		b.run(why, func(b *bed) { b.untouched(func() { b.refuses(c, roster.ErrBadRequest) }) })
	}
	code := p.SignIn(t, j.to.String()).Query().Get("code")
	back := j.back(code)
	refused("no cookie", back.as(header{"Cookie": ""}))
	refused("the cookie of another sign-in", back.as(header{"Cookie": ""}).as(header{"Cookie": second.as["Cookie"]}))
	_, kept, _ := strings.Cut(second.as["Cookie"], "=")
	refused("the value of another sign-in's cookie", back.as(header{"Cookie": ""}).as(header{"Cookie": flowCookie(j.flow) + "=" + kept}))
	refused("an empty cookie", back.as(header{"Cookie": ""}).as(header{"Cookie": flowCookie(j.flow) + "="}))
	refused("no state", back.with("state", `""`))
	refused("a state cut short", back.with("state", quote(j.state[:len(j.state)-1])))
	refused("a state changed", back.with("state", quote("0"+j.state[1:])))
	refused("the mark of another state", back.with("state", quote(j.flow+j.state[strings.Index(j.state, "."):][:10]+second.state[strings.Index(second.state, ".")+10:])))
	refused("no mark", back.with("state", quote(j.flow+".")))
	refused("a state in JSON", back.with("state", quote(`{"success":"https://evil.example","failure":"","token":false}`)))
	refused("a state of another project", back.with("state", quote(foreign.state)).as(header{"Cookie": foreign.as["Cookie"]}))
	refused("in another project", back.as(header{"X-Appwrite-Project": "other"}))
	b.clock.forward(flowTime)
	b.answers(back, 301).leadsTo(ownSuccess)
	refused("again", back)
	refused("again with another code", j.back("another"))
	b.clock.forward(time.Millisecond)
	refused("too late", second.back(p.SignIn(t, second.to.String()).Query().Get("code")))
	if got := b.answers(get("/v1/users", nil), 200).text("total"); got != "1" {
		t.Errorf("there are %s users", got)
	}
}

// A code is exchanged after the sign-in was taken: whatever comes of it, nobody
// can come back with it.
func TestAFailedSignInIsOverToo(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	j := b.setsOff("sessions", nil, guest)
	b.answers(j.back("a wrong code"), 301).fails(ownFailure, roster.ErrOAuthExchange)
	b.refuses(j.back(p.SignIn(t, j.to.String()).Query().Get("code")), roster.ErrBadRequest)
}

func TestOneOfManyComesBack(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	j := b.setsOff("sessions", nil, guest)
	request := b.request(j.back(p.SignIn(t, j.to.String()).Query().Get("code")))
	b.api.Observe = nil
	var all sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		all.Go(func() {
			w := httptest.NewRecorder()
			b.api.ServeHTTP(w, request.Clone(t.Context()))
			statuses[i] = w.Code
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != 301 || statuses[1] != 400 {
		t.Errorf("answered %v, want one redirect", statuses)
	}
	b.recorded()
	if got := b.answers(get("/v1/users", nil), 200).text("total"); got != "1" {
		t.Errorf("there are %s users", got)
	}
}

func TestSignInsThatNobodyEndedAreForgotten(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	count := func() (n int) {
		b.must(b.file.QueryRow("select count(*) from flows").Scan(&n))
		return n
	}
	for range 3 {
		b.setsOff("sessions", nil, guest)
	}
	b.clock.forward(flowTime)
	b.setsOff("sessions", nil, guest)
	if n := count(); n != 4 {
		t.Errorf("%d are kept, want 4", n)
	}
	b.clock.forward(time.Millisecond)
	b.setsOff("sessions", nil, guest)
	if n := count(); n != 2 {
		t.Errorf("%d are kept, want 2", n)
	}
}

// What the provider says went wrong is told in Roster's words.
func TestAProviderThatRefusesIsQuoted(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.withApp()
	for given, quoted := range map[string]string{"access_denied": ": access_denied.", "<script>": ".", "a b": ".", repeat("a", 65): "."} {
		j := b.setsOff("sessions", toApp, guest)
		message := b.answers(j.back("code").with("error", quote(given)).with("error_description", `"Call 555-EVIL"`), 301).fails(sorry, roster.ErrOAuthProvider)
		if want := "The provider did not sign the user in" + quoted; message != want {
			t.Errorf("%s: %q, want %q", given, message, want)
		}
	}
	b.answers(b.setsOff("sessions", toApp, guest).back(""), 301).fails(sorry, roster.ErrOAuthProvider)
}

// How a provider lies is tried where it is spoken with; here is what becomes of
// it.
func TestAProviderThatIsNotBelievedSignsNobodyIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hostile func(*oidctest.Provider)
		want    *roster.Error
	}{
		"a foreign issuer":       {func(p *oidctest.Provider) { p.IDToken = map[string]any{"iss": "https://evil.example"} }, roster.ErrOAuthExchange},
		"a wrong nonce":          {func(p *oidctest.Provider) { p.IDToken = map[string]any{"nonce": "x"} }, roster.ErrOAuthExchange},
		"a wrong audience":       {func(p *oidctest.Provider) { p.IDToken = map[string]any{"aud": "x"} }, roster.ErrOAuthExchange},
		"an expired token":       {func(p *oidctest.Provider) { p.IDToken = map[string]any{"exp": began.Unix() - 1} }, roster.ErrOAuthExchange},
		"no subject":             {func(p *oidctest.Provider) { p.IDToken = map[string]any{"sub": nil} }, roster.ErrOAuthNoSubject},
		"a token endpoint's no":  {func(p *oidctest.Provider) { p.Serve = map[string]http.HandlerFunc{"/token": http.NotFound} }, roster.ErrOAuthExchange},
		"no keys":                {func(p *oidctest.Provider) { p.Serve = map[string]http.HandlerFunc{"/keys": http.NotFound} }, roster.ErrOAuthExchange},
		"no address":             {func(p *oidctest.Provider) { p.Person["email"], p.UserInfo = nil, map[string]any{"email": nil} }, roster.ErrUnauthorized},
		"an address that is not": {func(p *oidctest.Provider) { p.Person["email"] = "mira" }, roster.ErrUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newAPI(t)
			b.withApp()
			p := b.provided()
			c.hostile(p)
			j := b.setsOff("sessions", toApp, guest)
			message := j.signsIn(p).fails(sorry, c.want)
			if strings.Contains(message, "127.0.0.1") {
				t.Errorf("it says %q", message)
			}
			if got := b.answers(get("/v1/users", nil), 200).text("total"); got != "0" {
				t.Errorf("there are %s users", got)
			}
		})
	}
}

func TestAClientThatHungUpAtTheProviderIsNotServed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	j := b.setsOff("sessions", nil, guest)
	c := j.back(p.SignIn(t, j.to.String()).Query().Get("code"))
	r := b.request(c)
	ctx, hangUp := context.WithCancel(t.Context())
	p.Serve = map[string]http.HandlerFunc{"/token": func(w http.ResponseWriter, r *http.Request) {
		hangUp()
		http.Error(w, "too late", http.StatusInternalServerError)
	}}
	b.serve(r.WithContext(ctx), c.String()).refused(roster.ErrClientGone)
}

func TestASignUpThroughTheProviderHasTheProjectsLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		setting func(*roster.Settings)
		email   string
		want    *roster.Error
	}{
		"as many users as may be": {func(s *roster.Settings) { s.UserLimit = 1 }, "mira@there.example", roster.ErrUserCount},
		"an alias":                {func(s *roster.Settings) { s.RequireCanonicalEmails = true }, "mira+alias@gmail.com", roster.ErrInvalidEmail},
		"a free address":          {func(s *roster.Settings) { s.RefuseFreeEmails = true }, "mira@gmail.com", roster.ErrInvalidEmail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newAPI(t)
			p := b.provided()
			known := b.person()
			b.settings(c.setting)
			p.Person["email"] = c.email
			b.setsOff("sessions", nil, guest).signsIn(p).fails(ownFailure, c.want)
			// Who is here already may come in.
			p.Person["email"] = known.Email
			b.setsOff("sessions", nil, guest).signsIn(p).session().is(map[string]string{"userId": known.ID})
		})
	}
}

func TestOldSessionsMakeRoomForOneFromTheProvider(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.MaxSessions = 2 })
	p := b.provided()
	first := b.setsOff("sessions", nil, guest).signsIn(p)
	for range 2 {
		b.setsOff("sessions", nil, guest).signsIn(p)
	}
	b.refuses(get("/v1/account", nil).as(first.withCookie()), roster.ErrScope)
}

// landed is the session's secret that Roster's own page for success got.
func (r *reply) landed() url.Values {
	r.b.t.Helper()
	return r.leadsTo(ownSuccess)
}

// Apps on phones take the session from Roster's own page, and only from there.
func TestProductsWithoutAPageHaveRosters(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	arrived := b.setsOff("sessions", nil, guest).signsIn(p)
	q := arrived.landed()
	if q.Get("key") != "a_session_demo" || q.Get("domain") != "api.example.com" || q.Get("project") != "demo" {
		t.Errorf("it carries %v", q)
	}
	b.answers(get("/v1/account", nil).as(withSession(q.Get("secret"))), 200).is(map[string]string{"email": "mira@there.example"})
	browser := guest.and(header{"X-Appwrite-Project": ""})
	phone := header{"User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"}
	link := `href="appwrite-callback-demo://?domain=api.example.com&amp;key=a_session_demo&amp;project=demo&amp;secret=` + url.QueryEscape(q.Get("secret")) + `"`
	for _, c := range []struct {
		as     header
		onward bool
	}{{browser, false}, {browser.and(phone), true}} {
		r := b.answers(call{method: "GET", path: arrived.header.Get("Location")}.as(c.as), 200)
		if !strings.Contains(r.body, "You are signed in") || !strings.Contains(r.body, link) || strings.Contains(r.body, "http-equiv=\"refresh\"") != c.onward || strings.Contains(r.body, "<script") {
			t.Errorf("the page is %s", r.body)
		}
		if r.header.Get("Cache-Control") != "no-store" || r.header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("the page's headers are %v", r.header)
		}
	}
	grant := b.setsOff("tokens", nil, guest).signsIn(p).landed()
	if grant.Get("userId") == "" || grant.Get("key") != "" || len(strings.Split(grant.Get("secret"), ".")) != 3 {
		t.Errorf("a token flow carries %v", grant)
	}
	// Without a project there is no app to go to.
	r := b.answers(get(ownSuccess, nil).as(browser), 200)
	if strings.Contains(r.body, "appwrite-callback") {
		t.Errorf("the page is %s", r.body)
	}
}

func TestRostersPageForFailuresSaysNothingOfOthers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for given, want := range map[string]string{
		`{"message":"Send money to Eve","type":"user_blocked","code":403}`: roster.ErrUserBlocked.Message,
		`{"message":"Send money to Eve","type":"of eve","code":403}`:       "Something went wrong.",
		`Send money to Eve`: "Something went wrong.",
		``:                  "Something went wrong.",
	} {
		r := b.answers(get(ownFailure, params{"error": quote(given), "project": `"demo"`}).as(guest), 200)
		if shown, _, _ := strings.Cut(r.body, "href="); !strings.Contains(shown, want) || strings.Contains(shown, "Eve") {
			t.Errorf("%s: the page is %s", given, r.body)
		}
	}
	r := b.answers(get(ownFailure, params{"error": `"\"><script>alert(1)</script>"`}).as(guest), 200)
	if strings.Contains(r.body, "<script") {
		t.Errorf("the page is %s", r.body)
	}
}

// grantOf signs in at the provider and returns what the product gets.
func (b *bed) grantOf(p *oidctest.Provider) (user, grant string) {
	b.t.Helper()
	q := b.setsOff("tokens", nil, guest).signsIn(p).landed()
	return q.Get("userId"), q.Get("secret")
}

func exchanging(user, secret string) call {
	return post("/v1/account/sessions/token", params{"userId": quote(user), "secret": quote(secret)}).as(guest)
}

func TestAGrantIsExchangedForASessionOnce(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	me, grant := b.grantOf(p)
	header, payload := b.claimsOf(grant)
	if header != `{"typ":"JWT","alg":"HS256"}` || !strings.HasSuffix(payload, `","provider":"oidc","exp":`+fmt.Sprint(b.clock.Now().Unix()+60)+"}") || len(payload) != len(`{"secret":"","provider":"oidc","exp":1234567890}`)+64 {
		t.Errorf("it is %s %s", header, payload)
	}
	raw := payload[len(`{"secret":"`):][:64]
	b.untouched(func() { b.refuses(exchanging(me, raw), roster.ErrToken) }) // without its wrapper it is nothing
	stranger := b.person().ID
	b.untouched(func() { b.refuses(exchanging(stranger, grant), roster.ErrToken) })
	r := b.answers(exchanging(me, grant), 201).is(map[string]string{
		"userId": me, "provider": "oidc", "providerUid": "mira-there", "factors": "[email oauth2]", "current": "true", "secret": "",
		"providerAccessToken": "access of mira-there", "providerRefreshToken": "refresh of mira-there", "providerAccessTokenExpiry": b.now().Add(time.Hour).String(),
	})
	r.session().is(map[string]string{"$id": r.text("$id")})
	b.refuses(exchanging(me, grant), roster.ErrToken)
	if events := b.stored(me); !slices.Contains(events, "tokens.[tokenId].create by user "+me) {
		t.Errorf("recorded %q", events)
	}
	// A server gets the secret, and not what the provider gave the user.
	me, grant = b.grantOf(p)
	served := b.answers(exchanging(me, grant).as(withKey(b.key)), 201).is(map[string]string{"providerAccessToken": "", "providerRefreshToken": ""})
	b.answers(get("/v1/account", nil).as(withSession(served.text("secret"))), 200).is(map[string]string{"$id": me})
	b.answers(get(user(me, "sessions"), nil), 200).is(map[string]string{"sessions.1.provider": "oidc", "sessions.1.providerAccessToken": "", "sessions.1.providerRefreshToken": ""})
}

func TestAGrantIsForAMinute(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	me, grant := b.grantOf(p)
	b.clock.forward(time.Minute - time.Second)
	b.answers(exchanging(me, grant), 201)
	me, grant = b.grantOf(p)
	b.clock.forward(time.Minute)
	b.refuses(exchanging(me, grant), roster.ErrToken)
}

func TestGrantsThatAreNotTheProjectsAreNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	me, grant := b.grantOf(p)
	other := b.beside("other")
	other.write(func(tx store.Tx) error {
		u := roster.User{ID: me, HashOptions: "{}", Prefs: "{}", Enabled: true}
		return tx.CreateUser(other.project.Number, &u)
	})
	other.refuses(exchanging(me, grant), roster.ErrToken)
	generic := b.answers(post(user(me, "tokens"), nil), 201).text("secret")
	for _, project := range []string{"other", "demo"} { // a token of another kind is none of a provider's, whoever wraps it
		wrapped, err := token.SignGrant(token.Grant{Secret: generic, Provider: "oidc", Expires: b.clock.Now().Unix() + 60}, b.dir.Secrets.Derive("oauth2 grant:"+project))
		b.must(err)
		b.refuses(exchanging(me, wrapped), roster.ErrToken)
	}
	b.answers(del("/v1/users/identities/"+b.answers(get("/v1/users/identities", nil), 200).text("identities.0.$id")), 204)
	b.refuses(exchanging(me, grant), roster.ErrToken) // unlinked meanwhile
	b.edit(me, func(u *roster.User) { u.Enabled = false })
	b.refuses(exchanging(me, generic), roster.ErrUserBlocked)
}

func TestABlockedUsersGrantIsNotSpent(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.provided()
	me, grant := b.grantOf(p)
	b.edit(me, func(u *roster.User) { u.Enabled = false })
	b.sameRows(func() { b.refuses(exchanging(me, grant), roster.ErrUserBlocked) })
	b.edit(me, func(u *roster.User) { u.Enabled = true })
	b.answers(exchanging(me, grant), 201)
}
