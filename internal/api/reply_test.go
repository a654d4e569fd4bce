package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"roster"
)

// reply is an answered request.
type reply struct {
	b      *bed
	asked  string
	status int
	header http.Header
	body   string
	value  any // the body, decoded
}

// send makes the call and notes what the endpoint did. Whatever is refused
// records nothing; what succeeds records at most one event, besides
// those of what it has made on the way.
func (b *bed) send(c call) *reply {
	b.t.Helper()
	return b.serve(b.request(c), c.String())
}

func (b *bed) serve(r *http.Request, asked string) *reply {
	b.t.Helper()
	served, failure := false, error(nil)
	b.api.Observe = func(e Endpoint, err error) {
		served, failure, b.served = true, err, e
		seen.request(e, err, r.Context().Err() != nil)
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	events := b.recorded()
	switch {
	case !served && len(events) > 0:
		b.t.Errorf("%s recorded %q without an endpoint", asked, events)
	case failure != nil && len(events) > 0:
		b.t.Errorf("%s recorded %q and was refused: %v", asked, events, failure)
	case len(events) > 1 && !partOf(events, b.served.madeOnTheWay()):
		b.t.Errorf("%s recorded %q, want one event at most, or of %q", asked, events, b.served.madeOnTheWay())
	}
	for _, e := range events {
		seen.event(b.served, e)
	}
	got := &reply{b: b, asked: asked, status: w.Code, header: w.Result().Header, body: w.Body.String()}
	if served {
		got.wellFormed()
	}
	return got
}

// partOf reports whether all has the words in their order, and maybe others.
func partOf(words, all []string) bool {
	for _, word := range words {
		i := slices.Index(all, word)
		if i < 0 {
			return false
		}
		all = all[i+1:]
	}
	return true
}

// madeOnTheWay are the events of a call that makes what it needs.
func (e Endpoint) madeOnTheWay() (suffixes []string) {
	for _, also := range e.Also {
		suffixes = append(suffixes, also.Suffix)
	}
	if e.Event != nil {
		suffixes = append(suffixes, e.Event.Suffix)
	}
	return suffixes
}

// wellFormed wants what is true of every answer of an endpoint (contract
// section 1.6).
func (r *reply) wellFormed() {
	r.b.t.Helper()
	kind := r.header.Get("Content-Type")
	switch {
	case r.header.Get("Server") != "Appwrite" || r.header.Get("X-Content-Type-Options") != "nosniff":
		r.b.t.Errorf("%s has the headers %v", r.asked, r.header)
	case r.status >= http.StatusBadRequest != (r.header.Get("Cache-Control") == "no-cache, no-store, must-revalidate" && r.header.Get("Expires") == "0" && r.header.Get("Pragma") == "no-cache"):
		r.b.t.Errorf("%s = %d, to be cached or not: %v", r.asked, r.status, r.header)
	case r.status == http.StatusNoContent && (r.body != "" || kind != ""):
		r.b.t.Errorf("%s = 204 with the body %q of type %q", r.asked, r.body, kind)
	case kind == pictureType:
		if r.status != http.StatusOK || !strings.HasPrefix(r.body, "\x89PNG\r\n") {
			r.b.t.Errorf("%s = %d with a picture that is none", r.asked, r.status)
		}
	case kind == "text/plain; charset=UTF-8":
		if r.status != http.StatusOK || json.Valid([]byte(r.body)) {
			r.b.t.Errorf("%s = %d with the text %q", r.asked, r.status, r.body)
		}
	case r.status == http.StatusMovedPermanently:
		if r.body != "" || kind != "" || r.header.Get("Location") == "" {
			r.b.t.Errorf("%s = %d to %q with the body %q of type %q", r.asked, r.status, r.header.Get("Location"), r.body, kind)
		}
	case kind == webPage{}.media():
		if r.status != http.StatusOK || !strings.HasPrefix(r.body, "<!doctype html>") {
			r.b.t.Errorf("%s = %d with the page %q", r.asked, r.status, r.body)
		}
	case r.status != http.StatusNoContent && (!json.Valid([]byte(r.body)) || r.body[0] != '{' || kind != "application/json; charset=UTF-8"):
		r.b.t.Errorf("%s = %d with the body %q of type %q", r.asked, r.status, r.body, kind)
	}
}

const pictureType = "image/png"

// recorded returns the events since the last call.
func (b *bed) recorded() (events []string) {
	b.t.Helper()
	rows, err := b.events.Query(*b.last)
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var suffix string
		b.must(rows.Scan(b.last, &suffix))
		events = append(events, suffix)
	}
	b.must(rows.Err())
	return events
}

