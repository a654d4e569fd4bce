package concurrency

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
)

const (
	rounds = 14 // of requests per client
	common = 8  // users that all clients change
)

// person is what a client knows of a user that is its own.
type person struct {
	id       string
	count    int // in the preferences
	sessions []string
	changes  int // that have a record in the log
}

// crowded is one client among many.
type crowded struct {
	*testing.T
	*bed
	name    string
	random  *rand.Rand
	people  []*person
	created int
}

func TestManyClientsLoseNothingOfWhatEachHasDone(t *testing.T) {
	b := newBed(t)
	for n := range common {
		b.must(t, 201, http.MethodPost, "/users", object{"userId": fmt.Sprint("common", n), "name": "nobody"})
	}
	crowd := make([]*crowded, clients)
	var all sync.WaitGroup
	for i := range crowd {
		crowd[i] = &crowded{T: t, bed: b, name: fmt.Sprint("c", i), random: rand.New(rand.NewPCG(1, uint64(i)))}
		all.Go(func() {
			for range rounds {
				crowd[i].act()
			}
		})
	}
	all.Wait()
	left := common
	for _, c := range crowd {
		left += len(c.people)
		for _, p := range c.people {
			c.find(p)
		}
	}
	users, total := b.users(t, "")
	if len(users) != left && left <= 1000 || total != left {
		t.Errorf("%d users and a total of %d, want %d", len(users), total, left)
	}
	for n := range common {
		b.wantUnbroken(t, fmt.Sprint("common", n))
	}
}

// act does one thing at random.
func (c *crowded) act() {
	if len(c.people) == 0 {
		c.create()
		return
	}
	p := c.people[c.random.IntN(len(c.people))]
	switch c.random.IntN(10) {
	case 0, 1:
		c.create()
	case 2, 3:
		c.count(p)
	case 4:
		c.signIn(p)
	case 5:
		c.signOut(p)
	case 6:
		c.remove(p)
	case 7:
		c.find(p)
	case 8:
		c.change(fmt.Sprint("common", c.random.IntN(common)))
	case 9:
		c.look()
	}
}

func (c *crowded) create() {
	p := &person{id: fmt.Sprintf("%s-%d", c.name, c.created), changes: 1}
	c.created++
	params := object{"userId": p.id, "email": p.id + "@x.example", "name": "Crowd " + c.name}
	if c.random.IntN(4) == 0 {
		params["password"] = "correct horse"
	}
	u := c.must(c.T, 201, http.MethodPost, "/users", params)
	if targets, _ := u["targets"].(list); len(targets) != 1 {
		c.Errorf("%s was created with the targets %v", p.id, u["targets"])
	}
	c.people = append(c.people, p)
}

func (c *crowded) count(p *person) {
	p.count++
	p.changes++
	prefs := c.must(c.T, 200, http.MethodPatch, "/users/"+p.id+"/prefs", object{"prefs": object{"count": p.count}})
	if prefs["count"] != float64(p.count) {
		c.Errorf("%s counts %v, want %d", p.id, prefs["count"], p.count)
	}
}

func (c *crowded) signIn(p *person) {
	s := c.must(c.T, 201, http.MethodPost, "/users/"+p.id+"/sessions", nil)
	p.sessions = append(p.sessions, fmt.Sprint(s["$id"]))
	p.changes++
}

func (c *crowded) signOut(p *person) {
	if len(p.sessions) > 0 {
		c.must(c.T, 204, http.MethodDelete, "/users/"+p.id+"/sessions/"+p.sessions[0], nil)
		p.sessions = p.sessions[1:]
		p.changes++
	}
}

func (c *crowded) remove(p *person) {
	c.must(c.T, 204, http.MethodDelete, "/users/"+p.id, nil)
	c.must(c.T, 404, http.MethodGet, "/users/"+p.id, nil)
	for i := range c.people {
		if c.people[i] == p {
			c.people = append(c.people[:i], c.people[i+1:]...)
			return
		}
	}
}

// find wants all that was acknowledged to this client to be there.
func (c *crowded) find(p *person) {
	u := c.must(c.T, 200, http.MethodGet, "/users/"+p.id, nil)
	prefs, _ := u["prefs"].(object)
	if count, _ := prefs["count"].(float64); int(count) != p.count {
		c.Errorf("%s has counted to %v, want %d", p.id, prefs["count"], p.count)
	}
	sessions := c.must(c.T, 200, http.MethodGet, "/users/"+p.id+"/sessions", nil)
	if total, _ := sessions["total"].(float64); int(total) != len(p.sessions) {
		c.Errorf("%s has %v sessions, want %d", p.id, total, len(p.sessions))
	}
	logs := c.must(c.T, 200, http.MethodGet, "/users/"+p.id+"/logs", nil)
	if total, _ := logs["total"].(float64); int(total) != p.changes {
		c.Errorf("%s has %v records, want %d", p.id, total, p.changes)
	}
}

