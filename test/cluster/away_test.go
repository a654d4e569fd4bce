package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"roster/internal/secret"
	"roster/test/postgres"
)

// outage is how long the database is away; OUTAGE sets it for a longer run.
func outage(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("OUTAGE")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// patience is how long a client waits for any answer: five seconds, and what a
// busy machine takes besides.
const patience = 8 * time.Second

// question is a request of a kind of its own and the status of its answer.
type question struct {
	method, path, body string
	who                as
	want               int
}

// failure is a way to lose the database for a while.
type failure struct {
	name       string
	away, back func() error
}

// asked is a node whose database goes away, and what it is asked meanwhile.
type asked struct {
	*testing.T
	database  *postgres.Server
	client    *client
	questions []question

	gone     atomic.Bool    // the database is away for certain
	answered []atomic.Int64 // while it was, by question
	asked    *atomic.Int64
}

func TestADatabaseThatIsAwayMakesRequestsWaitForLater(t *testing.T) {
	database := sharedServer(t)
	nodes, key := nodesOf(t, 1, database.URL("roster"))
	a := &asked{T: t, database: database, client: newClient(nodes[0].address, key), asked: new(atomic.Int64)}
	a.prepare()
	for _, f := range []failure{
		{"stopped", database.Stop, database.Up},
		{"killed", database.Kill, database.Up},
		{"frozen", database.Freeze, database.Thaw},
		a.fullOfConnections(nodes[0]),
		a.readOnly(),
	} {
		t.Run(f.name, func(t *testing.T) {
			of := &asked{T: t, database: database, client: a.client, questions: a.questions, asked: a.asked}
			of.answered = make([]atomic.Int64, len(a.questions))
			of.during(f)
		})
	}
}

// prepare makes a user with a session and the questions: reads, a list and
// writes, by a key, by the user and by guests, of what is remembered and what is
// not.
func (a *asked) prepare() {
	a.Helper()
	if got := a.client.ask("POST", "/v1/users", newUser("ada", "Ada")); got.status != 201 {
		a.Fatal(got)
	}
	made := a.client.ask("POST", "/v1/users/ada/sessions", "")
	own := session(fmt.Sprint(made.body["secret"]))
	unknown := as{"X-Appwrite-Key": "standard_" + secret.Random(128)}
	nowhere := as{"X-Appwrite-Key": "", "X-Appwrite-Project": "nowhere"}
	a.questions = []question{
		{"GET", "/v1/users/ada", "", nil, 200},
		{"GET", "/v1/users", "", nil, 200},
		{"PATCH", "/v1/users/ada/name", `{"name":"Ada %d"}`, nil, 200},
		{"GET", "/v1/account", "", own, 200},
		{"GET", "/v1/account", "", unknown, 401},
		{"GET", "/v1/account", "", nowhere, 404},
		{"POST", "/v1/account/sessions/email", `{"email":"n%d@example.com","password":"correct horse"}`, guest, 401},
		{"GET", "/healthz", "", nil, 200},
	}
}

// during asks all the time while the database goes away and comes back.
func (a *asked) during(f failure) {
	ctx, stop := context.WithCancel(a.Context())
	var asking sync.WaitGroup
	defer asking.Wait()
	defer stop()
	for i := range a.questions {
		asking.Go(func() {
			for ctx.Err() == nil {
				a.judge(i)
			}
		})
	}
	check(a.T, f.away())
	a.gone.Store(true)
	began := time.Now()
	eventually(a.T, outage(a.T)+time.Minute, "everything was asked", func() bool {
		return time.Since(began) > outage(a.T) && !slices.ContainsFunc(a.answers(), func(n int64) bool { return n < 2 })
	})
	a.gone.Store(false)
	check(a.T, f.back())
	came := time.Now()
	for i := range a.questions {
		eventually(a.T, time.Minute, a.questions[i].path+" is answered again", func() bool { return a.judge(i) })
	}
	a.Logf("%d requests were answered during the outage; all are answered as usual %s after it", a.answers(), time.Since(came))
}

func (a *asked) answers() (counts []int64) {
	for i := range a.answered {
		counts = append(counts, a.answered[i].Load())
	}
	return counts
}

// judge asks, and reports whether the answer was as usual. Another one is allowed
// only if it tells the client to come back.
func (a *asked) judge(which int) bool {
	q, before := a.questions[which], a.gone.Load()
	n := a.asked.Add(1)
	from := as{"X-Forwarded-For": fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)} // whose attempts are counted
	got := a.client.ask(q.method, q.path, strings.ReplaceAll(q.body, "%d", strconv.FormatInt(n, 10)), q.who, from)
	throughout := before && a.gone.Load()
	later := got.unavailable() || q.path == "/healthz" && got.status == 503
	switch {
	case got.failed != nil || !later && got.status != q.want:
		a.Errorf("%s %s: %s", q.method, q.path, got)
	case throughout && !later:
		a.Errorf("%s %s: %s, out of nothing", q.method, q.path, got)
	case got.took > patience:
		a.Errorf("%s %s took %s: %s", q.method, q.path, got.took, got)
	}
	if throughout {
		a.answered[which].Add(1)
	}
	if later {
		time.Sleep(20 * time.Millisecond) // a client that is told to come back
	}
	return !later
}

// fullOfConnections has others take all that the server has, also those that the
// node had. It is kept from competing for them meanwhile, which would take long.
func (a *asked) fullOfConnections(n *node) failure {
	var taken []*pgx.Conn
	take := func() error {
		conn, err := pgx.Connect(context.Background(), a.database.URL("roster")+"&application_name=crowd")
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == "53300" {
			_, err = taken[0].Exec(context.Background(),
				"select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and application_name <> 'crowd'")
		} else if err == nil {
			taken = append(taken, conn)
		}
		return err
	}
	return failure{"out of connections", func() (err error) {
		n.process.Process.Signal(syscall.SIGSTOP)
		defer n.process.Process.Signal(syscall.SIGCONT)
		for tries := 0; len(taken) < connections && err == nil; tries++ {
			if err = take(); tries > 10_000 {
				err = errors.New("the node keeps its connections")
			}
		}
		return err
	}, func() (err error) {
		for _, conn := range taken {
			err = errors.Join(err, conn.Close(context.Background()))
		}
		return err
	}}
}

// readOnly has the server take no writes, as a primary does that has become a
// standby while connections to it live on. What is read there is old news, so
// that a node stops reading, too, as soon as it knows.
func (a *asked) readOnly() failure {
	set := func(value string) error {
		_, err := a.database.Do("alter system set default_transaction_read_only = " + value)
		if err == nil {
			_, err = a.database.Do("select pg_reload_conf()::text")
		}
		return err
	}
	is := func(query, want string) func() bool {
		return func() bool {
			rows, err := a.database.Do(query)
			return err == nil && rows[0] == want
		}
	}
	known := func() error {
		if err := set("on"); err != nil {
			return err
		}
		eventually(a.T, 10*time.Second, "new connections are read-only", is("show default_transaction_read_only", "on"))
		older := fmt.Sprintf("select count(*)::text from pg_stat_activity where application_name like 'roster%%' and backend_start < '%s'",
			time.Now().Format(time.RFC3339Nano))
		eventually(a.T, 10*time.Second, "the node gives up its connections", is(older, "0"))
		return nil
	}
	return failure{"read-only", known, func() error { return set("off") }}
}
