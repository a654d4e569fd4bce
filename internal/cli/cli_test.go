package cli

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"roster/internal/store"
	"roster/test/postgres"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"roster": func() { os.Exit(Main()) }})
}

// tidy ends the PostgreSQL server of the tests, if one was started.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	defer postgres.Shutdown()
	return t.M.Run()
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("GORACE", quickExit)
			e.Values["server"] = new(slot)
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("there is no condition %s", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": exits, "start": start, "halt": halt, "get": get, "post": post, "occupy": occupy, "sql": execSQL, "field": field, "postgres": database,
		},
	})
}

// quickExit is for GORACE: the race detector waits for a second otherwise.
const quickExit = "atexit_sleep_ms=0"

// code N COMMAND... runs a command that must end with exit code N.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// process is a server that a test has started.
type process struct {
	*exec.Cmd
	dir      string
	endpoint string
	printed  bytes.Buffer // standard output so far
	log      *bufio.Scanner
}

// launch starts "roster serve" on a free port and returns when it listens.
func launch(dir string, args ...string) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args = append([]string{"roster", "serve", "--data", dir, "--listen", "127.0.0.1:0"}, args...)
	p := &process{dir: dir, Cmd: &exec.Cmd{Path: program, Args: args, Env: []string{"HOME=" + dir, "GORACE=" + quickExit}}}
	p.Stdout = &p.printed
	errs, err := p.StderrPipe()
	if err != nil {
		return nil, err
	}
	p.log = bufio.NewScanner(errs)
	if err := p.Start(); err != nil {
		return nil, err
	}
	line, err := p.logged("msg=listening")
	if err != nil {
		return nil, errors.Join(err, p.Wait())
	}
	_, rest, _ := strings.Cut(line, "endpoint=")
	p.endpoint, _, _ = strings.Cut(rest, " ")
	return p, nil
}

// command is a command beside the server, on its data folder.
func (p *process) command(args ...string) *exec.Cmd {
	args = append(append([]string{"roster"}, args...), "--data", p.dir)
	return &exec.Cmd{Path: p.Path, Args: args, Env: p.Env}
}

// logged reads the log up to a line with the text.
func (p *process) logged(text string) (string, error) {
	var seen []string
	for p.log.Scan() {
		if strings.Contains(p.log.Text(), text) {
			return p.log.Text(), nil
		}
		seen = append(seen, p.log.Text())
	}
	return "", fmt.Errorf("the server has not logged %s, but:\n%s", text, strings.Join(seen, "\n"))
}

// ended reads the rest of the log, waits, and returns how the process ended.
func (p *process) ended() *os.ProcessState {
	for p.log.Scan() {
	}
	p.Wait()
	return p.ProcessState
}

// slot holds a script's server.
type slot struct{ *process }

// start DIR [FLAG...] starts a server. It sets $ENDPOINT.
func start(ts *testscript.TestScript, _ bool, args []string) {
	p, err := launch(ts.MkAbs(args[0]), args[1:]...)
	ts.Check(err)
	ts.Value("server").(*slot).process = p
	ts.Setenv("ENDPOINT", p.endpoint)
	ts.Defer(func() {
		if p.ProcessState == nil {
			p.Process.Kill()
			p.ended()
		}
	})
}

// halt FILE stops the server as a service manager does and writes what it has
// printed to the file.
func halt(ts *testscript.TestScript, _ bool, args []string) {
	p := ts.Value("server").(*slot)
	ts.Check(p.Process.Signal(syscall.SIGTERM))
	if state := p.ended(); !state.Success() {
		ts.Fatalf("the server ended with %s", state)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), p.printed.Bytes(), 0o600))
}

// get STATUS PATH PROJECT KEY asks the running server.
func get(ts *testscript.TestScript, _ bool, args []string) {
	ask(ts, http.MethodGet, args, "")
}

// post STATUS PATH PROJECT KEY JSON tells the running server.
func post(ts *testscript.TestScript, _ bool, args []string) {
	ask(ts, http.MethodPost, args, args[4])
}

func ask(ts *testscript.TestScript, method string, args []string, body string) {
	r, err := http.NewRequest(method, ts.Getenv("ENDPOINT")+args[1], strings.NewReader(body))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Appwrite-Project", args[2])
	r.Header.Set("X-Appwrite-Key", args[3])
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	answer.Body.Close()
	if fmt.Sprint(answer.StatusCode) != args[0] {
		ts.Fatalf("status %d, want %s", answer.StatusCode, args[0])
	}
}

// occupy takes a port and sets $TAKEN.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("TAKEN", l.Addr().String())
	ts.Defer(func() { l.Close() })
}

// sql DIR STATEMENT changes a database behind Roster's back.
func execSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", filepath.Join(ts.MkAbs(args[0]), store.FileName))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

// postgres VARIABLE sets the variable to the URL of a PostgreSQL database with
// empty tables.
func database(ts *testscript.TestScript, _ bool, args []string) {
	url, err := postgres.Fresh(migrated)
	ts.Check(err)
	ts.Setenv(args[0], url)
}

func migrated(url string) error {
	s, err := store.Open(context.Background(), store.Options{Database: url})
	if err != nil {
		return err
	}
	return s.Close()
}

// field VARIABLE PATTERN sets the variable to what the pattern's group matches
// in the last output.
func field(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("nothing matches %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