// answers sends the call and wants the status.
func (b *bed) answers(c call, status int) *reply {
	b.t.Helper()
	r := b.send(c)
	if r.status != status {
		b.t.Fatalf("%s = %d %s, want %d", c, r.status, r.body, status)
	}
	return r
}

// refuses sends the call and wants the error, whole and in its form.
func (b *bed) refuses(c call, want *roster.Error) *reply {
	b.t.Helper()
	r := b.send(c)
	r.refused(want)
	return r
}

func (r *reply) refused(want *roster.Error) {
	r.b.t.Helper()
	if r.status != want.Status || r.text("type") != want.Type {
		r.b.t.Fatalf("%s = %d %s, want %d %s", r.asked, r.status, r.body, want.Status, want.Type)
	}
	if r.text("code") != strconv.Itoa(want.Status) || r.text("message") == "" || r.text("version") != roster.ContractVersion {
		r.b.t.Errorf("%s = %s, which is not the form of an error", r.asked, r.body)
	}
}

// blames wants a refused parameter that the message names.
func (b *bed) blames(c call, param string) {
	b.t.Helper()
	r := b.refuses(c, roster.ErrArgument)
	message := r.text("message")
	if !strings.HasPrefix(message, "Parameter "+param+" ") && !strings.HasPrefix(message, param+": ") {
		b.t.Errorf("%s says %q, want one about %s", c, message, param)
	}
}

// at returns what stands in the body at a path such as users.0.$id, or nil.
func (r *reply) at(path string) any {
	r.b.t.Helper()
	return within(r.decoded(), path)
}

func (r *reply) decoded() any {
	r.b.t.Helper()
	if r.value == nil {
		d := json.NewDecoder(strings.NewReader(r.body))
		d.UseNumber()
		if err := d.Decode(&r.value); err != nil {
			r.b.t.Fatalf("%s = %q, which is not JSON: %v", r.asked, r.body, err)
		}
	}
	return r.value
}

// within steps along a path into a decoded value.
func within(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// text returns what stands in the body at a path, as text.
func (r *reply) text(path string) string {
	r.b.t.Helper()
	v := r.at(path)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// is wants values in the body by path, written as fmt.Sprint does.
func (r *reply) is(want map[string]string) *reply {
	r.b.t.Helper()
	for path, value := range want {
		if got := r.text(path); got != value {
			r.b.t.Errorf("%s: %s = %q, want %q", r.asked, path, got, value)
		}
	}
	return r
}

// each returns the text at path of every item of a list.
func (r *reply) each(list, path string) []string {
	r.b.t.Helper()
	items, ok := r.at(list).([]any)
	if !ok {
		r.b.t.Fatalf("%s = %s has no list %s", r.asked, r.body, list)
	}
	values := make([]string, len(items))
	for i := range items {
		values[i] = r.text(fmt.Sprintf("%s.%d.%s", list, i, path))
	}
	return values
}

// lists wants a list of exactly the items with the ids, in that order, and
// their number as the total.
func (b *bed) lists(c call, key string, ids ...string) {
	b.t.Helper()
	r := b.answers(c, http.StatusOK)
	if got := r.each(key, "$id"); !slices.Equal(got, ids) {
		b.t.Errorf("%s %v = %q, want %q", c, c.params, got, ids)
	}
	if want := strconv.Itoa(len(ids)); r.text("total") != want {
		b.t.Errorf("%s %v: total = %s, want %s", c, c.params, r.text("total"), want)
	}
}
