package cluster

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
)

// balance starts HAProxy before the nodes, with the configuration that the
// documentation has, and returns its address and its log. It tells who answered
// in the header X-Node.
func balance(t *testing.T, nodes ...*node) (string, *record) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(configured(t, nodes)), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	path, err := exec.LookPath("haproxy")
	if err != nil {
		path = "/usr/sbin/haproxy"
	}
	log := &record{}
	proxy := exec.Command(path, "-db", "-f", file)
	proxy.Stderr, proxy.Stdout = log, log
	proxy.ExtraFiles = []*os.File{socket}
	proxy.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := proxy.Start(); err != nil {
		t.Fatalf("%v; make haproxy installs it", err)
	}
	t.Cleanup(func() {
		proxy.Process.Kill()
		proxy.Wait()
		if t.Failed() {
			t.Logf("HAProxy's log ends with:\n%s", log.end())
		}
	})
	return l.Addr().String(), log
}

var (
	binding = regexp.MustCompile(`(?m)^\tbind .*\n`)
	example = regexp.MustCompile(`(?m)^\tserver .*\n`)
)

// configured is the documented file with this test's addresses.
func configured(t *testing.T, nodes []*node) string {
	t.Helper()
	source, err := os.ReadFile("../../docs/haproxy.cfg")
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	if len(binding.FindAllString(text, -1)) != 1 || len(example.FindAllString(text, -1)) != 3 {
		t.Fatal("docs/haproxy.cfg is not what this test knows")
	}
	text = binding.ReplaceAllString(text, "\tbind fd@3\n") // the socket that it inherits
	text = example.ReplaceAllString(text, "")
	text += "\thttp-response set-header X-Node %s\n"
	for i, n := range nodes {
		text += fmt.Sprintf("\tserver node%d %s\n", i, n.address)
	}
	return text
}
