package api

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roster"
)

func TestUnknownRoutesAreToldAfterProjectAndKey(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, c := range []call{
		get("/v1/nothing", nil), get("/v1", nil), get("/v1/", nil), get("/v1/user", nil), get("/v1/users/x/y", nil), get("/v1/users/x/sessions/y", nil),
		get("/v1/Users", nil), post("/v1/users/x", nil), put("/v1/users", nil), patch("/v1/users", nil), del("/v1/users"), put("/v1/users/x/name", nil),
		patch("/v1/users/x/labels", nil), post("/v1/users/identities", nil), post("/v1/users/x/verification", nil), get("/v1/users/x/verification/phone", nil),
		{method: "BREW", path: "/v1/users"}, {method: "TRACE", path: "/v1/users"}, get("/v1/users/x/targets/y/z", nil), get("/v1/health/db", nil),
		get("/v1users", nil), get("/v2/users", nil), get("/users", nil),
	} {
		b.run(c.String(), func(b *bed) {
			b.untouched(func() {
				b.refuses(c, roster.ErrRouteNotFound)
				b.refuses(c.as(guest), roster.ErrRouteNotFound)
				b.refuses(c.as(withKey("unknown")), roster.ErrUnauthorized)
				b.refuses(c.as(header{"X-Appwrite-Project": "nowhere"}), roster.ErrProjectNotFound)
				b.refuses(c.as(header{"X-Appwrite-Project": ""}), roster.ErrProjectIDMissing)
				b.refuses(c.as(guest).as(header{"Origin": "https://evil.example"}), roster.ErrOrigin)
			})
		})
	}
}

// Literal segments beat ids, but only for the methods they have (contract
// section 1.1).
func TestWordsBeatIDsWhereTheyLeadSomewhere(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, id := range []string{"argon2", "identities", "usage", "sessions"} {
		b.answers(post("/v1/users", params{"userId": quote(id)}), 201)
	}
	b.answers(get(user("argon2"), nil), 200).is(map[string]string{"$id": "argon2"})
	b.answers(get(user("identities"), nil), 200).is(map[string]string{"total": "0"})
	b.provider("fcm", "mailgun")
	b.answers(get("/v1/messaging/providers/mailgun", nil), 200).is(map[string]string{"$id": "mailgun", "provider": "fcm"})
	b.answers(get(user("usage"), nil), 200).is(map[string]string{"range": "30d"})
	b.answers(get(user("usage", "prefs"), nil), 200)
	b.answers(del(user("sessions", "sessions")), 204)
	b.answers(get(user("identities", "sessions"), nil), 200).is(map[string]string{"total": "0"})
	b.refuses(del(user("identities", "sessions")), roster.ErrIdentityNotFound) // an identity called sessions
	b.answers(del(user("identities")), 204)                                    // a user called identities
	b.answers(patch(user("argon2", "name"), params{"name": `"x"`}), 200)
}

func TestATrailingSlashStillMatches(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(get(user(p.ID)+"/", nil), 200).is(map[string]string{"$id": p.ID})
	b.answers(post("/v1/users/", params{"userId": `"ada"`}), 201)
	b.answers(patch(user(p.ID, "name")+"/", params{"name": `"x"`}), 200)
	b.answers(get(user(p.ID, "sessions")+"/", nil), 200).is(map[string]string{"total": "1"})
	b.answers(get("/v1/users/identities/", nil), 200)
	// Where an id could stand, a slash is an id forgotten.
	b.untouched(func() {
		b.blames(get("/v1/users/", nil), "userId")
		b.blames(del("/v1/users/"), "userId")
		b.blames(del(user(p.ID, "sessions")+"/"), "sessionId")
		b.blames(get(user(p.ID, "targets")+"/", nil), "targetId")
		b.blames(del("/v1/users/identities/"), "identityId")
	})
}

// Path values are not decoded, so what needs an escape is no id (contract
// section 1.1), and no path means another.
func TestPathsMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	encoded := strings.Replace(p.ID, "n", "%6e", 1)
	b.untouched(func() {
		for _, path := range []string{
			"/v1/users/" + encoded, "/v1/users/x%2fsessions", "/v1/users/%2e%2e", "/v1/users/..", "/v1/users/.", "/v1/users/x%00", "/v1/users/%zz"[:10] + "%25",
			"/v1/users/" + p.ID + "%20", "/v1/users//", "/v1/users/" + p.ID + "+", "/v1/users/é",
		} {
			b.blames(get(path, nil), "userId")
		}
		for _, path := range []string{"/v1//users", "//v1/users", "/v1/./users", "/v1/x/../users", "/v1/users/" + p.ID + "/../" + p.ID, "/v1/%75sers", "/v1/users%2f" + p.ID} {
			b.refuses(get(path, nil), roster.ErrRouteNotFound)
		}
		b.blames(del("/v1/users//sessions"), "userId")
		b.blames(get("/v1/users//targets/x", nil), "userId")
		b.blames(del("/v1/users/"+p.ID+"/sessions/%2e"), "sessionId")
	})
}

// raw sends bytes to a listening server and returns the answer's.
func raw(t *testing.T, server *httptest.Server, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, request)
	method, _, _ := strings.Cut(request, " ")
	r, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

// HEAD is GET without the body, and over a real connection the headers fit.
func TestHeadIsGetWithoutItsBody(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	server := httptest.NewServer(b.api)
	defer server.Close()
	for _, path := range []string{"/v1/users", user(p.ID), user("nobody"), user("-"), "/v1/nothing", "/v1/users?search=", user(p.ID) + "/", "/v1/users/.."} {
		rest := " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Appwrite-Project: demo\r\nX-Appwrite-Key: " + b.key + "\r\n\r\n"
		got, body := raw(t, server, "GET "+path+rest)
		head, none := raw(t, server, "HEAD "+path+rest)
		if none != "" || head.StatusCode != got.StatusCode || head.Header.Get("Content-Type") != got.Header.Get("Content-Type") {
			t.Errorf("HEAD %s = %s %q, GET = %s", path, head.Status, none, got.Status)
		}
		if got.ContentLength != int64(len(body)) || head.ContentLength != got.ContentLength {
			t.Errorf("%s: %d bytes, GET says %d, HEAD says %d", path, len(body), got.ContentLength, head.ContentLength)
		}
	}
	for _, path := range []string{user(p.ID, "name"), user(p.ID, "tokens")} {
		b.refuses(call{method: http.MethodHead, path: path}, roster.ErrRouteNotFound)
	}
}

func TestADeletionHasNoBodyAndNoType(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	server := httptest.NewServer(b.api)
	defer server.Close()
	r, body := raw(t, server, "DELETE "+user(p.ID)+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Appwrite-Project: demo\r\nX-Appwrite-Key: "+b.key+
		"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
	if r.StatusCode != 204 || body != "" || r.Header.Get("Content-Type") != "" || r.Header.Get("Content-Length") != "" {
		t.Errorf("%s %q %v", r.Status, body, r.Header)
	}
}

func TestOnlySecureRequestsAreToldToStaySecure(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, secure := range []bool{false, true} {
		r := b.request(get("/v1/users", nil))
		want := ""
		if secure {
			r.TLS, want = &tls.ConnectionState{}, "max-age=10886400"
		}
		if got := b.serve(r, "GET").header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("secure %v: %q, want %q", secure, got, want)
		}
	}
}
