// Package crash kills a server under load and looks for what it had
// acknowledged, and kills copies and has them go on.
package crash

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

const (
	kills   = 50
	clients = 4
	// each run lasts this long at most before it is killed
	longestRun = 400 * time.Millisecond
)

func TestNothingAcknowledgedIsLostByKills(t *testing.T) {
	bed := newBed(t)
	users := make(map[string]*user)
	for n := range kills {
		s := bed.start(t)
		if n > 0 {
			s.wantAll(t, users)
		}
		acknowledged := s.loadUntilKilled(t, n)
		for _, u := range acknowledged {
			users[u.id] = u
		}
		bed.wantSound(t)
	}
	s := bed.start(t)
	for _, u := range users {
		u.seen = false // each once more: no later kill may have cost what an earlier one did not
	}
	s.wantAll(t, users)
	s.wantTotal(t, users)
	s.kill()
	t.Logf("%d kills, %d acknowledged users", kills, len(users))
	if len(users) < kills {
		t.Errorf("only %d users were acknowledged: the load was too small to tell anything", len(users))
	}
}

// user is what the server has acknowledged of a user. A change that was sent
// but not answered may or may not have happened.
type user struct {
	id, name    string
	maybeName   string
	deleted     bool
	maybeGone   bool
	seen        bool // checked after a restart: no need to read it each time
	acknowledge int  // changes, each of which has a record in the log
}

type bed struct {
	binary, dir, key string
}

func newBed(t *testing.T) *bed {
	b := &bed{binary: build(t), dir: t.TempDir()}
	s := b.start(t)
	defer s.kill()
	out, err := exec.Command(b.binary, "key", "create", "--data", b.dir, "--project", "default", "--name", "crash", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ Secret string }
	if err := json.Unmarshal(out, &key); err != nil {
		t.Fatal(err)
	}
	b.key = key.Secret
	return b
}

// build makes the program as it is shipped.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "roster")
	cmd := exec.Command("go", "build", "-o", binary, "roster/cmd/roster")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// wantSound lets SQLite look for damage before the server repairs anything.
func (b *bed) wantSound(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, "roster.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var result string
	if err := db.QueryRow("pragma integrity_check").Scan(&result); err != nil || result != "ok" {
		t.Fatalf("integrity_check: %s %v", result, err)
	}
}

type server struct {
	*bed
	cmd    *exec.Cmd
	url    string
	client *http.Client
}

func (b *bed) start(t *testing.T) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	s := &server{bed: b, url: "http://" + address + "/v1", client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}}
	var log bytes.Buffer
	s.cmd = exec.Command(b.binary, "serve", "--data", b.dir, "--listen", address)
	s.cmd.Stderr = &log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	for range 400 {
		if r, err := s.client.Get(s.url + "/ping"); err == nil {
			r.Body.Close()
			return s
		}
		time.Sleep(25 * time.Millisecond) // until another process listens
	}
	t.Fatalf("the server does not answer: %s", log.String())
	return nil
}

func (s *server) kill() {
	s.cmd.Process.Kill() // SIGKILL
	s.cmd.Wait()
	s.client.CloseIdleConnections()
}

