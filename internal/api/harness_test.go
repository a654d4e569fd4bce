package api

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// began is when the clock of every test stands at first.
var began = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// masterKey seals and signs in every test, so that JWTs are the same each time.
var masterKey = strings.Repeat("5e", 32)

// world is an API over a real store in a file of its own, with a clock and a
// source of ids that the test decides.
type world struct {
	api     *API
	dir     *directory.Directory
	store   *store.Store
	clock   *clock
	project roster.Project
	key     string // holds every scope

	file    *sql.DB // for what no endpoint shows
	events  *sql.Stmt
	version *sql.Stmt
	last    *int64 // the newest event seen
	ids     int
	names   int
	served  Endpoint // by the last request
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

// outset is what every world begins with, made once: a database with the
// project "demo" and a key to it, and an API.
type outset struct {
	database []byte
	project  roster.Project
	key      string
	api      API
}

var begin = sync.OnceValue(func() outset {
	dir, err := os.MkdirTemp("", "roster-template-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	t := outset{api: *New(nil, slog.New(slog.DiscardHandler))}
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Clock: func() time.Time { return began }})
	if err != nil {
		panic(err)
	}
	d := directory.New(s, nil, nil)
	d.Clock, d.NewID = func() time.Time { return began }, func(time.Time) string { return "key-of-demo" }
	if t.project, t.key, err = newProject(d, "demo"); err != nil {
		panic(err)
	}
	if err := s.Close(); err != nil {
		panic(err)
	}
	if t.database, err = os.ReadFile(filepath.Join(dir, store.FileName)); err != nil {
		panic(err)
	}
	return t
})

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

// newAPI opens a world with the project "demo".
func newAPI(t *testing.T) *bed {
	t.Helper()
	begun, dir := begin(), t.TempDir()
	b := &bed{&world{clock: &clock{now: began}, last: new(int64), project: begun.project, key: begun.key}, t}
	b.must(os.WriteFile(filepath.Join(dir, store.FileName), begun.database, 0o600))
	var err error
	b.store, err = store.Open(t.Context(), store.Options{Dir: dir, Clock: b.clock.Now})
	b.must(err)
	t.Cleanup(func() { b.store.Close() })
	b.inspect(filepath.Join(dir, store.FileName))
	b.dir = directory.New(b.store, keyring(b), cheapHasher(b))
	b.dir.Clock, b.dir.NewID = b.clock.Now, b.nextID
	api := begun.api
	api.Directory, b.api = b.dir, &api
	return b
}

// inspect opens the database a second time, beside the store.
func (b *bed) inspect(file string) {
	b.t.Helper()
	var err error
	b.file, err = sql.Open("sqlite", "file:"+file)
	b.must(err)
	b.t.Cleanup(func() { b.file.Close() })
	b.file.SetMaxOpenConns(1) // data_version is a connection's own
	b.events, err = b.file.Prepare("select rowid, event from events where rowid > ? order by rowid")
	b.must(err)
	b.version, err = b.file.Prepare("pragma data_version")
	b.must(err)
}

func keyring(b *bed) *secret.Keyring {
	ring, err := secret.Parse(masterKey)
	b.must(err)
	return ring
}

// cheapHasher hashes in no time: what it costs is tested where it is made.
func cheapHasher(b *bed) *password.Hasher {
	h, err := password.New(password.Config{Params: password.Params{Memory: 8, Time: 1, Threads: 1}})
	b.must(err)
	return h
}

// nextID makes ids of the usual length that tell their order.
func (w *world) nextID(time.Time) string {
	w.ids++
	return fmt.Sprintf("id%018d", w.ids)
}

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

// newProject and newKey are as at the outset.
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

// params are parameters by name, each as JSON.
type params map[string]string

func (p params) with(name, value string) params {
	changed := maps.Clone(p)
	if changed == nil {
		changed = params{}
	}
	changed[name] = value
	return changed
}

func (p params) without(name string) params {
	changed := maps.Clone(p)
	delete(changed, name)
	return changed
}

// call is a request. Unless its header says otherwise it comes with the
// project's id and its full key.
type call struct {
	method, path string // the path may have a query string
	params       params // sent in the query string for GET, else as a JSON object
	body         string // instead of params
	header       header
}

// header sets headers; an empty value takes a usual one away.
type header map[string]string

func get(path string, p params) call   { return call{method: http.MethodGet, path: path, params: p} }
func post(path string, p params) call  { return call{method: http.MethodPost, path: path, params: p} }
func patch(path string, p params) call { return call{method: http.MethodPatch, path: path, params: p} }
func put(path string, p params) call   { return call{method: http.MethodPut, path: path, params: p} }
func del(path string) call             { return call{method: http.MethodDelete, path: path} }

