package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/url"
	"strings"

	"roster"
	"roster/internal/useragent"
)

// The pages that end a sign-in with another provider, for products that have
// none. They lead back to the product's app on a phone, if it has one.
const (
	successPage = "/success"
	failurePage = "/failure"
)

//go:embed oauth2_page.html
var oauth2HTML string

var oauth2Template = template.Must(template.New("oauth2").Parse(oauth2HTML))

type successParams struct {
	Key    roster.TextParam `param:"key" default:"" max:"256" doc:"The name of the session's cookie."`
	Secret roster.TextParam `param:"secret" default:"" max:"2048" doc:"The session's secret, or a token's."`
	Domain roster.TextParam `param:"domain" default:"" max:"256" doc:"The domain of the session's cookie."`
	UserID roster.TextParam `param:"userId" default:"" max:"36" doc:"Whom the token is for."`
}

func (a *API) showSuccess(r *Request, in successParams) (webPage, error) {
	return r.lastPage("You are signed in", "You can close this page.", map[string]roster.TextParam{
		"key": in.Key, "secret": in.Secret, "domain": in.Domain, "userId": in.UserID,
	}), nil
}

type failureParams struct {
	Error roster.TextParam `param:"error" default:"" max:"2048" doc:"What went wrong, as JSON."`
}

// showFailure says what went wrong in Roster's words: what else stands in the
// URL, anybody may have written.
func (a *API) showFailure(r *Request, in failureParams) (webPage, error) {
	var said struct {
		Type string `json:"type"`
	}
	message := "Something went wrong."
	if json.Unmarshal([]byte(in.Error), &said) == nil {
		for _, known := range roster.Errors() {
			if known.Type == said.Type {
				message = known.Message
			}
		}
	}
	return r.lastPage("You are not signed in", message, map[string]roster.TextParam{"error": in.Error}), nil
}

// lastPage is a page that nobody keeps, frames or learns the URL of, since that
// may have a secret in it. A phone is sent on to the app at once.
func (r *Request) lastPage(title, text string, carried map[string]roster.TextParam) webPage {
	r.Header.Set("Cache-Control", "no-store")
	r.Header.Set("Referrer-Policy", "no-referrer")
	r.Header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	data := struct {
		Title, Text string
		App         template.URL
		Phone       bool
	}{Title: title, Text: text}
	if project := r.By.Project.ID; project != "" {
		query := url.Values{"project": {project}}
		for name, value := range carried {
			if value != "" {
				query.Set(name, string(value))
			}
		}
		data.App = template.URL("appwrite-callback-" + strings.ToLower(project) + "://?" + query.Encode())
		device := useragent.Parse(r.http.UserAgent()).DeviceName
		data.Phone = device == "smartphone" || device == "tablet"
	}
	var b bytes.Buffer
	if err := oauth2Template.Execute(&b, data); err != nil {
		panic(err) // the template is part of the program
	}
	return b.Bytes()
}
