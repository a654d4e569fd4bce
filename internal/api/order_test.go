package api

import (
	"testing"

	"roster"
	"roster/internal/directory"
)

// Of two faults of one request the one is told that contract section 1.9 puts
// first. Each case names them in that order.
func TestTheFirstFaultOfTheContractIsTold(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	spy := b.person(impersonator, blocked)
	expired := b.newKey(b.project, directory.NewKey{Name: "expired", Scopes: roster.Scopes(), ExpiresAt: b.now() - 1})
	narrow := b.newKey(b.project, directory.NewKey{Name: "narrow", Scopes: []roster.Scope{roster.SessionsRead}})
	for _, setting := range []string{"apis.rest", "services.users"} {
		_, err := b.dir.CreateProject(t.Context(), "no-"+setting, setting)
		b.must(err)
		_, err = b.dir.UpdateProject(t.Context(), "no-"+setting, func(p *roster.Project) error { return p.Settings.Set(setting, "false") })
		b.must(err)
	}
	both := header{"X-Appwrite-Session": p.secret, "X-Appwrite-JWT": b.jwt(p.ID)}
	list, legacy := get("/v1/users", nil), get("/v1/users?queries[]=nonsense", nil).as(header{"X-Appwrite-Response-Format": "1.4.0"})
	wrong := get("/v1/users?search=", nil)
	nothing := get(user("nobody"), nil)
	for _, test := range []struct {
		name string
		call call
		want *roster.Error
	}{
		{"admin mode in the console, a project that is not the key's", list.as(header{"X-Appwrite-Mode": "admin"}).to("?project=console"), roster.ErrBadRequest},
		{"admin mode in the console, an unknown origin", list.as(guest).as(header{"X-Appwrite-Mode": "admin", "X-Appwrite-Project": "console", "Origin": "https://evil.example"}), roster.ErrBadRequest},
		{"admin mode in the console, asked for in the query string", list.as(guest).as(header{"X-Appwrite-Project": "console"}).to("?mode=admin"), roster.ErrBadRequest},
		{"a session and a JWT, a project that is not the key's", list.as(both).as(header{"X-Appwrite-Project": ""}).to("?project=demo"), roster.ErrJWTAndSession},
		{"a session and a JWT, an unknown origin", list.as(guest).as(both).as(header{"Origin": "https://evil.example"}), roster.ErrJWTAndSession},
		{"a session and a JWT that is none", list.as(guest).as(both).as(header{"X-Appwrite-JWT": "nonsense"}), roster.ErrJWTAndSession},
		{"no JWT, a project that is not the key's", list.as(header{"X-Appwrite-JWT": "nonsense", "X-Appwrite-Project": ""}).to("?project=demo"), roster.ErrJWT},
		{"no JWT, an unknown key", list.as(withKey("unknown")).as(header{"X-Appwrite-JWT": "nonsense"}), roster.ErrJWT},
		{"no JWT, an unknown origin", list.as(withJWT("nonsense")).as(header{"Origin": "https://evil.example"}), roster.ErrJWT},
		{"no JWT, a wrong parameter", wrong.as(withJWT("nonsense")), roster.ErrJWT},
		{"a project that is not the key's, an old query", legacy.as(header{"X-Appwrite-Project": ""}), roster.ErrProjectIDMissing},
		{"a project that is not the key's, an unknown project", list.to("?project=nowhere"), roster.ErrProjectIDMissing},
		{"a project that is not the key's, an unknown key", list.as(withKey("unknown")).as(header{"X-Appwrite-Project": ""}), roster.ErrProjectIDMissing},
		{"an unknown origin, an old query", legacy.as(guest).as(header{"Origin": "https://evil.example"}), roster.ErrOrigin},
		{"an unknown origin, an unknown project", list.as(guest).as(header{"Origin": "https://evil.example", "X-Appwrite-Project": "nowhere"}), roster.ErrOrigin},
		{"an unknown origin, admin mode", list.as(guest).as(header{"Origin": "https://evil.example", "X-Appwrite-Mode": "admin"}), roster.ErrOrigin},
		{"an unknown origin, no scope", list.as(guest).as(header{"Origin": "https://evil.example"}), roster.ErrOrigin},
		{"an old query, an unknown project", legacy.as(header{"X-Appwrite-Project": "nowhere"}), roster.ErrQuery},
		{"an old query, an expired key", legacy.as(withKey(expired)), roster.ErrQuery},
		{"an old query, an unknown key", legacy.as(withKey("unknown")), roster.ErrQuery},
		{"an old query, admin mode", legacy.as(guest).as(header{"X-Appwrite-Mode": "admin"}), roster.ErrQuery},
		{"an old query, no scope", legacy.as(guest), roster.ErrQuery},
		{"an unknown project, an expired key", list.as(withKey(expired)).as(header{"X-Appwrite-Project": "nowhere"}), roster.ErrProjectNotFound},
		{"an unknown project, an unknown key", list.as(withKey("unknown")).as(header{"X-Appwrite-Project": "nowhere"}), roster.ErrProjectNotFound},
		{"an unknown project, admin mode", list.as(guest).as(header{"X-Appwrite-Mode": "admin", "X-Appwrite-Project": "nowhere"}), roster.ErrProjectNotFound},
		{"an unknown project, no scope", list.as(guest).as(header{"X-Appwrite-Project": "nowhere"}), roster.ErrProjectNotFound},
		{"an expired key, a wrong parameter", wrong.as(withKey(expired)), roster.ErrKeyExpired},
		{"an unknown key, a wrong parameter", wrong.as(withKey("unknown")), roster.ErrUnauthorized},
		{"admin mode, a service that is off", list.as(guest).as(header{"X-Appwrite-Mode": "admin", "X-Appwrite-Project": "no-services.users"}), roster.ErrUnauthorized},
		{"admin mode, no scope", list.as(guest).as(header{"X-Appwrite-Mode": "admin"}), roster.ErrUnauthorized},
		{"REST that is off, no scope", list.as(guest).as(header{"X-Appwrite-Project": "no-apis.rest"}), roster.ErrAPIDisabled},
		{"a service that is off, no scope", list.as(guest).as(header{"X-Appwrite-Project": "no-services.users"}), roster.ErrServiceDisabled},
		{"a service that is off, a wrong parameter", wrong.as(guest).as(header{"X-Appwrite-Project": "no-services.users"}), roster.ErrServiceDisabled},
		{"no scope, a blocked user", del(user(p.ID)).as(withSession(spy.secret)), roster.ErrScope},
		{"no scope, a wrong parameter", wrong.as(withKey(narrow)), roster.ErrScope},
		{"no scope, an unknown user", nothing.as(withKey(narrow)), roster.ErrScope},
		{"a blocked user, a wrong parameter", wrong.as(withSession(spy.secret)), roster.ErrUserBlocked},
		{"a blocked user, an unknown user", nothing.as(withSession(spy.secret)), roster.ErrUserBlocked},
		{"a wrong parameter, an unknown user", get(user("nobody", "targets")+"?total=x", nil), roster.ErrArgument},
		{"a body that is no JSON, an unknown key", call{method: "POST", path: "/v1/users", body: "{"}.as(withKey("unknown")), roster.ErrUnauthorized},
		{"a body that is no JSON, no scope", call{method: "POST", path: "/v1/users", body: "{"}.as(guest), roster.ErrScope},
		{"a body that is no JSON, an unknown user", call{method: "POST", path: user("nobody", "tokens"), body: "{"}, roster.ErrArgument},
		{"a body that is no JSON, a wrong id", call{method: "POST", path: user("-", "tokens"), body: "{"}, roster.ErrArgument},
	} {
		b.run(test.name, func(b *bed) { b.untouched(func() { b.refuses(test.call, test.want) }) })
	}
}

