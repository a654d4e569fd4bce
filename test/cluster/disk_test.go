package cluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// smallDisk is a node whose data folder is a disk of 32 megabytes that nobody
// else sees.
type smallDisk struct {
	*node
	pid, folder string
}

func newSmallDisk(t *testing.T) *smallDisk {
	t.Helper()
	s := &smallDisk{node: &node{}, folder: t.TempDir()}
	alone := append([]string{"--mount"}, as0("--map-root-user")...)
	alone = append(alone, "sh", "-c", `mount -t tmpfs -o size=32m none "$0" && exec "$@"`, s.folder)
	if out, err := exec.Command("unshare", append(alone, "true")...).CombinedOutput(); err != nil {
		t.Skipf("a disk of one's own needs the right to mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the log ends with:\n%s", s.log.end())
		}
	})
	serve := []string{binary, "serve", "--listen", "127.0.0.1:0", "--data", s.folder, "--argon2-memory", "64KiB", "--argon2-time", "1"}
	check(t, s.launch(exec.Command("unshare", append(alone, serve...)...)))
	s.listens(t)
	s.pid = strconv.Itoa(s.process.Process.Pid)
	return s
}

// as0 are options that whoever is not root needs to be root in a world of their
// own.
func as0(options ...string) []string {
	if os.Getuid() == 0 {
		return nil
	}
	return options
}

// ballast is a file on the disk, as it is seen from outside.
func (s *smallDisk) ballast() string { return "/proc/" + s.pid + "/root" + s.folder + "/ballast" }

// fill takes all the space that is left.
func (s *smallDisk) fill(t *testing.T) {
	t.Helper()
	file, err := os.Create(s.ballast())
	check(t, err)
	defer file.Close()
	if _, err := io.Copy(file, io.LimitReader(zeros{}, 1<<30)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
}

// wantSound has the directory examined beside the node.
func (s *smallDisk) wantSound(t *testing.T) {
	t.Helper()
	beside := append([]string{"--target", s.pid, "--mount"}, as0("--user", "--preserve-credentials")...)
	out, err := exec.Command("nsenter", append(beside, binary, "doctor", "--data", s.folder)...).CombinedOutput()
	if err != nil {
		t.Errorf("the directory is damaged: %v\n%s", err, out)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestAFullDiskCostsNothingThatWasAcknowledged(t *testing.T) {
	s := newSmallDisk(t)
	c := newClient(s.address, s.firstKey())
	var kept []string
	prefs := fmt.Sprintf(`{"prefs":{"text":%q}}`, strings.Repeat("x", 60_000))
	// add creates a user of some weight. It reports whether all was accepted.
	add := func(id string) bool {
		a := c.ask("POST", "/v1/users", newUser(id, id))
		if a.status == 201 {
			kept = append(kept, id)
			a = c.ask("PATCH", user(id)+"/prefs", prefs)
		}
		if a.status != 200 && !a.unavailable() {
			t.Fatalf("%s: %s", id, a)
		}
		return a.status == 200
	}
	if !add("first") {
		t.Fatal("the disk is full already")
	}
	for round := range 3 {
		s.fill(t)
		for i, refused := 0, 0; refused < 20; i++ {
			if i == 1000 {
				t.Fatal("a full disk takes everything")
			}
			if !add(fmt.Sprintf("full%d-%d", round, i)) {
				refused++
			}
		}
		if a := c.ask("GET", user("first"), ""); a.status != 200 {
			t.Errorf("reading from a full disk: %s", a)
		}
		check(t, os.Remove(s.ballast()))
		if !add(fmt.Sprint("after", round)) {
			t.Error("there is space again, and writes are refused")
		}
	}
	for _, id := range kept {
		if a := c.ask("GET", user(id), ""); a.status != 200 {
			t.Errorf("%s was acknowledged: %s", id, a)
		}
	}
	s.wantSound(t)
	t.Logf("%d users were acknowledged", len(kept))
}
