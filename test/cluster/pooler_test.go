package cluster

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"roster/test/postgres"
)

// TestNodesBehindATransactionPooler runs nodes with the configuration of
// PgBouncer that the documentation has: what belongs to a session (prepared
// statements, locks, notices, settings) is not there.
func TestNodesBehindATransactionPooler(t *testing.T) {
	configuration, err := os.ReadFile("../../docs/pgbouncer.ini")
	if err != nil {
		t.Fatal(err)
	}
	database := sharedServer(t)
	pooler, err := postgres.Pool(database, string(configuration))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pooler.Remove() })
	nodes, key := nodesOf(t, 2, pooler.URL())
	b := balanced(t, database, nodes, key)
	b.serving(2)
	b.run("what one does, all know", (*bed).agree)
	b.run("who is blocked on one is out on all", (*bed).block)
	b.run("attempts are counted together", (*bed).limit)
	b.run("a revoked key is revoked on all, although nobody tells them", func(b *bed) { b.revoke(5 * time.Second) })
	b.run("many are made, found and deleted at once", (*bed).many)
	b.run("a node comes back", func(b *bed) {
		nodes[0].kill()
		nodes[0].start(b.T)
		b.serving(2)
	})
}

// many has as many clients as the pooler has connections, and more, on all nodes.
func (b *bed) many() {
	var busy sync.WaitGroup
	for i := range 40 {
		busy.Go(func() {
			c, id := newClient(b.nodes[i%len(b.nodes)].address, b.key), fmt.Sprint("many", i)
			for _, step := range []struct {
				want               int
				method, path, body string
			}{
				{201, "POST", "/v1/users", newUser(id, "Many "+id)},
				{409, "POST", "/v1/users", newUser(id, "Many "+id)},
				{200, "PUT", user(id) + "/labels", `{"labels":["many"]}`},
				{201, "POST", user(id) + "/sessions", ""},
				{200, "GET", "/v1/users?search=" + id, ""},
				{200, "GET", user(id) + "/logs", ""},
				{204, "DELETE", user(id), ""},
				{404, "GET", user(id), ""},
			} {
				if a := c.ask(step.method, step.path, step.body); a.status != step.want {
					b.Errorf("%s %s: %s, want %d", step.method, step.path, a, step.want)
				}
			}
		})
	}
	busy.Wait()
}
