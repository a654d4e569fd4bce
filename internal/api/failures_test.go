package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roster"
	"roster/internal/store"
	"roster/test/postgres"
)

// A panic is a mistake like others: it is answered, and the next request is
// served.
func TestAPanicIsAnswered(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.dir.Country = func(string) string { panic("a bug") }
	b.untouched(func() { b.refuses(get("/v1/users", nil), roster.ErrInternal) })
	b.dir.Country = func(string) string { return "--" }
	b.answers(get("/v1/users", nil), 200)
}

// Whoever has hung up changes nothing any more.
func TestAClientThatHungUpIsNotServed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []call{del(user(id)), patch(user(id, "name"), params{"name": `"x"`}), get("/v1/users", nil)} {
		b.untouched(func() { b.serve(b.request(c).WithContext(ctx), c.String()).refused(roster.ErrClientGone) })
	}
	b.answers(get(user(id), nil), 200)
}

// Without anybody to observe, requests are served as well.
func TestObservingIsOptional(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Observe = nil
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, b.request(get("/v1/users", nil)))
	if w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// away is a store whose database can be reached no more.
func away(t *testing.T) *store.Store {
	t.Helper()
	server, err := postgres.Start("fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Database: server.URL("roster")})
	if err := errors.Join(err, server.Remove()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// What is remembered of projects and keys makes no answer out of nothing.
func TestWhileTheDatabaseIsAwayEverythingIsToBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	about := b.person()
	b.answers(b.of(b.endpoint("usersGet"), about), http.StatusOK) // project and key are remembered from here on
	there := b.dir.Store
	b.dir.Store = away(t)
	for _, e := range Endpoints() {
		if rulesOf(e, "no store") {
			continue
		}
		b.run(e.Name, func(b *bed) {
			b.untouched(func() {
				r := b.refuses(b.of(e, about), roster.ErrUnavailable)
				if r.header.Get("Retry-After") == "" || strings.Contains(r.text("message"), "connect to") {
					b.t.Errorf("%v %s", r.header, r.body)
				}
			})
		})
	}
	b.dir.Store = there
	b.answers(b.of(b.endpoint("usersGet"), about), http.StatusOK)
}
