// Package cluster runs nodes of Roster, as users run them, and has what they
// stand on fail: other nodes, PostgreSQL servers, a disk.
package cluster

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"roster/internal/secret"
)

// binary is the program that nodes run.
var binary string

func TestMain(m *testing.M) { os.Exit(built(m.Run)) }

func built(run func() int) int {
	dir, err := os.MkdirTemp("", "roster-cluster-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "roster")
	build := exec.Command("go", "build", "-o", binary, "roster/cmd/roster")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, out)
		return 1
	}
	defer func() {
		if shared != nil {
			shared.Remove()
		}
	}()
	return run()
}

// masterKey is what the nodes of all tests have in common.
var masterKey = secret.Random(32)

// node is a server. Stopped, it can be started again at the same address.
type node struct {
	address string
	args    []string
	process *exec.Cmd
	log     *record
	printed *record
}

// options are those of every node of a test. Hashes cost next to nothing.
func options(database string, more ...string) []string {
	return append([]string{
		"--database", database, "--database-connections", "8", "--trusted-proxies", "127.0.0.1", "--argon2-memory", "64KiB", "--argon2-time", "1",
	}, more...)
}

// newNode starts a node on a port that the kernel chooses. It ends with the
// test.
func newNode(t *testing.T, args ...string) *node {
	t.Helper()
	n := &node{address: "127.0.0.1:0", args: append(args, "--data", t.TempDir())}
	t.Cleanup(func() {
		n.kill()
		if t.Failed() {
			t.Logf("the log of %s ends with:\n%s", n.address, n.log.end())
		}
	})
	n.start(t)
	return n
}

// start returns when the node listens.
func (n *node) start(t *testing.T) {
	t.Helper()
	if err := n.launch(exec.Command(binary, append([]string{"serve", "--listen", n.address}, n.args...)...)); err != nil {
		t.Fatal(err)
	}
	n.listens(t)
}

func (n *node) launch(program *exec.Cmd) error {
	n.log, n.printed = &record{}, &record{}
	n.process = program
	n.process.Env = []string{"HOME=/", "PATH=" + os.Getenv("PATH"), "ROSTER_MASTER_KEY=" + masterKey}
	n.process.Stderr, n.process.Stdout = n.log, n.printed
	n.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return n.process.Start()
}

var endpoint = regexp.MustCompile(`msg=listening endpoint=http://(\S+)/v1`)

func (n *node) listens(t *testing.T) {
	t.Helper()
	eventually(t, time.Minute, "the node listens", func() bool {
		found := endpoint.FindStringSubmatch(n.log.String())
		if found != nil {
			n.address = found[1]
		}
		return found != nil
	})
}

// kill ends the node as a crash would.
func (n *node) kill() {
	if n.process != nil && n.process.Process != nil {
		n.process.Process.Kill()
		n.process.Wait()
		n.process = nil
	}
}

// firstKey is the API key that the first start of a directory prints, or empty.
func (n *node) firstKey() string {
	_, rest, _ := strings.Cut(n.printed.String(), "API key   ")
	key, _, _ := strings.Cut(rest, "\n")
	return key
}

// record keeps what a process writes.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// end is the last lines.
func (r *record) end() string {
	lines := bufio.NewScanner(strings.NewReader(r.String()))
	var kept []string
	for lines.Scan() {
		kept = append(kept, lines.Text())
	}
	return strings.Join(kept[max(0, len(kept)-20):], "\n")
}

// eventually waits until the condition holds.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it takes longer than %s until %s", within, what)
		}
	}
}
