package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
	"roster/test/postgres"
)

// bed is what is measured: Roster and floors on equal copies of a directory.
type bed struct {
	title   string
	dir     string
	users   int
	key     string
	numbers atomic.Int64
	roster  *server
	floors  []floor
	remove  func() error
}

// floor is a server that does the same with as little as possible.
type floor struct {
	name   string
	server *server
}

func (b *bed) close() {
	b.roster.stop()
	for _, f := range b.floors {
		f.server.stop()
	}
	b.remove()
}

// onFile measures on a file.
func onFile(o options) (*bed, error) {
	dir, err := os.MkdirTemp("", "roster-bench-")
	if err != nil {
		return nil, err
	}
	b := &bed{title: "A file", dir: filepath.Join(dir, "roster"), users: o.users, remove: func() error { return os.RemoveAll(dir) }}
	floorDir := filepath.Join(dir, "floor")
	for _, copy := range []store.Options{{Dir: b.dir}, {Dir: floorDir}} {
		if b.key, err = fill(copy, o.users); err != nil {
			return nil, err
		}
	}
	// The floors have no keys to check; Roster's is the one that counts.
	if b.key, err = newKey(store.Options{Dir: b.dir}); err != nil {
		return nil, err
	}
	if b.roster, err = startRoster(o.binary, 1, "--data", b.dir); err != nil {
		return nil, err
	}
	return b, b.add("same statements", "statement", floorDir)
}

// connections is how many Roster and the floors may have to PostgreSQL, each
// node its part.
const connections = 20

// onPostgres measures on PostgreSQL with a number of nodes.
func onPostgres(nodes int) func(options) (*bed, error) {
	return func(o options) (*bed, error) {
		server, err := postgres.Start("max_connections=200")
		if err != nil {
			return nil, err
		}
		b := &bed{title: fmt.Sprintf("PostgreSQL, nodes: %d", nodes), users: o.users, remove: server.Remove}
		if b.dir, err = os.MkdirTemp("", "roster-bench-"); err != nil {
			return nil, err
		}
		b.remove = func() error { return errors.Join(server.Remove(), os.RemoveAll(b.dir)) }
		there := store.Options{Dir: b.dir, Database: server.URL("roster")}
		if _, err = fill(there, o.users); err == nil {
			b.key, err = newKey(there)
		}
		if err == nil {
			err = settle(there.Database)
		}
		if err == nil {
			err = server.Create("floor", "roster")
		}
		if err != nil {
			return nil, err
		}
		b.roster, err = startRoster(o.binary, nodes, "--data", b.dir, "--database", there.Database, "--database-connections", fmt.Sprint(connections/nodes))
		if err != nil {
			return nil, err
		}
		return b, errors.Join(b.add("pgx", "pgx", server.URL("floor")), b.add("pgx in batches", "batch", server.URL("floor")))
	}
}

// settle brings the database to where it will come by itself.
func settle(url string) error {
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), "vacuum analyze")
	return err
}

func (b *bed) add(name, kind, dir string) error {
	s, err := startFloor(kind, dir, 0)
	b.floors = append(b.floors, floor{name, s})
	return err
}

func openDirectory(o store.Options) (*directory.Directory, error) {
	s, err := store.Open(context.Background(), o)
	if err != nil {
		return nil, err
	}
	secrets, err := secret.Load(o.Dir)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New(password.Config{})
	return directory.New(s, secrets, hasher), err
}

// fill makes a directory with users.
func fill(o store.Options, users int) (string, error) {
	d, err := openDirectory(o)
	if err != nil {
		return "", err
	}
	defer d.Store.Close()
	ctx := context.Background()
	p, err := d.CreateProject(ctx, "default", "Default")
	if err != nil {
		return "", err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(128)
	for i := range int64(users) {
		group.Go(func() error {
			_, err := d.CreateUser(ctx, directory.Caller{Project: p}, directory.NewUser{
				ID: userID(i), Email: fmt.Sprintf("person%d@example.com", i), Name: fullName(i), Phone: fmt.Sprintf("+49151%08d", i),
			})
			return err
		})
	}
	return "", group.Wait()
}

func newKey(o store.Options) (string, error) {
	d, err := openDirectory(o)
	if err != nil {
		return "", err
	}
	defer d.Store.Close()
	p, err := d.Project(context.Background(), "default")
	if err != nil {
		return "", err
	}
	_, key, err := d.CreateKey(context.Background(), p, directory.NewKey{Name: "bench", Scopes: roster.Scopes()})
	return key, err
}

// server is what answers: a process, or several that do the same.
type server struct{ processes []process }

type process struct {
	address string
	cmd     *exec.Cmd
}

// startRoster starts nodes of Roster.
func startRoster(binary string, nodes int, args ...string) (*server, error) {
	return start(nodes, func(address string) *exec.Cmd {
		return exec.Command(binary, append([]string{"serve", "--listen", address}, args...)...)
	})
}

// start runs processes, each on a free port, and waits until they listen.
func start(count int, command func(address string) *exec.Cmd) (*server, error) {
	s := &server{}
	for range count {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		p := process{l.Addr().String(), command(l.Addr().String())}
		l.Close()
		p.cmd.Stdout, p.cmd.Stderr = io.Discard, os.Stderr
		if err := p.cmd.Start(); err != nil {
			return nil, err
		}
		s.processes = append(s.processes, p)
		if err := p.wait(); err != nil {
			s.stop()
			return nil, err
		}
	}
	return s, nil
}

func (p process) wait() error {
	for range 200 {
		if conn, err := net.Dial("tcp", p.address); err == nil {
			return conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the server does not listen: " + strings.Join(p.cmd.Args, " "))
}

func (s *server) stop() {
	if s == nil {
		return
	}
	for _, p := range s.processes {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
}

// dial connects to one of the processes, to each as often.
func (s *server) dial(i int) (net.Conn, error) {
	return net.Dial("tcp", s.processes[i%len(s.processes)].address)
}

// cpuTime is what the processes have used of the CPUs.
func (s *server) cpuTime() (all time.Duration, err error) {
	for _, p := range s.processes {
		used, err := p.cpuTime()
		if err != nil {
			return 0, err
		}
		all += used
	}
	return all, nil
}

// clockTick is the unit of the times in /proc, in ticks per second on Linux.
const clockTick = 100

// cpuTime is what the process has used of the CPUs.
func (p process) cpuTime() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	var user, system int64
	if fields := strings.Fields(rest); len(fields) > 12 {
		fmt.Sscan(fields[11], &user)
		fmt.Sscan(fields[12], &system)
	}
	return time.Duration(user+system) * time.Second / clockTick, nil
}
