package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"

	"roster"
	"roster/internal/directory"
)

// flowPath is below which a browser keeps what it has of a sign-in that is under
// way at a provider.
const flowPath = "/account/sessions/oauth2"

func oauth2Endpoints() []Endpoint {
	const callback = flowPath + "/callback/{provider}/{projectId}"
	begin := func(name, path, summary string) Endpoint {
		return Endpoint{
			Name: name, Method: http.MethodGet, Path: path + "/{provider}", Scopes: signingIn, Status: http.StatusMovedPermanently, Links: true, Limits: limited(50, "ip"),
			Summary: summary, Errors: []*roster.Error{roster.ErrOAuthUnsupported, roster.ErrOAuthDisabled, roster.ErrSuccessURL, roster.ErrFailureURL, roster.ErrOAuthProvider},
		}
	}
	return []Endpoint{
		on(begin("accountCreateOAuth2Session", flowPath,
			"Sign in with another provider, or link an account there. The browser gets a session."), (*API).beginSession),
		on(begin("accountCreateOAuth2Token", "/account/tokens/oauth2",
			"Sign in with another provider. The browser brings back a token, to be exchanged for a session within a minute."), (*API).beginToken),
		on(Endpoint{
			Name: "accountOAuth2Callback", Method: http.MethodGet, Path: callback, Scopes: everybody, Status: http.StatusMovedPermanently,
			Summary: "Where the provider sends users back to.",
		}, (*API).comeBack),
		on(Endpoint{
			Name: "accountOAuth2CallbackForm", Method: http.MethodPost, Path: callback, Scopes: everybody, Status: http.StatusMovedPermanently, AnyOrigin: true,
			Summary: "Where a provider sends users back to that answers with a form.",
		}, (*API).comeBack),
		on(Endpoint{
			Name: "accountOAuth2Redirect", Method: http.MethodGet, Path: flowPath + "/{provider}/redirect", Scopes: everybody, Status: http.StatusMovedPermanently,
			Limits: limited(50, "ip"), Summary: "End a sign-in with another provider. What is wrong with it is told to the product's page for failures.",
			Event:  roster.SessionCreated,
			Also:   []*roster.Event{roster.UserCreated, roster.UserNameUpdated, roster.UserVerificationUpdated, roster.IdentityCreated, roster.TokenCreated},
			Errors: []*roster.Error{roster.ErrOAuthUnsupported, roster.ErrSuccessURL, roster.ErrFailureURL},
		}, (*API).finish),
		on(Endpoint{
			Name: "accountOAuth2Success", Method: http.MethodGet, Path: flowPath + successPage, Scopes: everybody, Status: http.StatusOK,
			Summary: "The page for users of products that have none.",
		}, (*API).showSuccess),
		on(Endpoint{
			Name: "accountOAuth2Failure", Method: http.MethodGet, Path: flowPath + failurePage, Scopes: everybody, Status: http.StatusOK,
			Summary: "The page for users of products that have none.",
		}, (*API).showFailure),
	}
}

// oauth2Params name the provider: one of the contract's, of which Roster has
// one.
type oauth2Params struct {
	Provider roster.StrictEnum `param:"provider" enum:"amazon,apple,appwrite,auth0,authentik,autodesk,bitbucket,bitly,box,dailymotion,discord,disqus,dropbox,etsy,facebook,figma,fusionauth,github,gitlab,google,keycloak,kick,linkedin,microsoft,notion,oidc,okta,paypal,paypalSandbox,podio,salesforce,slack,spotify,stripe,tradeshift,tradeshiftBox,twitch,wordpress,x,yahoo,yammer,yandex,zoho,zoom" doc:"The provider: oidc."`
}

func (p oauth2Params) supported() error {
	if p.Provider != directory.OIDCProvider {
		return roster.ErrOAuthUnsupported
	}
	return nil
}

type beginParams struct {
	oauth2Params
	Success roster.TextParam      `param:"success" default:"" max:"2048" doc:"Where the user is sent after signing in: a page of the project's platforms, or its app."`
	Failure roster.TextParam      `param:"failure" default:"" max:"2048" doc:"Where the user is sent if it fails, with the error as JSON in error."`
	Scopes  roster.ProviderScopes `param:"scopes" default:"" doc:"What to ask the provider for besides openid, profile and email."`
}

func (a *API) beginSession(r *Request, in beginParams) (redirect, error) {
	return a.begin(r, in, directory.Flow{})
}

func (a *API) beginToken(r *Request, in beginParams) (redirect, error) {
	return a.begin(r, in, directory.Flow{Token: true})
}

// begin sends the browser to the provider. Somebody's server, which comes with a
// key, is not the browser that will come back: it is told where to send that
// one, which is here once more.
func (a *API) begin(r *Request, in beginParams, f directory.Flow) (redirect, error) {
	if err := in.supported(); err != nil {
		return "", err
	}
	f.Success, f.Failure, f.Scopes = string(in.Success), string(in.Failure), in.Scopes
	f.Callback = r.ownURL(flowPath + "/callback/" + string(in.Provider) + "/" + r.By.Project.ID)
	host := hostname(r.http.Host)
	if r.By.Key() != nil {
		again := directory.WithQuery(r.ownURL(r.http.URL.Path[len(Prefix):])+"?"+r.http.URL.RawQuery, map[string]string{"project": r.By.Project.ID})
		return redirect(again), a.Directory.CheckFlow(r.By, &f, host)
	}
	begun, err := a.Directory.BeginFlow(r, r.By, f, host)
	if err != nil {
		a.logCause("a sign-in could not begin at the provider", err)
		return "", err
	}
	r.keepFlow(begun)
	return redirect(begun.URL), nil
}