// user is the path of a user and what follows.
func user(id string, rest ...string) string {
	return "/v1/users/" + strings.Join(append([]string{id}, rest...), "/")
}

func (c call) with(name, value string) call {
	c.params = c.params.with(name, value)
	return c
}

func (c call) without(name string) call {
	c.params = c.params.without(name)
	return c
}

func (c call) as(h header) call {
	merged := maps.Clone(c.header)
	if merged == nil {
		merged = header{}
	}
	maps.Copy(merged, h)
	c.header = merged
	return c
}

func (c call) String() string { return c.method + " " + c.path }

// request makes the HTTP request of a call.
func (b *bed) request(c call) *http.Request {
	b.t.Helper()
	target, body := c.path, c.body
	if c.params != nil && (c.method == http.MethodGet || c.method == http.MethodHead) {
		target += "?" + queryString(c.params)
	} else if c.params != nil {
		body = jsonObject(c.params)
	}
	r := httptest.NewRequest(c.method, target, strings.NewReader(body))
	r.Host = "api.example.com"
	r.RemoteAddr = "203.0.113.7:4711"
	r.Header.Set("X-Appwrite-Project", b.project.ID)
	r.Header.Set("X-Appwrite-Key", b.key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		if value == "" {
			r.Header.Del(name)
		} else {
			r.Header.Set(name, value)
		}
	}
	return r
}

