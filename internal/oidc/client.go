package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"roster"
)

// Client asks providers.
type Client struct {
	Timeout time.Duration // of one request, with its answer

	clock func() time.Time
	mu    sync.Mutex
	found map[string]discovery // by the document's URL
}

// New returns a client that judges times by the clock.
func New(clock func() time.Time) *Client {
	return &Client{Timeout: 10 * time.Second, clock: clock, found: make(map[string]discovery)}
}

// http is how providers are asked. A provider that sends Roster elsewhere is
// not followed: it could point into Roster's own network.
func (c *Client) http() *http.Client {
	return &http.Client{Transport: bounded{}, Timeout: c.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("the provider redirects; configure where it leads to")
	}}
}

// How many bytes of an answer and its headers are read.
const (
	maxAnswer = 512 << 10
	maxHeader = 64 << 10
)

// bounded asks nothing that others could listen to, and reads no more than
// [maxAnswer].
type bounded struct{}

var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = maxHeader
	return t
}()

// RoundTrip implements [http.RoundTripper].
func (bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !roster.SecureURL(r.URL) {
		return nil, fmt.Errorf("%s://%s is neither https nor on this machine", r.URL.Scheme, r.URL.Host)
	}
	answer, err := transport.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxAnswer)
	}
	return answer, err
}