// change changes what others change too.
func (c *crowded) change(id string) {
	switch c.random.IntN(3) {
	case 0:
		c.must(c.T, 200, http.MethodPatch, "/users/"+id+"/status", object{"status": c.random.IntN(2) == 0})
	case 1:
		c.must(c.T, 200, http.MethodPatch, "/users/"+id+"/name", object{"name": fmt.Sprintf("%s-%d", c.name, c.random.Int())})
	case 2:
		c.must(c.T, 200, http.MethodPut, "/users/"+id+"/labels", object{"labels": list{c.name}})
	}
}

// look lists users while others change them: every user of a page matches what
// was asked and is whole.
func (c *crowded) look() {
	blocked := c.random.IntN(2) == 0
	users, _ := c.users(c.T, fmt.Sprintf(`{"method":"equal","attribute":"status","values":[%t]}`, !blocked))
	for _, u := range users {
		if u["status"] == blocked {
			c.Errorf("%v is listed and its status is %v", u["$id"], u["status"])
		}
		if targets, _ := u["targets"].(list); len(targets) != 1 && u["email"] != "" {
			c.Errorf("%v is listed with the targets %v", u["$id"], u["targets"])
		}
	}
}

// wantUnbroken wants each record of a user to begin where the one before it has
// ended, and the user to be as the last ones say: then no change overwrote one
// that it did not see.
func (b *bed) wantUnbroken(t *testing.T, id string) {
	ctx := context.Background()
	records, err := b.directory.Store.Records(ctx, b.project.Number, id, 0, 1<<30, 0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.directory.Store.User(ctx, b.project.Number, id)
	if err != nil {
		t.Fatal(err)
	}
	after := map[string]string{"name": text(u.Name), "status": text(u.Enabled), "labels": text(u.Labels)}
	for _, r := range records[:len(records)-1] { // newest first; the last is the creation
		var changes map[string][2]json.RawMessage
		if err := json.Unmarshal([]byte(r.Changes), &changes); err != nil {
			t.Fatal(err)
		}
		for field, change := range changes {
			if after[field] != string(change[1]) {
				t.Errorf("%s: %s became %s, and then %s was found", id, field, change[1], after[field])
			}
			after[field] = string(change[0])
		}
	}
	if len(records) < 2 || after["name"] != `"nobody"` || after["status"] != "true" || after["labels"] != "[]" {
		t.Errorf("%s began as %v after %d records", id, after, len(records))
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, booleans and lists of strings always marshal
	}
	return string(b)
}

// A user who is blocked and let in again by turns is always one of both to a
// list that runs meanwhile.
func TestListsSeeEveryUserOnceWhileTheyAreBlockedAndLetIn(t *testing.T) {
	b := newBed(t)
	const people = 30
	for n := range people {
		b.must(t, 201, http.MethodPost, "/users", object{"userId": fmt.Sprintf("u%02d", n), "email": fmt.Sprintf("u%02d@x.example", n), "name": "Crowd"})
	}
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 8 {
		writers.Go(func() {
			for i := range 20 {
				b.must(t, 200, http.MethodPatch, fmt.Sprintf("/users/u%02d/status", (i*8+w)%people), object{"status": i%2 == 0})
			}
		})
	}
	for _, query := range []string{"", `{"method":"orderAsc","attribute":"status"}`, `{"method":"contains","attribute":"name","values":["crowd"]}`, `{"method":"orderDesc","attribute":"email"}`} {
		readers.Go(func() {
			for done := false; !done; {
				select {
				case <-stop:
					done = true // after one more
				default:
				}
				b.wantEach(t, query, people)
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
}

func (b *bed) wantEach(t *testing.T, query string, people int) {
	users, total := b.users(t, query)
	seen := make(map[any]bool)
	for _, u := range users {
		seen[u["$id"]] = true
	}
	if len(users) != people || len(seen) != people || total != people {
		t.Errorf("%s lists %d users, %d different, a total of %d", query, len(users), len(seen), total)
	}
}
