package api

import (
	"net/http"
	"time"

	"roster"
)

func sessionEndpoints() []Endpoint {
	const all = "/users/{userId}/sessions"
	return []Endpoint{
		on(Endpoint{
			Name: "usersCreateSession", Method: http.MethodPost, Path: all, Scopes: writeSessions, Status: 201,
			Summary: "Make a session for a user; its secret is shown this once.",
			Event:   roster.SessionCreated, Errors: ofUser,
		}, (*API).createSession),
		on(Endpoint{
			Name: "usersListSessions", Method: http.MethodGet, Path: all, Scopes: readSessions, Status: 200,
			Summary: "List a user's sessions, oldest first, expired ones included.", Errors: ofUser,
		}, (*API).listSessions),
		on(Endpoint{
			Name: "usersDeleteSessions", Method: http.MethodDelete, Path: all, Scopes: writeSessions, Status: 204,
			Summary: "End all sessions of a user.", Event: roster.SessionsDeleted, Errors: ofUser,
		}, (*API).deleteSessions),
		on(Endpoint{
			Name: "usersDeleteSession", Method: http.MethodDelete, Path: all + "/{sessionId}", Scopes: writeSessions, Status: 204,
			Summary: "End a session of a user.",
			Event:   roster.SessionDeleted, Errors: []*roster.Error{roster.ErrUserNotFound, roster.ErrSessionNotFound},
		}, (*API).deleteSession),
		on(Endpoint{
			Name: "usersCreateToken", Method: http.MethodPost, Path: "/users/{userId}/tokens", Scopes: writeUsers, Status: 201,
			Summary: "Make a short secret that a user can exchange for a session once.",
			Event:   roster.TokenCreated, Errors: ofUser,
		}, (*API).createToken),
		on(Endpoint{
			Name: "usersCreateJWT", Method: http.MethodPost, Path: "/users/{userId}/jwts", Scopes: writeUsers, Status: 201,
			Summary: "Sign a JWT with which a user acts for a while.",
			Errors:  []*roster.Error{roster.ErrUserNotFound, roster.ErrSessionNotFound},
		}, (*API).createJWT),
	}
}

type createSessionParams struct {
	UserID roster.CustomID `param:"userId" doc:"The user's id."`
}

func (a *API) createSession(r *Request, in createSessionParams) (sessionModel, error) {
	s, secret, err := a.Directory.CreateSession(r, r.By, string(in.UserID))
	return newSession(s, secret, r.Locale), err
}

type listSessionsParams struct {
	userParams
	Total roster.LooseBool `param:"total" default:"true" doc:"Whether to say how many there are."`
}

func (a *API) listSessions(r *Request, in listSessionsParams) (sessionList, error) {
	sessions, err := a.Directory.Sessions(r, r.By, in.user())
	list := sessionList{Sessions: each(sessions, func(s roster.Session) sessionModel { return newSession(s, "", r.Locale) })}
	if in.Total {
		list.Total = int64(len(sessions))
	}
	return list, err
}

func (a *API) deleteSessions(r *Request, in userParams) (none, error) {
	return none{}, a.Directory.DeleteSessions(r, r.By, in.user())
}

type sessionParams struct {
	userParams
	SessionID roster.ID `param:"sessionId" doc:"The session's id."`
}

func (a *API) deleteSession(r *Request, in sessionParams) (none, error) {
	return none{}, a.Directory.DeleteSession(r, r.By, in.user(), string(in.SessionID))
}

type createTokenParams struct {
	userParams
	Length roster.Range `param:"length" default:"6" min:"4" max:"128" doc:"Hexadecimal digits of the secret."`
	Expire roster.Range `param:"expire" default:"900" min:"60" max:"31536000" doc:"Seconds until it expires."`
}

func (a *API) createToken(r *Request, in createTokenParams) (tokenModel, error) {
	t, secret, err := a.Directory.CreateToken(r, r.By, in.user(), int(in.Length), time.Duration(in.Expire)*time.Second)
	return tokenModel{ID: t.ID, CreatedAt: t.CreatedAt, UserID: t.UserID, Secret: secret, Expire: t.ExpiresAt}, err
}

type createJWTParams struct {
	userParams
	SessionID roster.ID `param:"sessionId" default:"recent" doc:"The session that the JWT ends with; recent is the newest, if there is any."`
	// Nobody can use a JWT of 0 seconds (contract Q15).
	Duration roster.Range `param:"duration" default:"900" min:"1" max:"3600" doc:"Seconds until it expires."`
}

func (a *API) createJWT(r *Request, in createJWTParams) (jwtModel, error) {
	text, err := a.Directory.CreateJWT(r, r.By, in.user(), string(in.SessionID), time.Duration(in.Duration)*time.Second)
	return jwtModel{text}, err
}
