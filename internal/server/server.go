// Package server listens: it gives every request an id and, at level debug, a
// line in the log, bounds how long clients may take, and stops without cutting
// anyone short.
// What is served is the caller's.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"roster/internal/secret"
)

// How long a client may take: to send its headers, to send the whole request,
// to read the answer, and to stay silent between requests; and how large its
// headers may be in bytes.
var (
	headerTimeout = 10 * time.Second
	readTimeout   = 60 * time.Second
	writeTimeout  = 120 * time.Second
	idleTimeout   = 120 * time.Second
)

const maxHeader = 64 << 10

// shutdownTimeout is how long requests in flight may go on after a stop.
const shutdownTimeout = 30 * time.Second

// Serve answers requests on l with h until ctx ends; then it takes no new
// ones, lets those in flight finish and returns.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler: observed(h, log), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := s.Shutdown(grace)
	if e := <-failed; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// observed gives each request an id and logs it.
func observed(h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, id := time.Now(), secret.Random(8)
		w.Header().Set("X-Request-Id", id)
		seen := &statusWriter{ResponseWriter: w}
		h.ServeHTTP(seen, r)
		if log.Enabled(r.Context(), slog.LevelDebug) {
			log.Debug("request", "request", id, "method", r.Method, "path", r.URL.Path, "status", seen.status, "took", time.Since(start))
		}
	})
}

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
