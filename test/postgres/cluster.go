// Package postgres runs PostgreSQL servers for tests: real ones, from the
// system's packages, each in a temporary folder and on a free port of the
// loopback interface, as a user without privileges.
package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is a PostgreSQL server. Its files go with [Server.Remove].
type Server struct {
	Port int
	Dir  string

	options []string
	process *exec.Cmd
	log     *bytes.Buffer
}

// Binaries is the folder of the newest PostgreSQL that is installed, 15 or
// later.
func Binaries() (string, error) {
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); err == nil && len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed; make postgres installs it")
	}
	return filepath.Dir(path), nil
}

// Start makes a server with an empty database "roster" and starts it. Options
// are settings such as "fsync=off".
func Start(options ...string) (*Server, error) {
	s, err := prepare(options)
	if err != nil {
		return nil, err
	}
	err = s.run("initdb", "--pgdata", s.data(), "--username", "roster", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--locale", "C.UTF-8")
	if err == nil {
		err = s.Up()
	}
	if err == nil {
		err = s.Create("roster", "")
	}
	if err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// prepare makes the server's folder and chooses its port.
func prepare(options []string) (*Server, error) {
	dir, err := os.MkdirTemp("", "roster-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, options: options}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	if uid, gid, ok := unprivileged(); ok {
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }

// URL is where the database with the name is.
func (s *Server) URL(name string) string {
	return fmt.Sprintf("postgres://roster@127.0.0.1:%d/%s?sslmode=disable", s.Port, name)
}

// Create makes a database, as a copy of another unless that has no name.
func (s *Server) Create(name, template string) error {
	args := s.about(name)
	if template != "" {
		args = append(args, "--template", template)
	}
	return s.run("createdb", args...)
}

// Clear makes the database "roster" anew.
func (s *Server) Clear() error {
	if err := s.run("dropdb", append(s.about("roster"), "--force")...); err != nil {
		return err
	}
	return s.Create("roster", "")
}

func (s *Server) about(database string) []string {
	return []string{"--host", "127.0.0.1", "--port", strconv.Itoa(s.Port), "--username", "roster", database}
}

// Up starts the server, which has been stopped, and returns when it answers.
func (s *Server) Up() error {
	// What a server that is killed has in memory would stay there: files go with the rest.
	args := []string{
		"-D", s.data(), "-p", strconv.Itoa(s.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "dynamic_shared_memory_type=mmap",
	}
	for _, option := range s.options {
		args = append(args, "-c", option)
	}
	cmd, err := command(context.Background(), "postgres", args...)
	if err != nil {
		return err
	}
	s.log = &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process = cmd
	return s.ready()
}

// ready waits until the server takes connections.
func (s *Server) ready() error {
	var err error
	for range 600 {
		if err = s.run("pg_isready", "--quiet", "--host", "127.0.0.1", "--port", strconv.Itoa(s.Port)); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL does not answer: %w", err)
}

// Stop ends the server: the connections are cut, what is committed stays.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	err := s.process.Process.Signal(syscall.SIGINT)
	s.process.Wait()
	s.process = nil
	return err
}

// Kill ends the server and its children as a crash of the machine would.
func (s *Server) Kill() error {
	if s.process == nil {
		return nil
	}
	err := errors.Join(s.Freeze(), s.signal(syscall.SIGKILL)) // frozen, it starts no more of them
	s.process.Wait()
	s.process = nil
	return err
}

// Freeze keeps the server and its children from doing anything, as if its
// machine had gone: connections are neither refused nor cut. Thaw ends that.
func (s *Server) Freeze() error { return s.signal(syscall.SIGSTOP) }

// Thaw has the server go on after [Server.Freeze].
func (s *Server) Thaw() error { return s.signal(syscall.SIGCONT) }

// signal sends the signal to the server and to its children, each of which has
// made itself a process group.
func (s *Server) signal(signal syscall.Signal) error {
	pid := s.process.Process.Pid
	before := children(pid) // which nobody knows as such when the server is gone
	err := syscall.Kill(pid, signal)
	for _, child := range append(before, children(pid)...) {
		if e := syscall.Kill(child, signal); !errors.Is(e, syscall.ESRCH) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// children are the processes that the one with the id has started.
func children(parent int) (found []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ") // the name may hold anything
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if err == nil {
				found = append(found, pid)
			}
		}
	}
	return found
}

// Remove ends the server and deletes its files.
func (s *Server) Remove() error {
	return errors.Join(s.Kill(), os.RemoveAll(s.Dir))
}

func (s *Server) run(name string, args ...string) error {
	cmd, err := command(context.Background(), name, args...)
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// command runs one of PostgreSQL's programs. The server refuses to run as root,
// so that for root somebody else does; in a process group of its own, so that
// it can be killed whole.
func command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	dir, err := Binaries()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, name), args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if uid, gid, ok := unprivileged(); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return cmd, nil
}

// unprivileged is who runs the server if this process is root's.
func unprivileged() (uid, gid int, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return uid, gid, true
		}
	}
	return 0, 0, false
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