// ask returns the status and the body of an answer, or false if there was none.
func (s *server) ask(method, path, body string) (int, []byte, bool) {
	r, err := http.NewRequest(method, s.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, nil, false
	}
	r.Header.Set("X-Appwrite-Project", "default")
	r.Header.Set("X-Appwrite-Key", s.key)
	r.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(r)
	if err != nil {
		return 0, nil, false
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err == nil
}

// loadUntilKilled lets clients write until the server is killed at a random
// moment, and returns what was acknowledged.
func (s *server) loadUntilKilled(t *testing.T, run int) []*user {
	var group sync.WaitGroup
	found := make([][]*user, clients)
	for c := range clients {
		group.Go(func() {
			for i := 0; ; i++ {
				u, alive := s.live(t, fmt.Sprintf("u%d-%d-%d", run, c, i))
				if u != nil {
					found[c] = append(found[c], u)
				}
				if !alive {
					return
				}
			}
		})
	}
	time.Sleep(time.Duration(rand.Int64N(int64(longestRun))))
	s.kill()
	group.Wait()
	var all []*user
	for _, some := range found {
		all = append(all, some...)
	}
	return all
}

// live creates a user, renames it, and deletes some; it returns what the server
// has acknowledged of that, and whether the server still answered.
func (s *server) live(t *testing.T, id string) (*user, bool) {
	status, body, ok := s.ask("POST", "/users", fmt.Sprintf(`{"userId":%q,"email":"%s@example.com","phone":"+49151%08d","name":"first"}`, id, id, rand.IntN(1e8)))
	if !ok {
		return nil, false
	}
	if status == http.StatusConflict {
		return nil, true // the random phone number was taken
	}
	if status != http.StatusCreated {
		t.Errorf("create: %d %s", status, body)
		return nil, false
	}
	u := &user{id: id, name: "first", maybeName: "second", acknowledge: 1}
	if status, body, ok = s.ask("PATCH", "/users/"+id+"/name", `{"name":"second"}`); !ok {
		return u, false
	}
	if status != http.StatusOK {
		t.Errorf("rename: %d %s", status, body)
	}
	u.name, u.acknowledge = "second", 2
	if rand.IntN(4) > 0 {
		return u, true
	}
	u.maybeGone = true
	if status, body, ok = s.ask("DELETE", "/users/"+id, ""); !ok {
		return u, false
	}
	if status != http.StatusNoContent {
		t.Errorf("delete: %d %s", status, body)
	}
	u.deleted = true
	return u, true
}

func (s *server) wantAll(t *testing.T, users map[string]*user) {
	for _, u := range users {
		if !u.seen {
			s.want(t, u)
			u.seen = true
		}
	}
}

// want compares a user with what was acknowledged, and takes note of what
// turned out to have happened.
func (s *server) want(t *testing.T, u *user) {
	status, body, ok := s.ask("GET", "/users/"+u.id, "")
	switch {
	case !ok:
		t.Fatalf("%s: no answer", u.id)
	case u.deleted && status != http.StatusNotFound:
		t.Errorf("%s was deleted and is there: %d %s", u.id, status, body)
	case u.deleted:
		return
	case u.maybeGone && status == http.StatusNotFound:
		u.deleted = true
		return
	case status != http.StatusOK:
		t.Errorf("%s was acknowledged and is gone: %d %s", u.id, status, body)
		return
	}
	var got struct {
		Name    string
		Targets []struct{ Identifier string }
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != u.name && got.Name != u.maybeName {
		t.Errorf("%s is called %q, not %q", u.id, got.Name, u.name)
	}
	if len(got.Targets) != 2 || got.Targets[0].Identifier != u.id+"@example.com" {
		t.Errorf("%s has the targets %v", u.id, got.Targets)
	}
	s.wantRecords(t, u)
}

func (s *server) wantRecords(t *testing.T, u *user) {
	_, body, ok := s.ask("GET", "/users/"+u.id+"/logs", "")
	var logs struct {
		Total int
		Logs  []struct{ Event string }
	}
	if err := json.Unmarshal(body, &logs); err != nil || !ok {
		t.Fatal(err)
	}
	if logs.Total < u.acknowledge || len(logs.Logs) == 0 || logs.Logs[len(logs.Logs)-1].Event != "user.create" {
		t.Errorf("%s has %d acknowledged changes and the log %+v", u.id, u.acknowledge, logs)
	}
}

// wantTotal compares the maintained total with the users that are there: those
// acknowledged and, at most, one per client and run that was in flight.
func (s *server) wantTotal(t *testing.T, users map[string]*user) {
	_, body, _ := s.ask("GET", `/users?queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1000000%5D%7D`, "")
	var list struct {
		Total int
		Users []struct {
			ID string `json:"$id"`
		}
	}
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	if list.Total != len(list.Users) {
		t.Errorf("the total is %d, the users are %d", list.Total, len(list.Users))
	}
	there := 0
	for _, u := range users {
		if !u.deleted {
			there++
		}
	}
	if list.Total < there || list.Total > there+clients*kills {
		t.Errorf("the total is %d, acknowledged were %d", list.Total, there)
	}
}
