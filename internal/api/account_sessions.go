package api

import (
	"net/http"
	"time"

	"roster"
)

func accountSessionEndpoints() []Endpoint {
	const one = "/account/sessions/{sessionId}"
	return []Endpoint{
		on(Endpoint{
			Name: "accountCreateEmailPasswordSession", Method: http.MethodPost, Path: "/account/sessions/email", Aliases: []string{"/account/sessions"},
			Scopes: signingIn, Status: 201, SignIn: true, AuthMethod: emailPassword,
			Limits:  []Limit{{Max: 10, By: []string{"email"}, Refill: true}, {Max: 100, By: []string{"ip"}}},
			Summary: "Sign in with an email address and a password.",
			Event:   roster.SessionCreated, Errors: []*roster.Error{roster.ErrCredentials, roster.ErrBusy},
		}, (*API).signIn),
		on(Endpoint{
			Name: "accountCreateSession", Method: http.MethodPost, Path: "/account/sessions/token",
			Scopes: signingIn, Status: 201, SignIn: true, Limits: []Limit{{Max: 10, By: []string{"ip", "userId"}, Refill: true}},
			Summary: "Sign in with a token, which is spent.",
			Event:   roster.SessionCreated, Errors: []*roster.Error{roster.ErrToken},
		}, (*API).exchange),
		on(Endpoint{
			Name: "accountListSessions", Method: http.MethodGet, Path: "/account/sessions", Scopes: ofAccount, Status: 200,
			Summary: "List the own sessions, oldest first, expired ones included.",
		}, (*API).listOwnSessions),
		on(Endpoint{
			Name: "accountDeleteSessions", Method: http.MethodDelete, Path: "/account/sessions", Scopes: ofAccount, Status: 204,
			Limits: limited(100, "ip"), Summary: "Sign out everywhere.", Event: roster.SessionsDeleted,
		}, (*API).deleteOwnSessions),
		on(Endpoint{
			Name: "accountGetSession", Method: http.MethodGet, Path: one, Scopes: ofAccount, Status: 200,
			Summary: "Get one of the own sessions; current is the one that asks.", Errors: []*roster.Error{roster.ErrSessionNotFound},
		}, (*API).getOwnSession),
		on(Endpoint{
			Name: "accountUpdateSession", Method: http.MethodPatch, Path: one, Scopes: ofAccount, Status: 200,
			Limits: limited(10, "ip"), Summary: "Let one of the own sessions last longer, and refresh the tokens of the provider that it is from.",
			Event: roster.SessionUpdated, Errors: []*roster.Error{roster.ErrSessionNotFound, roster.ErrOAuthUnsupported, roster.ErrOAuthExchange},
		}, (*API).extendOwnSession),
		on(Endpoint{
			Name: "accountDeleteSession", Method: http.MethodDelete, Path: one, Scopes: ofAccount, Status: 204, OneFactor: true,
			Limits: limited(100, "ip"), Summary: "Sign out, or end another of the own sessions.",
			Event: roster.SessionDeleted, Errors: []*roster.Error{roster.ErrSessionNotFound},
		}, (*API).deleteOwnSession),
		on(Endpoint{
			Name: "accountCreateJWT", Method: http.MethodPost, Path: "/account/jwts", Aliases: []string{"/account/jwt"}, Scopes: ofAccount, Status: 201,
			AuthMethod: jwts, Limits: []Limit{{Max: 120, Window: time.Minute, By: []string{"user"}}},
			Summary: "Sign a JWT with which one acts for a while. It ends with the session.",
			Errors:  []*roster.Error{roster.ErrJWTDenied},
		}, (*API).createOwnJWT),
	}
}

type signInParams struct {
	Email    roster.EmailParam    `param:"email" doc:"Email address."`
	Password roster.PasswordParam `param:"password" doc:"Password of 8 to 256 bytes."`
}

func (a *API) signIn(r *Request, in signInParams) (sessionModel, error) {
	s, wire, err := a.Directory.SignIn(r, r.By, string(in.Email), string(in.Password))
	return r.signedIn(s, wire, err)
}

// signedIn answers with a new session. Its secret is for servers; browsers have
// the cookie (companion section 3.6).
func (r *Request) signedIn(s roster.Session, wire string, err error) (sessionModel, error) {
	if err != nil {
		return sessionModel{}, err
	}
	r.keepSession(s, wire)
	m := newSession(s, wire, r.Locale)
	if r.By.Key() == nil {
		m = newSession(s, "", r.Locale).owned(s)
	}
	m.Current = true
	return m, nil
}

type exchangeParams struct {
	UserID roster.CustomID  `param:"userId" doc:"The user's id."`
	Secret roster.TextParam `param:"secret" min:"1" max:"256" doc:"The token's secret."`
}

func (a *API) exchange(r *Request, in exchangeParams) (sessionModel, error) {
	s, wire, err := a.Directory.Exchange(r, r.By, string(in.UserID), string(in.Secret))
	return r.signedIn(s, wire, err)
}

// ownSession shapes one of the caller's sessions.
func (r *Request) ownSession(s roster.Session) sessionModel {
	m := newSession(s, "", r.Locale).owned(s)
	m.Current = r.By.Session() != nil && r.By.Session().ID == s.ID
	return m
}

func (a *API) listOwnSessions(r *Request, _ noParams) (sessionList, error) {
	sessions, err := a.Directory.OwnSessions(r, r.By)
	return sessionList{Total: int64(len(sessions)), Sessions: each(sessions, r.ownSession)}, err
}

func (a *API) deleteOwnSessions(r *Request, _ noParams) (none, error) {
	if r.By.Session() != nil {
		r.dropSession()
	}
	return none{}, a.Directory.DeleteSessions(r, r.By, r.By.User().ID)
}

// CurrentSession asks for the session that the caller came with.
const CurrentSession = "current"

type ownSessionParams struct {
	SessionID roster.ID `param:"sessionId" doc:"The session's id, or current."`
}

// id is the session's id; a JWT has no current session.
func (p ownSessionParams) id(r *Request) string {
	if p.SessionID == CurrentSession && r.By.Session() != nil {
		return r.By.Session().ID
	}
	return string(p.SessionID)
}

func (a *API) getOwnSession(r *Request, in ownSessionParams) (sessionModel, error) {
	s, err := a.Directory.OwnSession(r, r.By, in.id(r))
	return r.ownSession(s), err
}

func (a *API) extendOwnSession(r *Request, in ownSessionParams) (sessionModel, error) {
	s, err := a.Directory.ExtendSession(r, r.By, in.id(r))
	return newSession(s, "", r.Locale).owned(s), err
}

func (a *API) deleteOwnSession(r *Request, in ownSessionParams) (none, error) {
	id := in.id(r)
	if s := r.By.Session(); s != nil && s.ID == id {
		r.dropSession()
	}
	return none{}, a.Directory.DeleteSession(r, r.By, r.By.User().ID, id)
}

type ownJWTParams struct {
	// Nobody can use a JWT of 0 seconds (companion section 8.1).
	Duration roster.Range `param:"duration" default:"900" min:"1" max:"3600" doc:"Seconds until it expires."`
}

func (a *API) createOwnJWT(r *Request, in ownJWTParams) (jwtModel, error) {
	text, err := a.Directory.CreateOwnJWT(r.By, time.Duration(in.Duration)*time.Second)
	return jwtModel{text}, err
}
