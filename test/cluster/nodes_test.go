package cluster

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
	"roster/test/postgres"
)

// bed is nodes of one database behind HAProxy.
type bed struct {
	*testing.T
	database *postgres.Server
	nodes    []*node
	balancer *client
	log      *record // of HAProxy
	key      string
}

// connections are those that the shared server has.
const connections = 36

var shared *postgres.Server

// sharedServer is a server with an empty database. Tests use it one after the
// other: to start one takes longer than most of them.
func sharedServer(t *testing.T) *postgres.Server {
	t.Helper()
	var err error
	if shared == nil {
		shared, err = postgres.Start("fsync=off", fmt.Sprint("max_connections=", connections))
	} else {
		err = shared.Clear()
	}
	check(t, err)
	return shared
}

// server is one that nobody else uses.
func server(t *testing.T, options ...string) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(append([]string{"fsync=off"}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Remove() })
	return s
}

// nodesOf starts so many nodes at once and returns them with the one key that
// the first start of their directory has printed.
func nodesOf(t *testing.T, count int, database string, more ...string) ([]*node, string) {
	t.Helper()
	nodes := make([]*node, count)
	var starting sync.WaitGroup
	for i := range nodes {
		starting.Go(func() { nodes[i] = newNode(t, options(database, more...)...) })
	}
	starting.Wait()
	var keys []string
	for _, n := range nodes {
		if key := n.firstKey(); key != "" {
			keys = append(keys, key)
		}
	}
	if len(keys) != 1 {
		t.Fatalf("%d nodes have made a first key", len(keys))
	}
	return nodes, keys[0]
}

func balanced(t *testing.T, database *postgres.Server, nodes []*node, key string) *bed {
	address, log := balance(t, nodes...)
	return &bed{T: t, database: database, nodes: nodes, key: key, balancer: newClient(address, key), log: log}
}

func (b *bed) must(c *client, want int, method, path, body string, who ...as) answer {
	b.Helper()
	a := c.ask(method, path, body, who...)
	if a.status != want {
		b.Fatalf("%s %s: %s, want %d", method, path, a, want)
	}
	return a
}

func (b *bed) run(name string, test func(*bed)) {
	b.T.Run(name, func(t *testing.T) {
		of := *b
		of.T = t
		test(&of)
	})
}

func TestSeveralNodesAreOneDirectory(t *testing.T) {
	database := sharedServer(t)
	nodes, key := nodesOf(t, 3, database.URL("roster"))
	b := balanced(t, database, nodes, key)
	b.serving(3)
	b.run("they make tables, project and key once", (*bed).madeOnce)
	b.run("what one does, all know", (*bed).agree)
	b.run("who is blocked on one is out on all", (*bed).block)
	b.run("attempts are counted together", (*bed).limit)
	b.run("a revoked key is revoked on all", func(b *bed) { b.revoke(time.Second) })
	b.run("also if nobody tells them", (*bed).revokeUnheard)
	b.run("those that are killed take nothing along", (*bed).kill)
}

// serving waits until HAProxy sends requests to so many nodes.
func (b *bed) serving(want int) {
	b.Helper()
	eventually(b.T, time.Minute, fmt.Sprint(want, " nodes serve"), func() bool {
		seen := make(map[string]bool)
		for range 2 * len(b.nodes) {
			a := b.balancer.ask(http.MethodGet, "/v1/health/version", "")
			if a.status != http.StatusOK {
				return false
			}
			seen[a.header.Get("X-Node")] = true
		}
		return len(seen) == want
	})
}

func (b *bed) madeOnce() {
	for what, query := range map[string]string{
		"project":                  "select count(*)::text from projects",
		"key":                      "select count(*)::text from keys",
		"record of each migration": "select (count(*) - count(distinct version_id) + 1)::text from goose_db_version",
	} {
		rows, err := b.database.Do(query)
		if err != nil || rows[0] != "1" {
			b.Errorf("there are %s of one %s, error %v", rows, what, err)
		}
	}
}

// agree lets somebody sign up, sign in and be changed, with each request at the
// next node.
func (b *bed) agree() {
	b.must(b.balancer, 201, "POST", "/v1/account", `{"userId":"ada","name":"Ada","email":"ada@example.com","password":"correct horse"}`, guest)
	made := b.must(b.balancer, 201, "POST", "/v1/account/sessions/email", `{"email":"ada@example.com","password":"correct horse"}`)
	own := session(fmt.Sprint(made.body["secret"]))
	for i := range 2 * len(b.nodes) {
		name := fmt.Sprint("Ada ", i)
		b.must(b.balancer, 200, "PATCH", "/v1/users/ada/name", fmt.Sprintf(`{"name":%q}`, name))
		for _, n := range b.nodes {
			if a := newClient(n.address, "").ask("GET", "/v1/account", "", own); a.body["name"] != name {
				b.Errorf("%s after the name has become %s", a, name)
			}
		}
	}
	b.must(b.balancer, 204, "DELETE", "/v1/account/sessions/current", "", own)
	for _, n := range b.nodes {
		b.must(newClient(n.address, ""), 401, "GET", "/v1/account", "", own)
	}
}

