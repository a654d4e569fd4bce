package server

import (
	"context"
	"io"
	"net/http"
)

// ReadyPath is where a load balancer asks whether to send requests to this
// server. It is no part of what is served, and needs no credentials.
const ReadyPath = "/healthz"

// Ready answers on [ReadyPath] with 200 if ready returns nil, else with 503, and
// has h answer everything else.
func Ready(h http.Handler, ready func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != ReadyPath || r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
		w.Header().Set("Cache-Control", "no-store")
		if ready(r.Context()) != nil {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, "the database does not answer\n")
			return
		}
		io.WriteString(w, "ready\n")
	})
}