// ownURL is where the client reaches a path of the API.
func (r *Request) ownURL(path string) string {
	u := url.URL{Scheme: "http", Host: r.http.Host, Path: Prefix + path}
	if r.api.secure(r.http) {
		u.Scheme = "https"
	}
	return u.String()
}

// logCause tells the operator why a provider was of no use.
func (a *API) logCause(message string, err error) {
	var e *roster.Error
	if errors.As(err, &e) && e.Cause != nil {
		a.Log.Warn(message, "error", e.Cause)
	}
}

// providerAnswer are what a provider answers with.
type providerAnswer struct {
	Code        roster.TextParam `param:"code" default:"" max:"4096" doc:"What is exchanged for tokens."`
	State       roster.TextParam `param:"state" default:"" max:"2048" doc:"What the sign-in began with."`
	Error       roster.TextParam `param:"error" default:"" max:"2048" doc:"Why the provider did not sign the user in."`
	Description roster.TextParam `param:"error_description" default:"" max:"2048" doc:"The same for people."`
}

type comeBackParams struct {
	oauth2Params
	ProjectID roster.ID `param:"projectId" doc:"The project's id."`
	providerAnswer
}

// comeBack sends the browser on within the API, which makes a GET of a form: the
// browser sends its cookies then.
func (a *API) comeBack(_ *Request, in comeBackParams) (redirect, error) {
	query := url.Values{"project": {string(in.ProjectID)}}
	for name, value := range map[string]roster.TextParam{"code": in.Code, "state": in.State, "error": in.Error, "error_description": in.Description} {
		if value != "" {
			query.Set(name, string(value))
		}
	}
	return redirect(Prefix + flowPath + "/" + string(in.Provider) + "/redirect?" + query.Encode()), nil
}

type finishParams struct {
	oauth2Params
	providerAnswer
}

// finish ends a sign-in. Once it is known to be this browser's, the user is sent
// to the product whatever comes of it.
func (a *API) finish(r *Request, in finishParams) (redirect, error) {
	if err := in.supported(); err != nil {
		return "", err
	}
	flow, err := a.Directory.TakeFlow(r, r.By, string(in.State), hostname(r.http.Host), r.keptOf)
	if err != nil {
		return "", err
	}
	r.dropFlow(flow.ID)
	arrival, err := a.arrive(r, flow, in.providerAnswer)
	var refused *roster.Error
	if errors.As(err, &refused) {
		a.logCause("a sign-in failed at the provider", err)
		return r.failed(flow, refused), nil
	}
	if err != nil {
		return "", err
	}
	return r.arrived(flow, arrival), nil
}

// errorCode is how OAuth 2.0 spells what went wrong (RFC 6749, section 4.1.2.1).
var errorCode = regexp.MustCompile(`^[a-z_]{1,64}$`)

func (a *API) arrive(r *Request, f directory.Flow, in providerAnswer) (directory.Arrival, error) {
	if in.Error == "" {
		return a.Directory.FinishFlow(r, r.By, f, string(in.Code))
	}
	err := roster.ErrOAuthProvider
	if errorCode.MatchString(string(in.Error)) {
		err = err.With("The provider did not sign the user in: " + string(in.Error) + ".")
	}
	return directory.Arrival{}, err
}

// arrived sends the user to the product, with what the product needs. A session
// is in the browser's cookies; only Roster's own page, which apps are reached
// through, gets its secret (companion section 8.3).
func (r *Request) arrived(f directory.Flow, a directory.Arrival) redirect {
	carried := map[string]string{}
	if f.Token {
		carried["secret"], carried["userId"] = a.Grant, a.UserID
	} else {
		r.keepSession(a.Session, a.Secret)
	}
	if f.Success != "" {
		if len(carried) == 0 {
			return redirect(f.Success)
		}
		return redirect(directory.WithQuery(f.Success, carried))
	}
	if !f.Token {
		carried["key"], carried["secret"] = sessionCookie(r.By.Project.ID), a.Secret
		carried["domain"] = cookieDomain(hostname(r.http.Host))
	}
	return r.ownPage(successPage, carried)
}

// failed sends the user to the product's page for failures. There a provider's
// failure has its own code, which no answer has.
func (r *Request) failed(f directory.Flow, e *roster.Error) redirect {
	code := e.Status
	if errors.Is(e, roster.ErrOAuthProvider) || errors.Is(e, roster.ErrOAuthExchange) {
		code = http.StatusFailedDependency
	}
	text, err := json.Marshal(struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    int    `json:"code"`
	}{e.Message, e.Type, code})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	carried := map[string]string{"error": string(text)}
	if f.Failure != "" {
		return redirect(directory.WithQuery(f.Failure, carried))
	}
	return r.ownPage(failurePage, carried)
}

func (r *Request) ownPage(path string, carried map[string]string) redirect {
	query := maps.Clone(carried)
	query["project"] = r.By.Project.ID
	return redirect(directory.WithQuery(Prefix+flowPath+path, query))
}
