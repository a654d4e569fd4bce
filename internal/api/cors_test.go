package api

import (
	"net/http"
	"strings"
	"testing"

	"roster"
)

// wanted is contract section 1.7, and what errors tell pages to look at.
var wanted = map[string]string{
	"Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
	"Access-Control-Allow-Headers": "Accept, Origin, Cookie, Set-Cookie, Content-Type, Content-Range, X-Appwrite-Project, X-Appwrite-Key, X-Appwrite-Dev-Key, " +
		"X-Appwrite-Locale, X-Appwrite-Mode, X-Appwrite-JWT, X-Appwrite-Organization, X-Appwrite-Response-Format, X-Appwrite-Timeout, X-Appwrite-ID, " +
		"X-Appwrite-Timestamp, X-Appwrite-Session, X-Appwrite-Platform, X-Appwrite-Impersonate-User-Id, X-Appwrite-Impersonate-User-Email, " +
		"X-Appwrite-Impersonate-User-Phone, X-SDK-Version, X-SDK-Name, X-SDK-Language, X-SDK-Platform, X-SDK-GraphQL, X-SDK-Profile, Range, " +
		"Cache-Control, Expires, Pragma, X-Fallback-Cookies, X-Requested-With, X-Forwarded-For, X-Forwarded-User-Agent",
	"Access-Control-Expose-Headers":    "X-Appwrite-Session, X-Fallback-Cookies, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After",
	"Access-Control-Allow-Credentials": "true",
	"Access-Control-Max-Age":           "86400",
}

func TestPreflightsAreAnsweredOnAnyPathWithoutCredentials(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, path := range []string{"/v1/users", "/v1/users/x/sessions", "/v1/nothing", "/v1", "/v1/"} {
		for _, origin := range []string{"", "https://Any.Example", "null"} {
			r := b.send(call{method: http.MethodOptions, path: path}.as(guest).as(header{"X-Appwrite-Project": "", "Origin": origin, "Access-Control-Request-Method": "DELETE"}))
			if r.status != http.StatusNoContent || r.body != "" || r.header.Get("Server") != "Appwrite" || r.header.Get("Content-Type") != "" {
				t.Errorf("OPTIONS %s = %d %q %v", path, r.status, r.body, r.header)
			}
			for name, value := range wanted {
				if got := r.header.Get(name); got != value {
					t.Errorf("OPTIONS %s: %s = %q, want %q", path, name, got, value)
				}
			}
			if got := r.header.Get("Access-Control-Allow-Origin"); got != strings.ToLower(origin) {
				t.Errorf("OPTIONS %s from %q allows %q", path, origin, got)
			}
		}
	}
}

// A page of an unknown origin is refused unless it comes with a key, and may
// read nothing in either case.
func TestOnlyPagesOfTheProjectMayRead(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.Platforms = []string{"app.example.com", "*.preview.example"} })
	spy := b.person(impersonator)
	session := header{"X-Appwrite-Key": "", "X-Appwrite-Session": spy.secret}
	for _, test := range []struct {
		origin string
		known  bool
	}{
		{"https://app.example.com", true},
		{"http://APP.example.com:8080", true},
		{"https://api.example.com", true}, // the server's own
		{"https://pr-1.preview.example", true},
		{"https://a.b.preview.example", true},
		{"https://preview.example", false},
		{"https://evilpreview.example", false},
		{"https://app.example.com.evil.example", false},
		{"https://evil.example", false},
		{"https://example.com", false},
		{"https://app.example.com@evil.example", false},
		{"https://evil.example/app.example.com", false},
		{"null", false},
		{"file://", false},
		{"nonsense", false},
		{"://", false},
	} {
		b.run(test.origin, func(b *bed) {
			allowed := ""
			if test.known {
				allowed = strings.ToLower(test.origin)
				b.answers(get("/v1/users", nil).as(session).as(header{"Origin": test.origin}), 200)
			} else {
				b.refuses(get("/v1/users", nil).as(session).as(header{"Origin": test.origin}), roster.ErrOrigin)
			}
			for _, c := range []call{get("/v1/users", nil), get("/v1/nothing", nil), get("/v1/users", nil).as(session)} {
				r := b.send(c.as(header{"Origin": test.origin}))
				if got := r.header.Get("Access-Control-Allow-Origin"); got != allowed {
					b.t.Errorf("%s allows %q, want %q", c, got, allowed)
				}
				if !strings.Contains(r.header.Get("Vary"), "Origin") || r.header.Get("Access-Control-Allow-Credentials") != "true" {
					b.t.Errorf("%s has the headers %v", c, r.header)
				}
			}
		})
	}
}

// Without an Origin there is no browser to tell anything.
func TestOthersAreSparedTheHeaders(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	r := b.answers(get("/v1/users", nil), 200)
	for name := range r.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: %s", name, r.header.Get(name))
		}
	}
}

// A page may name its project in the query string (contract section 2.1).
func TestAPageMayNameItsProjectInTheQueryString(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.Platforms = []string{"app.example.com"} })
	spy := b.person(impersonator)
	r := b.answers(get("/v1/users?project=demo", nil).as(header{
		"X-Appwrite-Project": "", "X-Appwrite-Key": "", "Origin": "https://app.example.com", "Cookie": "a_session_demo=" + spy.secret,
	}), 200)
	if got := r.header.Get("Access-Control-Allow-Origin"); got != "https://app.example.com" {
		t.Errorf("the page may not read the answer: %q", got)
	}
}
