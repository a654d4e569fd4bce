package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"roster/test/postgres"
)

// crowd is clients who create, rename and delete users, each with one request
// at a time, and remember what was acknowledged.
type crowd struct {
	*testing.T
	*client
	name string

	stop    chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	people  []*person
	acks    int
	refused int           // with 503
	cuts    int           // without an answer
	since   time.Time     // of the last mark
	first   time.Duration // from there to the end of the first request that began later and succeeded; 0: none yet
}

// person is a user as far as a client knows. What was sent and not
// acknowledged may or may not have happened.
type person struct {
	id             string
	created        bool
	names          []string // one of them
	deleted, maybe bool     // maybe: deleted
	acknowledged   int      // changes
}

const clients = 8

// gather lets the clients loose.
func gather(t *testing.T, name string, c *client) *crowd {
	crowd := &crowd{T: t, client: c, name: name, stop: make(chan struct{})}
	for i := range clients {
		crowd.running.Go(func() { crowd.live(i) })
	}
	return crowd
}

func (c *crowd) live(client int) {
	for i := 0; ; i++ {
		select {
		case <-c.stop:
			return
		default:
		}
		p := &person{id: fmt.Sprintf("%s-%d-%d", c.name, client, i), names: []string{"first"}}
		c.note(func() { c.people = append(c.people, p) })
		p.created = c.does(p, http.StatusCreated, http.MethodPost, "/v1/users", newUser(p.id, "first"))
		if !p.created {
			continue
		}
		c.finds(p)
		if c.does(p, http.StatusOK, http.MethodPatch, user(p.id)+"/name", `{"name":"second"}`) {
			p.names = []string{"second"}
		} else {
			p.names = append(p.names, "second")
		}
		if i%4 == 0 {
			p.maybe = true
			p.deleted = c.does(p, http.StatusNoContent, http.MethodDelete, user(p.id), "")
		}
	}
}

// finds looks for the user, who has been created, by a list.
func (c *crowd) finds(p *person) {
	query := fmt.Sprintf(`{"method":"equal","attribute":"$id","values":[%q]}`, p.id)
	a := c.ask(http.MethodGet, "/v1/users?queries[]="+url.QueryEscape(query), "")
	if a.status == http.StatusOK && a.body["total"] != 1.0 || !a.cut() && !a.unavailable() && a.status != http.StatusOK {
		c.Errorf("looking for %s: %s", p.id, a)
	}
}

// does sends a request and reports whether it was acknowledged.
func (c *crowd) does(p *person, want int, method, path, body string) bool {
	began := time.Now()
	a := c.ask(method, path, body)
	c.note(func() {
		switch {
		case a.failed == nil && a.status == want:
			c.acks++
			p.acknowledged++
			if c.first == 0 && began.After(c.since) {
				c.first = time.Since(c.since)
			}
		case a.unavailable():
			c.refused++
		case a.cut():
			c.cuts++
		default:
			c.Errorf("%s %s: %s", method, path, a)
		}
	})
	if a.unavailable() || a.cut() {
		time.Sleep(10 * time.Millisecond) // a client that is told to come back later
	}
	return a.failed == nil && a.status == want
}

func (c *crowd) note(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fn()
}

// progress waits until so many more requests are acknowledged.
func (c *crowd) progress(more int) {
	c.Helper()
	want := -1
	eventually(c.T, time.Minute, "the crowd gets on", func() (there bool) {
		c.note(func() {
			if want < 0 {
				want = c.acks + more
			}
			there = c.acks >= want
		})
		return there
	})
}

// mark begins to measure the time until a request succeeds.
func (c *crowd) mark() { c.note(func() { c.since, c.first = time.Now(), 0 }) }

// firstSuccess waits for it.
func (c *crowd) firstSuccess() (took time.Duration) {
	c.Helper()
	eventually(c.T, time.Minute, "a request succeeds", func() bool {
		c.note(func() { took = c.first })
		return took > 0
	})
	return took
}

// leave ends what the clients do.
func (c *crowd) leave() {
	close(c.stop)
	c.running.Wait()
}

// wantKept compares what is there with what was acknowledged.
func (c *crowd) wantKept(database *postgres.Server) {
	c.Helper()
	var list struct {
		Total int
		Users []struct {
			ID   string `json:"$id"`
			Name string
		}
	}
	a := c.ask(http.MethodGet, `/v1/users?queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1000000%5D%7D`, "")
	if err := json.Unmarshal([]byte(a.text), &list); err != nil || a.status != http.StatusOK {
		c.Fatalf("%s, error %v", a, err)
	}
	there := make(map[string]string)
	for _, u := range list.Users {
		there[u.ID] = u.Name
	}
	if list.Total != len(there) {
		c.Errorf("%d users are listed, with a total of %d", len(there), list.Total)
	}
	records := recorded(c.T, database)
	for _, p := range c.people {
		name, found := there[p.id]
		switch {
		case p.deleted && found:
			c.Errorf("%s was deleted and is there", p.id)
		case p.created && !p.maybe && !found:
			c.Errorf("%s was created and is not there", p.id)
		case found && !slices.Contains(p.names, name):
			c.Errorf("%s is called %q, not one of %q", p.id, name, p.names)
		case records[p.id] < p.acknowledged:
			c.Errorf("%s has %d records of %d acknowledged changes", p.id, records[p.id], p.acknowledged)
		}
	}
	c.Logf("%d users, %d acknowledged requests, %d were refused for the time being, %d cut off", len(c.people), c.acks, c.refused, c.cuts)
}

// recorded counts the records of each user.
func recorded(t *testing.T, database *postgres.Server) map[string]int {
	t.Helper()
	rows, err := database.Do("select jsonb_object_agg(user_id, n)::text from (select user_id, count(*) as n from events group by user_id) counted")
	if err != nil {
		t.Fatal(err)
	}
	records := make(map[string]int)
	if err := json.Unmarshal([]byte(rows[0]), &records); err != nil {
		t.Fatal(err)
	}
	return records
}