// to adds to the path.
func (c call) to(rest string) call {
	c.path += rest
	return c
}

// Keys are exempt from what is switched off for everybody else.
func TestKeysMayUseWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.REST, s.Users = false, false })
	b.answers(get("/v1/users", nil), 200)
	spy := b.person(impersonator)
	b.refuses(get("/v1/users", nil).as(withSession(spy.secret)), roster.ErrAPIDisabled)
	b.settings(func(s *roster.Settings) { s.REST = true })
	b.refuses(get("/v1/users", nil).as(withSession(spy.secret)), roster.ErrServiceDisabled)
}

// The project is a parameter, or a header, or stands in the query string
// (contract section 2.1).
func TestTheProjectMayBeNamedInManyWays(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	spy := b.person(impersonator)
	other := b.beside("other")
	b.answers(post("/v1/users", params{"userId": `"ada"`}), 201)
	b.answers(get(user(spy.ID), nil).as(withSession(spy.secret)), 200)
	for _, test := range []struct {
		name string
		call call
		want int
	}{
		{"the query string alone", get("/v1/users?project=demo", nil).as(header{"X-Appwrite-Project": ""}), 403}, // a key needs the header
		{"the query string and the header", get("/v1/users?project=demo", nil), 200},
		{"the query string against the header", get("/v1/users?project=other", nil), 403},
		{"a session in the project of the query string", get("/v1/users?project=demo", nil).as(header{"X-Appwrite-Project": "", "X-Appwrite-Key": "", "Cookie": "a_session_demo=" + spy.secret}), 200},
		{"a session in the project of the query string, not the header's", get("/v1/users?project=demo", nil).as(header{"X-Appwrite-Project": "other", "X-Appwrite-Key": "", "Cookie": "a_session_demo=" + spy.secret}), 200},
		{"a session in the header's project, not the cookie's", get("/v1/users", nil).as(header{"X-Appwrite-Project": "other", "X-Appwrite-Key": "", "Cookie": "a_session_demo=" + spy.secret}), 401},
		{"the body and the header", post("/v1/users", params{"userId": `"unique()"`, "project": `"demo"`}), 201},
		{"the body against the header", post("/v1/users", params{"userId": `"unique()"`, "project": `"other"`}), 403},
		{"a body that names no project", post("/v1/users", params{"userId": `"unique()"`, "project": "7"}), 201},
		{"the query string of what is no GET, against the header", post("/v1/users?project=other", params{"userId": `"unique()"`}), 201},
		{"a form", call{method: "POST", path: "/v1/users", body: "userId=unique()&project=other"}.as(header{"Content-Type": "application/x-www-form-urlencoded"}), 403},
	} {
		b.run(test.name, func(b *bed) { b.answers(test.call, test.want) })
	}
	other.answers(get("/v1/users", nil), 200).is(map[string]string{"total": "0"})
}
