package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestReadinessIsAnsweredBesidesEverythingElse(t *testing.T) {
	away := errors.New("away")
	for _, c := range []struct {
		method, path string
		ready        error
		status       int
		body         string
	}{
		{"GET", "/healthz", nil, 200, "ready\n"},
		{"HEAD", "/healthz", nil, 200, "ready\n"}, // the connection leaves the body out
		{"GET", "/healthz", away, 503, "the database does not answer\n"},
		{"HEAD", "/healthz", away, 503, "the database does not answer\n"},
		{"POST", "/healthz", away, 418, "served"},
		{"GET", "/healthz/", away, 418, "served"},
		{"GET", "/v1/healthz", away, 418, "served"},
		{"GET", "//healthz", away, 418, "served"},
		{"GET", "/v1/users", away, 418, "served"},
	} {
		served := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "served")
		})
		w := httptest.NewRecorder()
		Ready(served, func(context.Context) error { return c.ready }).ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s %s, ready: %v: %d %q", c.method, c.path, c.ready, w.Code, w.Body)
		}
		if retry := w.Header().Get("Retry-After"); (c.status == 503) != (retry != "") {
			t.Errorf("%s %s: Retry-After is %q", c.method, c.path, retry)
		}
	}
}
