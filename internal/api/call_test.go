package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are parameters by name, each as JSON.
type params map[string]string

func (p params) with(name, value string) params {
	changed := maps.Clone(p)
	if changed == nil {
		changed = params{}
	}
	changed[name] = value
	return changed
}

func (p params) without(name string) params {
	changed := maps.Clone(p)
	delete(changed, name)
	return changed
}

// call is a request. Unless its header says otherwise it comes with the
// project's id and its full key.
type call struct {
	method, path string // the path may have a query string
	params       params // sent in the query string for GET, else as a JSON object
	body         string // instead of params
	header       header
}

// header sets headers; an empty value takes a usual one away.
type header map[string]string

func get(path string, p params) call   { return call{method: http.MethodGet, path: path, params: p} }
func post(path string, p params) call  { return call{method: http.MethodPost, path: path, params: p} }
func patch(path string, p params) call { return call{method: http.MethodPatch, path: path, params: p} }
func put(path string, p params) call   { return call{method: http.MethodPut, path: path, params: p} }
func del(path string) call             { return call{method: http.MethodDelete, path: path} }

// user is the path of a user and what follows.
func user(id string, rest ...string) string {
	return "/v1/users/" + strings.Join(append([]string{id}, rest...), "/")
}

func team(id string, rest ...string) string {
	return "/v1/teams/" + strings.Join(append([]string{id}, rest...), "/")
}

func (c call) with(name, value string) call {
	c.params = c.params.with(name, value)
	return c
}

func (c call) without(name string) call {
	c.params = c.params.without(name)
	return c
}

func (c call) as(h header) call {
	merged := maps.Clone(c.header)
	if merged == nil {
		merged = header{}
	}
	for name, value := range h {
		if name == "Cookie" && merged[name] != "" && value != "" {
			value = merged[name] + "; " + value
		}
		merged[name] = value
	}
	c.header = merged
	return c
}

func (c call) String() string { return c.method + " " + c.path }

// request makes the HTTP request of a call.
func (b *bed) request(c call) *http.Request {
	b.t.Helper()
	target, body := c.path, c.body
	if c.params != nil && (c.method == http.MethodGet || c.method == http.MethodHead) {
		target += "?" + queryString(c.params)
	} else if c.params != nil {
		body = jsonObject(c.params)
	}
	r := httptest.NewRequest(c.method, target, strings.NewReader(body))
	r.Host = "api.example.com"
	r.RemoteAddr = "203.0.113.7:4711"
	r.Header.Set("X-Appwrite-Project", b.project.ID)
	r.Header.Set("X-Appwrite-Key", b.key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		if value == "" {
			r.Header.Del(name)
		} else {
			r.Header.Set(name, value)
		}
	}
	return r
}

// jsonObject writes parameters as one JSON object.
func jsonObject(p params) string {
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fields = append(fields, strconv.Quote(name)+":"+p[name])
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// queryString writes parameters as SDKs do: lists with indexes, everything
// else as text.
func queryString(p params) string {
	values := url.Values{}
	for name, source := range p {
		var items []json.RawMessage
		if json.Unmarshal([]byte(source), &items) != nil {
			values.Set(name, plain(source))
		}
		for i, item := range items {
			values.Set(fmt.Sprintf("%s[%d]", name, i), plain(string(item)))
		}
	}
	return values.Encode()
}
