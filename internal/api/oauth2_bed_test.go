package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/oidc/oidctest"
	"roster/internal/store"
)

// provided is a bed whose project trusts a provider that answers.
func (b *bed) provided() *oidctest.Provider {
	b.t.Helper()
	p := oidctest.New(b.t)
	p.Clock = b.clock.Now
	b.configure(roster.OIDC{WellKnownURL: p.WellKnown()})
	return p
}

// configure lets the project trust a provider from now on.
func (b *bed) configure(o roster.OIDC) {
	b.t.Helper()
	b.must(b.trust(o))
	_, err := b.dir.UpdateProject(b.t.Context(), b.project.ID, func(*roster.Project) error { return nil }) // so that it is forgotten
	b.must(err)
}

// journey is a sign-in that is under way, with the browser that makes it.
type journey struct {
	b     *bed
	flow  string
	to    *url.URL // where the user was sent
	state string
	as    header // the browser's
}

// begun begins a sign-in as a guest, without HTTP.
func (b *bed) begun(f directory.Flow) journey {
	b.t.Helper()
	f.Callback = "http://api.example.com/v1/account/sessions/oauth2/callback/oidc/" + b.project.ID
	begun, err := b.dir.BeginFlow(b.t.Context(), b.caller(), f, "api.example.com")
	b.must(err)
	return b.journey(begun.Flow.ID, begun.URL, header{"Cookie": flowCookie(begun.Flow.ID) + "=" + begun.Secret})
}

func (b *bed) journey(flow, to string, browser header) journey {
	b.t.Helper()
	u, err := url.Parse(to)
	b.must(err)
	return journey{b, flow, u, u.Query().Get("state"), guest.and(browser)}
}

// and adds headers.
func (h header) and(more header) header { return call{header: h}.as(more).header }

// sets off begins a sign-in through the API, as whoever has the headers.
func (b *bed) setsOff(path string, p params, as header) journey {
	b.t.Helper()
	r := b.answers(get("/v1/account/"+path+"/oauth2/oidc", p).as(as), http.StatusMovedPermanently)
	cookie := r.cookie("a_flow_")
	return b.journey(strings.TrimPrefix(cookie.Name, "a_flow_"), r.header.Get("Location"), as.and(header{"Cookie": cookie.Name + "=" + cookie.Value}))
}

// cookie is the one cookie of the answer whose name begins so.
func (r *reply) cookie(prefix string) *http.Cookie {
	r.b.t.Helper()
	var found []*http.Cookie
	for _, c := range (&http.Response{Header: r.header}).Cookies() {
		if strings.HasPrefix(c.Name, prefix) {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		r.b.t.Fatalf("%s sets %d cookies %s…: %v", r.asked, len(found), prefix, r.header["Set-Cookie"])
	}
	return found[0]
}

// back is the call with which the browser comes back.
func (j journey) back(code string) call {
	return get("/v1/account/sessions/oauth2/oidc/redirect", params{"state": quote(j.state), "code": quote(code)}).as(j.as)
}

// signsIn lets the user sign in at the provider and come back.
func (j journey) signsIn(p *oidctest.Provider) *reply {
	j.b.t.Helper()
	code := p.SignIn(j.b.t, j.to.String()).Query().Get("code")
	return j.b.answers(j.back(code), http.StatusMovedPermanently)
}

// location is where the answer sends the browser.
func (r *reply) location() *url.URL {
	r.b.t.Helper()
	u, err := url.Parse(r.header.Get("Location"))
	r.b.must(err)
	return u
}

// leadsTo wants the answer to send the browser there, whatever is carried.
func (r *reply) leadsTo(page string) url.Values {
	r.b.t.Helper()
	u := *r.location()
	query := u.Query()
	u.RawQuery = ""
	if u.String() != page {
		r.b.t.Fatalf("%s leads to %s, want %s", r.asked, r.location(), page)
	}
	return query
}

const (
	ownSuccess = "/v1/account/sessions/oauth2/success"
	ownFailure = "/v1/account/sessions/oauth2/failure"
	flowTime   = 10 * time.Minute
)

// fails wants the answer to tell the product's page, or Roster's own, the error.
func (r *reply) fails(page string, want *roster.Error) string {
	r.b.t.Helper()
	code := want.Status
	if want == roster.ErrOAuthProvider || want == roster.ErrOAuthExchange {
		code = http.StatusFailedDependency // which the contract has for them (companion section 8.3)
	}
	told := &reply{b: r.b, asked: r.asked, body: r.leadsTo(page).Get("error")}
	told.is(map[string]string{"type": want.Type, "code": strconv.Itoa(code)})
	if cookies := r.header["Set-Cookie"]; len(cookies) != 1 || !strings.HasPrefix(cookies[0], "a_flow_") {
		r.b.t.Errorf("%s sets the cookies %q", r.asked, cookies)
	}
	return told.text("message")
}

// meanwhile does something while the token endpoint is asked.
func meanwhile(p *oidctest.Provider, do func()) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{"/token": func(w http.ResponseWriter, r *http.Request) {
		do()
		p.Token(w, r)
	}}
}

// signInsUnderWay is mira, a provider whose answers do not change, and a session and a
// token that are under way, with ids that do not change.
func (b *bed) signInsUnderWay() {
	b.mira()
	p := oidctest.New(b.t)
	p.Serve = map[string]http.HandlerFunc{"/token": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"access_token":"access of mira-there","token_type":"Bearer","expires_in":3600}`))
	}}
	b.configure(roster.OIDC{AuthorizationURL: "https://login.example.com/authorize", TokenURL: p.URL + "/token", UserInfoURL: p.URL + "/userinfo"})
	b.settings(func(s *roster.Settings) { s.Platforms = []string{"app.example.com"} })
	for id, f := range map[string]directory.Flow{
		"a-session": {Success: welcome}, "a-token": {Success: welcome, Token: true}, "a-failure": {Failure: sorry},
	} {
		source, err := json.Marshal(f)
		b.must(err)
		b.write(func(tx store.Tx) error {
			return tx.CreateFlow(b.project.Number, &roster.Flow{
				ID: id, ExpiresAt: b.now().Add(time.Hour), Browser: digestOf("kept by the browser"), Data: b.dir.Secrets.Seal(string(source), directory.FlowPlace(b.project, id)),
			})
		})
	}
}
