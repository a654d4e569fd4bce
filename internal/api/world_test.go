package api

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/oidc/oidctest"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// began is when the clock of every test stands at first.
var began = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// masterKey seals and signs in every test, so that JWTs are the same each time.
var masterKey = strings.Repeat("5e", 32)

// world is an API over a real store in a database of its own, with a clock and a
// source of ids that the test decides.
type world struct {
	api     *API
	dir     *directory.Directory
	store   *store.Store
	clock   *clock
	project roster.Project
	key     string // holds every scope

	folder  string
	file    *sql.DB // the database, for what no endpoint shows
	events  *sql.Stmt
	version *sql.Stmt
	last    *int64        // the newest event seen
	ids     *atomic.Int64 // several may ask at once
	names   int
	served  Endpoint // by the last request
	// accounts are how the ids of a project's messaging providers end.
	accounts map[roster.ProjectNumber]string
}

// bed is a world as one test or subtest uses it.
type bed struct {
	*world
	t *testing.T
}

func (b *bed) run(name string, test func(*bed)) {
	b.t.Helper()
	b.t.Run(name, func(t *testing.T) { test(&bed{b.world, t}) })
}

func (b *bed) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// blank is a database with its tables and nothing in them, which is quicker to
// copy than to make.
var blank = sync.OnceValues(func() (source []byte, err error) {
	dir, err := os.MkdirTemp("", "roster-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.FileName))
})

// newWorld opens a world without any project.
func newWorld() (*world, error) {
	w := &world{clock: &clock{now: began}, last: new(int64), ids: new(atomic.Int64)}
	if onPostgres {
		return w, w.openPostgres()
	}
	source, err := blank()
	if err != nil {
		return nil, err
	}
	if w.folder, err = os.MkdirTemp("", "roster-world-"); err != nil {
		return nil, err
	}
	file := filepath.Join(w.folder, store.FileName)
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return nil, err
	}
	return w, w.open(store.Options{Dir: w.folder}, "sqlite", "file:"+file, "pragma data_version")
}

// open opens the database, and once more beside the store. Version selects a
// number that every commit changes.
func (w *world) open(o store.Options, driver, place, version string) (err error) {
	o.Clock = w.clock.Now
	if w.store, err = store.Open(context.Background(), o); err != nil {
		return err
	}
	if w.file, err = sql.Open(driver, place); err != nil {
		return err
	}
	w.file.SetMaxOpenConns(1) // data_version is a connection's own
	if w.events, err = w.file.Prepare("select seq, event from events where seq > $1 order by seq"); err != nil {
		return err
	}
	w.version, err = w.file.Prepare(version)
	return err
}

func (w *world) close() {
	w.file.Close()
	w.store.Close()
	if w.folder != "" {
		os.RemoveAll(w.folder)
	}
}

// furnish gives the world a directory, an API and the project "demo".
func (w *world) furnish() error {
	ring, err := secret.Parse(masterKey)
	if err != nil {
		return err
	}
	// It hashes in no time: what that costs is tested where it is made.
	hasher, err := password.New(password.Config{Params: password.Params{Memory: 8, Time: 1, Threads: 1}})
	if err != nil {
		return err
	}
	w.dir, w.accounts = directory.New(w.store, ring, hasher), make(map[roster.ProjectNumber]string)
	w.dir.Clock, w.dir.NewID = w.clock.Now, func(time.Time) string { return "key-of-demo" }
	w.project, w.key, err = newProject(w.dir, "demo")
	w.dir.NewID = w.nextID
	if err == nil {
		err = w.trust(roster.OIDC{AuthorizationURL: "https://login.example.com/authorize", TokenURL: nowhere, UserInfoURL: nowhere})
	}
	api := *bare()
	api.Directory, api.Unlimited, w.api = w.dir, true, &api
	return err
}

// nowhere is a place of a provider that nobody listens at.
const nowhere = "http://127.0.0.1:1/"

// trust lets the project's users sign in with a provider at the places.
func (w *world) trust(o roster.OIDC) error {
	o.Enabled, o.ClientID = true, oidctest.ClientID
	o.ClientSecret = w.dir.Secrets.Seal(oidctest.ClientSecret, directory.OIDCPlace(w.project))
	w.project.OIDC = o
	return w.store.Write(context.Background(), func(tx store.Tx) error { return tx.SetOIDC(w.project.Number, o) })
}

