// Package concurrency lets many clients loose on one server and then looks for
// what they have done to each other.
package concurrency

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"

	"roster"
	"roster/internal/api"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/server"
	"roster/internal/store"
)

// bed is a server in this process, over a real file and a real socket.
type bed struct {
	directory *directory.Directory
	project   roster.Project
	url, key  string
	client    *http.Client
}

const clients = 64

func newBed(t *testing.T) *bed {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	keys, parsing := secret.Parse(secret.Random(32))
	hasher, hashing := password.New(password.Config{Params: password.Params{Memory: 8, Time: 1, Threads: 1}})
	l, listening := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err, parsing, hashing, listening); err != nil {
		t.Fatal(err)
	}
	d := directory.New(s, keys, hasher)
	p, err := d.CreateProject(t.Context(), "default", "Default")
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := d.CreateKey(t.Context(), p, directory.NewKey{Name: "crowd", Scopes: roster.Scopes()})
	if err != nil {
		t.Fatal(err)
	}
	b := &bed{directory: d, project: p, url: "http://" + l.Addr().String() + "/v1", key: key}
	b.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	b.serve(t, l)
	return b
}

// serve stops the server and looks for damage when the test ends.
func (b *bed) serve(t *testing.T, l net.Listener) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	go func() { ended <- server.Serve(ctx, l, api.New(b.directory, log), log) }()
	t.Cleanup(func() {
		b.client.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if damage, err := b.directory.Store.Check(context.Background()); damage != nil || err != nil {
			t.Errorf("the integrity check says %q, error %v", damage, err)
		}
		if err := b.directory.Store.Close(); err != nil {
			t.Error(err)
		}
	})
}

type (
	object = map[string]any
	list   = []any
)

// ask sends a request and returns the status and the answer. What is a mistake
// of the server fails the test.
func (b *bed) ask(t *testing.T, method, path string, params object) (int, object) {
	var body bytes.Buffer
	if params != nil {
		json.NewEncoder(&body).Encode(params)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, b.url+path, &body)
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	r.Header.Set("X-Appwrite-Project", b.project.ID)
	r.Header.Set("X-Appwrite-Key", b.key)
	r.Header.Set("Content-Type", "application/json")
	response, err := b.client.Do(r)
	if err != nil {
		t.Error(err)
		return 0, nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var answer object
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil || response.StatusCode >= 500 {
		t.Errorf("%s %s: %d %s, error %v", method, path, response.StatusCode, text, err)
	}
	return response.StatusCode, answer
}

// must asks for what must succeed.
func (b *bed) must(t *testing.T, want int, method, path string, params object) object {
	status, answer := b.ask(t, method, path, params)
	if status != want {
		t.Errorf("%s %s %v: %d %v, want %d", method, path, params, status, answer, want)
	}
	return answer
}

// users lists up to a thousand users that the query selects.
func (b *bed) users(t *testing.T, query string) (users []object, total int) {
	values := url.Values{"queries[]": {`{"method":"limit","values":[1000]}`}}
	if query != "" {
		values.Add("queries[]", query)
	}
	answer := b.must(t, 200, "GET", "/users?"+values.Encode(), nil)
	found, _ := answer["users"].(list)
	for _, u := range found {
		users = append(users, u.(object))
	}
	n, _ := answer["total"].(float64)
	return users, int(n)
}
