package api

import (
	"context"
	"net/http/httptest"
	"testing"

	"roster"
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
