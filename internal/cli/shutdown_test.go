package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
)

// serving starts a server and returns it with a key.
func serving(t *testing.T, args ...string) (*process, string) {
	t.Helper()
	dir := t.TempDir()
	p, err := launch(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			p.Process.Kill()
			p.ended()
		}
	})
	out, err := p.command("key", "create", "--name", "test", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ Secret string }
	if err := json.Unmarshal(out, &key); err != nil {
		t.Fatal(err)
	}
	return p, key.Secret
}

const inFlightBody = `{"userId":"ada","name":"Ada Lovelace"}`

// inFlight sends all of a request but its body. That the server asks for the
// body (RFC 9110 section 10.1.1) proves that the request is being answered.
func inFlight(t *testing.T, p *process, key string) (net.Conn, *bufio.Reader) {
	t.Helper()
	address, err := url.Parse(p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST /v1/users HTTP/1.1\r\nHost: %s\r\nX-Appwrite-Project: default\r\nX-Appwrite-Key: %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", address.Host, key, len(inFlightBody))
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, error %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return conn, answers
}

// terminate sends SIGTERM and returns when the server is stopping.
func terminate(t *testing.T, p *process) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := p.logged("stopping"); err != nil {
		t.Fatal(err)
	}
}

func TestRequestInFlightIsAnsweredAfterSIGTERM(t *testing.T) {
	p, key := serving(t)
	conn, answers := inFlight(t, p, key)
	terminate(t, p)
	fmt.Fprint(conn, inFlightBody)
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("status %s", answer.Status)
	}
	if state := p.ended(); state.ExitCode() != exitOK {
		t.Errorf("the server ended with %s", state)
	}
}

func TestSecondSignalEndsTheServerAtOnce(t *testing.T) {
	p, key := serving(t)
	_, answers := inFlight(t, p, key)
	terminate(t, p)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	state := p.ended() // the request in flight would have held it back
	if status := state.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("the server ended with %s", state)
	}
	if answer, err := http.ReadResponse(answers, nil); err == nil {
		t.Errorf("the request was answered with %s", answer.Status)
	}
}

// With rate limits switched off, the log says so and any number of attempts is
// answered.
func TestRateLimitsCanBeSwitchedOff(t *testing.T) {
	p, _ := serving(t, "--rate-limits", "off")
	if _, err := p.logged("rate limits are off"); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		r, err := http.NewRequest(http.MethodPost, p.endpoint+"/account/sessions/email", strings.NewReader(`{"email":"nobody@x.example","password":1}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Appwrite-Project", "default")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Fatalf("status %s", answer.Status)
		}
	}
	terminate(t, p)
}
