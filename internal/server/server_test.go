package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve starts a server and returns its address; stop ends it and returns what
// Serve returned.
func serve(t *testing.T, h http.HandlerFunc) (address string, stop func() error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, l, h, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(cancel)
	return l.Addr().String(), func() error { cancel(); return <-ended }
}

func TestHeadersOfAMegabyteAreRefused(t *testing.T) {
	address, stop := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Error("the handler was reached") })
	defer stop()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Appwrite-Key: %s\r\n\r\n", strings.Repeat("k", 1<<20))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("got %d, want 431", response.StatusCode)
	}
}

func TestABodyThatDoesNotComeIsNotWaitedForForEver(t *testing.T) {
	usual := readTimeout
	readTimeout = 100 * time.Millisecond
	t.Cleanup(func() { readTimeout = usual })
	failed := make(chan error, 1)
	address, stop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
		w.WriteHeader(http.StatusBadRequest)
	})
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
	if err := <-failed; err == nil {
		t.Error("the body was complete")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestRequestsInFlightAreAnsweredBeforeTheServerEnds(t *testing.T) {
	entered, release := make(chan bool), make(chan bool)
	address, stop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		io.WriteString(w, "done")
	})
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + address)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-entered
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for refused := false; !refused; { // once it stops, it takes no new connection
		conn, err := net.Dial("tcp", address)
		if refused = err != nil; !refused {
			conn.Close()
		}
	}
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestEveryAnswerHasAnIDOfItsOwn(t *testing.T) {
	address, stop := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	defer stop()
	seen := make(map[string]bool)
	for range 3 {
		response, err := http.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		seen[response.Header.Get("X-Request-Id")] = true
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("ids: %v", seen)
	}
}
