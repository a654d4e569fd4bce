package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client asks one address.
type client struct {
	address string
	key     string
	http    *http.Client
}

func newClient(address, key string) *client {
	return &client{address, key, &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxIdleConns: 256},
	}}
}

// answer is what came back; if nothing did, only failed is set.
type answer struct {
	failed error
	status int
	header http.Header
	body   map[string]any
	text   string
	took   time.Duration
}

// as is who asks, instead of the client's key.
type as map[string]string

var guest = as{"X-Appwrite-Key": ""}

func session(secret string) as { return as{"X-Appwrite-Key": "", "X-Appwrite-Session": secret} }

func (c *client) ask(method, path, body string, who ...as) answer {
	r, err := http.NewRequest(method, "http://"+c.address+path, strings.NewReader(body))
	if err != nil {
		return answer{failed: err}
	}
	r.Header.Set("X-Appwrite-Project", "default")
	r.Header.Set("X-Appwrite-Key", c.key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, headers := range who {
		for name, value := range headers {
			r.Header.Set(name, value)
		}
	}
	start := time.Now()
	response, err := c.http.Do(r)
	if err != nil {
		return answer{failed: err, took: time.Since(start)}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{failed: err, status: response.StatusCode, header: response.Header, text: string(text), took: time.Since(start)}
	json.Unmarshal(text, &a.body) // what is no JSON has no fields
	return a
}

func (a answer) String() string {
	if a.failed != nil {
		return a.failed.Error()
	}
	return fmt.Sprintf("%d %.200s", a.status, a.text)
}

// unavailable reports whether the answer asks to come back later, in the form
// that SDKs know.
func (a answer) unavailable() bool {
	return a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" && a.body["type"] == "general_service_unavailable"
}

// cut reports whether the connection broke before there was an answer; a load
// balancer says so with 502.
func (a answer) cut() bool { return a.failed != nil || a.status == http.StatusBadGateway }

func user(id string) string { return "/v1/users/" + id }

func newUser(id, name string) string {
	return fmt.Sprintf(`{"userId":%q,"name":%q,"email":"%s@example.com","password":"correct horse"}`, id, name, id)
}