// bare is an API without a directory. What it makes of the list of endpoints is
// the same for all.
var bare = sync.OnceValue(func() *API { return New(nil, slog.New(slog.DiscardHandler)) })

// newProject makes a project and a key that holds every scope and has been in
// use, so that its next use stores nothing.
func newProject(d *directory.Directory, id string) (roster.Project, string, error) {
	p, err := d.CreateProject(context.Background(), id, id)
	if err != nil {
		return p, "", err
	}
	plain, err := newKey(d, p, directory.NewKey{Name: "all", Scopes: roster.Scopes()})
	return p, plain, err
}

func newKey(d *directory.Directory, p roster.Project, n directory.NewKey) (string, error) {
	k, plain, err := d.CreateKey(context.Background(), p, n)
	if err != nil {
		return "", err
	}
	k.AccessedAt = roster.TimeOf(d.Clock())
	return plain, d.Store.Write(context.Background(), func(tx store.Tx) error { return tx.TouchKey(p.Number, &k) })
}

// atOutset opens a world of the test's own, whose clock has not moved and whose
// ids begin with the first.
func atOutset(t *testing.T) *bed {
	t.Helper()
	w, err := newWorld()
	if err == nil {
		t.Cleanup(w.close)
		err = w.furnish()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &bed{w, t}
}

// newAPI opens a world with the empty project "demo". It may be one that
// another test has left, which is quicker: its clock has moved and its ids do
// not begin with the first.
func newAPI(t *testing.T) *bed {
	t.Helper()
	w, err := idle.take()
	if err == nil {
		err = w.furnish()
	}
	if err != nil {
		t.Fatal(err)
	}
	b := &bed{w, t}
	t.Cleanup(func() { idle.put(w) })
	return b
}

// idle are the worlds that no test is in.
var idle waiting

type waiting struct {
	mu     sync.Mutex
	worlds []*world
}

func (i *waiting) take() (*world, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	last := len(i.worlds) - 1
	if last < 0 {
		return newWorld()
	}
	w := i.worlds[last]
	i.worlds = i.worlds[:last]
	return w, w.empty()
}

func (i *waiting) put(w *world) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.worlds = append(i.worlds, w)
}

func (i *waiting) close() {
	for _, w := range i.worlds {
		w.close()
	}
}

// empty deletes all projects, and with them everything that tests can make.
func (w *world) empty() error {
	projects, err := w.dir.Projects(context.Background())
	for _, p := range projects {
		if err == nil {
			err = w.dir.DeleteProject(context.Background(), p.ID)
		}
	}
	*w.last = 0 // rows are numbered from the beginning again
	return err
}

// nextID makes ids of the usual length that tell their order.
func (w *world) nextID(time.Time) string { return fmt.Sprintf("id%018d", w.ids.Add(1)) }

// fresh returns a name that was not used before.
func (w *world) fresh() string {
	w.names++
	return "name" + strconv.Itoa(w.names)
}

// beside is another project of the same server. It gives out the same fresh
// names.
func (b *bed) beside(id string) *bed {
	b.t.Helper()
	w := *b.world
	w.project, w.key = b.newProject(id)
	return &bed{&w, b.t}
}

func (b *bed) newProject(id string) (roster.Project, string) {
	b.t.Helper()
	p, key, err := newProject(b.dir, id)
	b.must(err)
	return p, key
}

func (b *bed) newKey(p roster.Project, n directory.NewKey) string {
	b.t.Helper()
	key, err := newKey(b.dir, p, n)
	b.must(err)
	return key
}

func (w *world) now() roster.Time { return roster.TimeOf(w.clock.Now()) }

// settings changes the project's settings.
func (b *bed) settings(edit func(*roster.Settings)) {
	b.t.Helper()
	p, err := b.dir.UpdateProject(b.t.Context(), b.project.ID, func(p *roster.Project) error {
		edit(&p.Settings)
		return nil
	})
	b.must(err)
	b.project = p
}