// jsonObject writes parameters as one JSON object.
func jsonObject(p params) string {
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fields = append(fields, strconv.Quote(name)+":"+p[name])
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// queryString writes parameters as SDKs do: lists with indexes, everything
// else as text.
func queryString(p params) string {
	values := url.Values{}
	for name, source := range p {
		var items []json.RawMessage
		if json.Unmarshal([]byte(source), &items) != nil {
			values.Set(name, plain(source))
		}
		for i, item := range items {
			values.Set(fmt.Sprintf("%s[%d]", name, i), plain(string(item)))
		}
	}
	return values.Encode()
}

// reply is an answered request.
type reply struct {
	b      *bed
	asked  string
	status int
	header http.Header
	body   string
	value  any // the body, decoded
}

// send makes the call and notes what the endpoint did. Whatever is refused
// records nothing; what succeeds records at most one event.
func (b *bed) send(c call) *reply {
	b.t.Helper()
	return b.serve(b.request(c), c.String())
}

func (b *bed) serve(r *http.Request, asked string) *reply {
	b.t.Helper()
	served, failure := false, error(nil)
	b.api.Observe = func(e Endpoint, err error) {
		served, failure, b.served = true, err, e
		seen.request(e, err, r.Context().Err() != nil)
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	events := b.recorded()
	switch {
	case !served && len(events) > 0:
		b.t.Errorf("%s recorded %q without an endpoint", asked, events)
	case failure != nil && len(events) > 0:
		b.t.Errorf("%s recorded %q and was refused: %v", asked, events, failure)
	case len(events) > 1:
		b.t.Errorf("%s recorded %q, want one event at most", asked, events)
	}
	for _, e := range events {
		seen.event(b.served, e)
	}
	got := &reply{b: b, asked: asked, status: w.Code, header: w.Result().Header, body: w.Body.String()}
	if served {
		got.wellFormed()
	}
	return got
}

// wellFormed wants what is true of every answer of an endpoint (contract
// section 1.6).
func (r *reply) wellFormed() {
	r.b.t.Helper()
	kind := r.header.Get("Content-Type")
	switch {
	case r.header.Get("Server") != "Appwrite" || r.header.Get("X-Content-Type-Options") != "nosniff":
		r.b.t.Errorf("%s has the headers %v", r.asked, r.header)
	case r.status >= http.StatusBadRequest != (r.header.Get("Cache-Control") == "no-cache, no-store, must-revalidate" && r.header.Get("Expires") == "0" && r.header.Get("Pragma") == "no-cache"):
		r.b.t.Errorf("%s = %d, to be cached or not: %v", r.asked, r.status, r.header)
	case r.status == http.StatusNoContent && (r.body != "" || kind != ""):
		r.b.t.Errorf("%s = 204 with the body %q of type %q", r.asked, r.body, kind)
	case r.status != http.StatusNoContent && (!json.Valid([]byte(r.body)) || r.body[0] != '{' || kind != "application/json; charset=UTF-8"):
		r.b.t.Errorf("%s = %d with the body %q of type %q", r.asked, r.status, r.body, kind)
	}
}

// recorded returns the events since the last call.
func (b *bed) recorded() (events []string) {
	b.t.Helper()
	rows, err := b.events.Query(*b.last)
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var suffix string
		b.must(rows.Scan(b.last, &suffix))
		events = append(events, suffix)
	}
	b.must(rows.Err())
	return events
}

// answers sends the call and wants the status.
func (b *bed) answers(c call, status int) *reply {
	b.t.Helper()
	r := b.send(c)
	if r.status != status {
		b.t.Fatalf("%s = %d %s, want %d", c, r.status, r.body, status)
	}
	return r
}

// refuses sends the call and wants the error, whole and in its form.
func (b *bed) refuses(c call, want *roster.Error) *reply {
	b.t.Helper()
	r := b.send(c)
	r.refused(want)
	return r
}

func (r *reply) refused(want *roster.Error) {
	r.b.t.Helper()
	if r.status != want.Status || r.text("type") != want.Type {
		r.b.t.Fatalf("%s = %d %s, want %d %s", r.asked, r.status, r.body, want.Status, want.Type)
	}
	if r.text("code") != strconv.Itoa(want.Status) || r.text("message") == "" || r.text("version") != roster.ContractVersion {
		r.b.t.Errorf("%s = %s, which is not the form of an error", r.asked, r.body)
	}
}

// blames wants a refused parameter that the message names.
func (b *bed) blames(c call, param string) {
	b.t.Helper()
	r := b.refuses(c, roster.ErrArgument)
	message := r.text("message")
	if !strings.HasPrefix(message, "Parameter "+param+" ") && !strings.HasPrefix(message, param+": ") {
		b.t.Errorf("%s says %q, want one about %s", c, message, param)
	}
}

// at returns what stands in the body at a path such as users.0.$id, or nil.
func (r *reply) at(path string) any {
	r.b.t.Helper()
	return within(r.decoded(), path)
}

func (r *reply) decoded() any {
	r.b.t.Helper()
	if r.value == nil {
		d := json.NewDecoder(strings.NewReader(r.body))
		d.UseNumber()
		if err := d.Decode(&r.value); err != nil {
			r.b.t.Fatalf("%s = %q, which is not JSON: %v", r.asked, r.body, err)
		}
	}
	return r.value
}

// within steps along a path into a decoded value.
func within(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// text returns what stands in the body at a path, as text.
func (r *reply) text(path string) string {
	r.b.t.Helper()
	v := r.at(path)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// is wants values in the body by path, written as fmt.Sprint does.
func (r *reply) is(want map[string]string) *reply {
	r.b.t.Helper()
	for path, value := range want {
		if got := r.text(path); got != value {
			r.b.t.Errorf("%s: %s = %q, want %q", r.asked, path, got, value)
		}
	}
	return r
}

// each returns the text at path of every item of a list.
func (r *reply) each(list, path string) []string {
	r.b.t.Helper()
	items, ok := r.at(list).([]any)
	if !ok {
		r.b.t.Fatalf("%s = %s has no list %s", r.asked, r.body, list)
	}
	values := make([]string, len(items))
	for i := range items {
		values[i] = r.text(fmt.Sprintf("%s.%d.%s", list, i, path))
	}
	return values
}

// dump is all that the database has, a row per line, without what was only
// counted or looked at.
func (b *bed) dump() string {
	b.t.Helper()
	var text strings.Builder
	for _, table := range []string{
		"projects", "keys", "users", "user_counts", "user_labels", "targets", "sessions", "tokens", "identities",
		"teams", "memberships", "authenticators", "challenges", "events",
	} {
		rows, err := b.file.Query("select * from " + table)
		b.must(err)
		columns, err := rows.Columns()
		b.must(err)
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		for rows.Next() {
			b.must(rows.Scan(pointers...))
			fmt.Fprintln(&text, table, values)
		}
		b.must(rows.Err())
		b.must(rows.Close())
	}
	return text.String()
}

// sameRows runs test and wants the database to have the same rows as before.
func (b *bed) sameRows(test func()) {
	b.t.Helper()
	before := b.dump()
	test()
	if after := b.dump(); after != before {
		b.t.Errorf("the database changed:\n%s\nwas:\n%s", after, before)
	}
}

// untouched runs test and wants that nothing at all was committed meanwhile,
// which is more than sameRows and takes less.
func (b *bed) untouched(test func()) {
	b.t.Helper()
	before := b.commits()
	test()
	if b.commits() != before {
		b.t.Error("the database was written to")
	}
}

func (b *bed) commits() (n int64) {
	b.t.Helper()
	b.must(b.version.QueryRow().Scan(&n))
	return n
}

// lists wants a list of exactly the items with the ids, in that order, and
// their number as the total.
func (b *bed) lists(c call, key string, ids ...string) {
	b.t.Helper()
	r := b.answers(c, http.StatusOK)
	if got := r.each(key, "$id"); !slices.Equal(got, ids) {
		b.t.Errorf("%s %v = %q, want %q", c, c.params, got, ids)
	}
	if want := strconv.Itoa(len(ids)); r.text("total") != want {
		b.t.Errorf("%s %v: total = %s, want %s", c, c.params, r.text("total"), want)
	}
}
