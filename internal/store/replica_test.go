package store

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"roster/test/postgres"
)

// pair is a primary and a standby that follows it some time later, and two nodes
// that use both.
type pair struct {
	*testing.T
	primary, standby *postgres.Server
	nodes            [2]*Store
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{T: t}
	var err error
	if p.primary, err = postgres.Start("fsync=off"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.primary.Remove() })
	if p.standby, err = postgres.Standby(p.primary, "fsync=off"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.standby.Remove() })
	for i := range p.nodes {
		p.nodes[i], err = Open(t.Context(), Options{
			Database: p.primary.URL("roster"), Replica: p.standby.URL("roster"), Connections: 8, Clock: ticking(day), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.nodes[i].Close() })
	}
	return p
}

func (p *pair) run(name string, test func(*pair)) {
	p.T.Run(name, func(t *testing.T) {
		of := *p
		of.T = t
		test(&of)
	})
}

func (p *pair) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *pair) do(s *postgres.Server, text string) {
	p.Helper()
	_, err := s.Do(text)
	p.must(err)
}

// rested lets all nodes try the replica again.
func (p *pair) rested() {
	for _, s := range p.nodes {
		s.replica.rests.CompareAndSwap(s.replica.rests.Load(), 1)
	}
}

// wantFrom wants lists to come from the primary or the replica, in the end: a
// replica that has just come back has something to catch up with.
func (p *pair) wantFrom(replica bool) {
	p.Helper()
	for _, s := range p.nodes {
		for tries := 0; ; tries++ {
			rows, err := s.list(p.Context(), "select pg_is_in_recovery()")
			got, err := first(rows, err, nil, func(r row) (b bool, err error) { return b, r.Scan(&b) })
			p.must(err)
			if got == replica {
				break
			}
			if !replica || tries == 1000 {
				p.Fatalf("a list comes from the replica: %t, want %t", got, replica)
			}
			p.rested()
		}
	}
}

// addAndList creates a user through one node and wants each to list it.
func (p *pair) addAndList(by int, id string) {
	p.Helper()
	p.must(p.nodes[by].Write(p.Context(), adding(id)))
	for i, s := range p.nodes {
		if ids := idsOf(p.T, s, home); !slices.Contains(ids, id) {
			p.Errorf("node %d does not list %s, which node %d has created", i, id, by)
		}
	}
}

func TestAListShowsWhatWasAcknowledgedWhicheverServerItComesFrom(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.run("it comes from the replica", (*pair).idle)
	p.run("many write and list", (*pair).busy)
	p.run("the replica is behind", (*pair).behind)
	p.run("the replica does not answer", (*pair).frozen)
	p.run("the replica is gone", (*pair).gone)
	p.run("the replica has followed another primary", (*pair).strange)
	p.run("the replica is none any more", (*pair).promoted)
}

func (p *pair) idle() {
	p.addAndList(0, "first")
	p.wantFrom(true)
	if n, err := p.nodes[1].CountUsers(p.Context(), home, searching("first")); err != nil || n != 1 {
		p.Errorf("%d users are found, error %v", n, err)
	}
}

func (p *pair) busy() {
	var writing sync.WaitGroup
	var replica atomic.Int64
	for i := range 4 {
		writing.Go(func() {
			for j := range 50 {
				id := fmt.Sprintf("busy%d-%d", i, j)
				if err := p.nodes[j%2].Write(p.Context(), adding(id)); err != nil {
					p.Error(err)
				}
				p.rested()
				rows, err := p.nodes[1-j%2].list(p.Context(), "select pg_is_in_recovery(), exists (select from users where id = $1)", id)
				there, err := first(rows, err, nil, func(r row) (there bool, err error) {
					var recovering bool
					err = r.Scan(&recovering, &there)
					if recovering {
						replica.Add(1)
					}
					return there, err
				})
				if err != nil || !there {
					p.Errorf("%s is there: %t, error %v", id, there, err)
				}
			}
		})
	}
	writing.Wait()
	if p.Logf("%d of 200 lists came from the replica", replica.Load()); replica.Load() == 0 {
		p.Error("no list came from the replica")
	}
}

func (p *pair) behind() {
	p.do(p.standby, "select pg_wal_replay_pause()::text")
	p.addAndList(0, "unseen")
	p.rested()
	p.addAndList(1, "unseen, too")
	p.wantFrom(false)
	p.do(p.standby, "select pg_wal_replay_resume()::text")
	p.wantFrom(true)
}

// frozen also has a list in flight, which the primary answers then.
func (p *pair) frozen() {
	reached := make(chan *results)
	go func() {
		rows, err := p.nodes[0].list(p.Context(), "select case when pg_is_in_recovery() then pg_sleep(60)::text else 'the primary' end")
		if err != nil {
			p.Error(err)
		}
		reached <- rows
	}()
	for asked := false; !asked; {
		rows, err := p.standby.Do("select query from pg_stat_activity where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()")
		p.must(err)
		asked = len(rows) > 0
	}
	p.must(p.standby.Freeze())
	p.addAndList(1, "frozen")
	p.wantFrom(false)
	rows := <-reached
	who, err := first(rows, nil, nil, func(r row) (s string, err error) { return s, r.Scan(&s) })
	p.must(err)
	wantEqual(p.T, "the primary", who)
	p.must(p.standby.Thaw())
	p.wantFrom(true)
}

func (p *pair) gone() {
	p.must(p.standby.Stop())
	p.addAndList(0, "gone")
	p.rested()
	p.wantFrom(false)
	p.must(p.standby.Up())
	p.wantFrom(true)
}

// strange is a replica that has come far, on a way that is not the primary's.
func (p *pair) strange() {
	s := p.nodes[0]
	at, err := s.written(p.Context())
	p.must(err)
	conn, err := s.replica.reaches(p.Context(), position{at.history, 0})
	p.must(errors.Join(err, conn.Close()))
	if _, err := s.replica.reaches(p.Context(), position{at.history + 1, 0}); !errors.Is(err, errBehind) {
		p.Errorf("the error is %v", err)
	}
}

func (p *pair) promoted() {
	p.must(p.standby.Promote())
	p.wantFrom(false)
	p.do(p.standby, "delete from users returning id")
	p.rested()
	p.addAndList(0, "last")
	p.wantFrom(false)
}

func TestTheReplicaMustHaveAURL(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.Context(), Options{Database: freshDatabase(t), Replica: "postgres://one:port/roster"}); err == nil {
		t.Error("a URL with a wrong port is taken")
	}
}
