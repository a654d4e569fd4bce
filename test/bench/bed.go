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

	"golang.org/x/sync/errgroup"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// bed is what is measured: Roster and a floor on equal copies of a directory.
type bed struct {
	dir, floorDir     string
	users             int
	key               string
	numbers           atomic.Int64
	roster, statement *server
}

func newBed(binary string, users int) (*bed, error) {
	dir, err := os.MkdirTemp("", "roster-bench-")
	if err != nil {
		return nil, err
	}
	b := &bed{dir: filepath.Join(dir, "roster"), floorDir: filepath.Join(dir, "floor"), users: users}
	for _, copy := range []string{b.dir, b.floorDir} {
		if b.key, err = fill(copy, users); err != nil {
			return nil, err
		}
	}
	// The floors have no keys to check; Roster's is the one that counts.
	if b.key, err = newKey(b.dir); err != nil {
		return nil, err
	}
	b.roster, err = start(func(address string) *exec.Cmd {
		return exec.Command(binary, "serve", "--data", b.dir, "--listen", address)
	})
	if err != nil {
		return nil, err
	}
	b.statement, err = startFloor("statement", b.floorDir, 0)
	return b, err
}

func (b *bed) close() {
	b.roster.stop()
	b.statement.stop()
	os.RemoveAll(filepath.Dir(b.dir))
}

func openDirectory(dir string) (*directory.Directory, error) {
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	secrets, err := secret.Load(dir)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New(password.Config{})
	return directory.New(s, secrets, hasher), err
}

// fill makes a directory with users.
func fill(dir string, users int) (string, error) {
	d, err := openDirectory(dir)
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

func newKey(dir string) (string, error) {
	d, err := openDirectory(dir)
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

// server is a process that answers at an address.
type server struct {
	address string
	cmd     *exec.Cmd
}

// start runs a server on a free port and waits until it listens.
func start(command func(address string) *exec.Cmd) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	cmd := command(address)
	cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return &server{address, cmd}, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, errors.New("the server does not listen: " + strings.Join(cmd.Args, " "))
}

func (s *server) stop() {
	if s != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// clockTick is the unit of the times in /proc, in ticks per second on Linux.
const clockTick = 100

// cpuTime is what the process has used of the CPUs.
func (s *server) cpuTime() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
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
