package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figures are one measurement: requests per second, latencies in milliseconds,
// and the server's CPU time in microseconds per request.
type figures struct{ rate, p50, p99, cpu float64 }

// load lets n clients ask as fast as they are answered, each on a connection
// of its own.
func (s *server) load(w work, n int, span time.Duration) (figures, error) {
	cpu, err := s.cpuTime()
	if err != nil {
		return figures{}, err
	}
	var group sync.WaitGroup
	times, failures := make([][]time.Duration, n), make([]error, n)
	var next atomic.Int64
	next.Store(w.first.Add(1 << 20))
	start := time.Now()
	for i := range n {
		group.Go(func() { times[i], failures[i] = s.client(w, i, &next, start.Add(span)) })
	}
	group.Wait()
	took := time.Since(start)
	after, err := s.cpuTime()
	if err := errors.Join(append(failures, err)...); err != nil {
		return figures{}, err
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	at := func(share float64) float64 { return all[int(share*float64(len(all)-1))].Seconds() * 1000 }
	return figures{float64(len(all)) / took.Seconds(), at(0.5), at(0.99), float64((after - cpu).Microseconds()) / float64(len(all))}, nil
}

// client speaks just enough HTTP to cost the machine little: what it uses, the
// server cannot.
func (s *server) client(w work, number int, next *atomic.Int64, end time.Time) ([]time.Duration, error) {
	conn, err := s.dial(number)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 64<<10)
	var times []time.Duration
	for time.Now().Before(end) {
		request := w.request(next.Add(1))
		start := time.Now()
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		if err := skipResponse(r, request); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	if len(times) == 0 {
		return nil, errors.New("no request was answered in time")
	}
	return times, nil
}

var lengthHeader = []byte("Content-Length: ")

// skipResponse reads one response, which must be a success with a length.
func skipResponse(r *bufio.Reader, request []byte) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(status) < 10 || status[9] != '2' {
		rest, _ := r.Peek(min(r.Buffered(), 600))
		return fmt.Errorf("%s to %s: %s%s", bytes.TrimSpace(status), request[:min(len(request), 80)], rest, "")
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if rest, ok := bytes.CutPrefix(line, lengthHeader); ok {
			fmt.Sscan(string(bytes.TrimSpace(rest)), &length)
		}
	}
	_, err = r.Discard(length)
	return err
}

// once returns the body of one answer.
func (s *server) once(request []byte) ([]byte, error) {
	conn, err := s.dial(0)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}