func (b *bed) block() {
	b.must(b.balancer, 201, "POST", "/v1/users", newUser("eve", "Eve"))
	made := b.must(b.balancer, 201, "POST", "/v1/users/eve/sessions", "")
	own := session(fmt.Sprint(made.body["secret"]))
	for i, n := range b.nodes {
		for _, open := range []bool{true, false} {
			b.must(newClient(n.address, b.key), 200, "PATCH", "/v1/users/eve/status", fmt.Sprintf(`{"status":%t}`, open))
			want := map[bool]int{true: 200, false: 403}[open]
			for j := range b.nodes {
				b.must(newClient(b.nodes[(i+j)%len(b.nodes)].address, ""), want, "GET", "/v1/account", "", own)
			}
		}
	}
}

// limit has many guess a password at once. If the hour ends meanwhile, there are
// new attempts, so that it begins anew.
func (b *bed) limit() {
	const most, guesses = 10, 30
	for round := 0; ; round++ {
		body := fmt.Sprintf(`{"email":"nobody%d@example.com","password":"battery staple"}`, round)
		hour := time.Now().Unix() / 3600
		statuses := make([]int, guesses)
		var guessing sync.WaitGroup
		for i := range statuses {
			guessing.Go(func() { statuses[i] = b.balancer.ask("POST", "/v1/account/sessions/email", body, guest).status })
		}
		guessing.Wait()
		if time.Now().Unix()/3600 != hour {
			continue
		}
		slices.Sort(statuses)
		if want := append(slices.Repeat([]int{401}, most), slices.Repeat([]int{429}, guesses-most)...); !slices.Equal(statuses, want) {
			b.Errorf("%d attempts ended with %v", guesses, statuses)
		}
		return
	}
}

// elsewhere opens the directory in one more process, as commands do.
func (b *bed) elsewhere() (*directory.Directory, roster.Project) {
	b.Helper()
	s, err := store.Open(b.Context(), store.Options{Database: b.database.URL("roster")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	d := directory.New(s, nil, nil)
	p, err := d.Project(b.Context(), "default")
	if err != nil {
		b.Fatal(err)
	}
	return d, p
}

// revoke revokes a key that all nodes know and measures how long they take it.
func (b *bed) revoke(within time.Duration) {
	d, p := b.elsewhere()
	made, key, err := d.CreateKey(b.Context(), p, directory.NewKey{Name: "short", Scopes: roster.Scopes()})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range b.nodes {
		b.must(newClient(n.address, key), 200, "GET", "/v1/users/ada", "")
	}
	if err := d.RevokeKey(b.Context(), p, made.ID); err != nil {
		b.Fatal(err)
	}
	revoked := time.Now()
	var asking sync.WaitGroup
	for _, n := range b.nodes {
		asking.Go(func() {
			c := newClient(n.address, key)
			var a answer
			for a = c.ask("GET", "/v1/users/ada", ""); a.status == 200 && time.Since(revoked) < within; a = c.ask("GET", "/v1/users/ada", "") {
			}
			if a.status != 401 || a.body["type"] != "user_unauthorized" {
				b.Errorf("%s after the key was revoked: %s", time.Since(revoked), a)
			}
			b.Logf("revoked after %s", time.Since(revoked))
		})
	}
	asking.Wait()
}

// revokeUnheard cuts the connections on which nodes are told of changes, again
// and again.
func (b *bed) revokeUnheard() {
	ctx, stop := context.WithCancel(b.Context())
	var cutting sync.WaitGroup
	defer cutting.Wait()
	defer stop()
	deaf := make(chan bool)
	cutting.Go(func() {
		for cut, told := 0, false; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
			rows, err := b.database.Do("select pg_terminate_backend(pid)::text from pg_stat_activity where application_name = 'roster notices'")
			if err != nil {
				b.Error(err)
				return
			}
			if cut += len(rows); cut >= len(b.nodes) && !told {
				close(deaf)
				told = true
			}
		}
	})
	select {
	case <-deaf:
	case <-time.After(time.Minute):
		b.Fatal("the nodes do not listen")
	}
	b.revoke(5 * time.Second)
}

// kill kills one of three nodes and then one of two under load. Only what they
// were being asked just then may fail: one request of each client.
func (b *bed) kill() {
	crowd := gather(b.T, "kill", b.balancer)
	crowd.progress(100)
	killed := b.nodes[1:]
	for i, n := range killed {
		n.kill()
		crowd.progress(100)
		eventually(b.T, time.Minute, "HAProxy knows", func() bool {
			return strings.Contains(b.log.String(), fmt.Sprintf("nodes/node%d is DOWN", i+1))
		})
	}
	for _, n := range killed {
		n.start(b.T)
	}
	b.serving(len(b.nodes))
	crowd.progress(100)
	crowd.leave()
	if crowd.refused > 0 || crowd.cuts > len(killed)*clients {
		b.Errorf("%d requests were refused and %d cut off, by %d nodes that %d clients used", crowd.refused, crowd.cuts, len(killed), clients)
	}
	crowd.wantKept(b.database)
}
