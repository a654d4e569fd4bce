package query_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/query"
)

// parse reads queries of the users list that must be right.
func parse(t *testing.T, wire ...string) query.Query {
	t.Helper()
	q, err := query.Parse(wire, query.Users)
	if err != nil {
		t.Fatalf("Parse(%q): %v", wire, err)
	}
	return q
}

// wireOf writes a query as a client would that means the same.
func wireOf(q query.Query) []string {
	wire := []string{
		fmt.Sprintf(`{"method":"limit","values":[%d]}`, q.Limit),
		fmt.Sprintf(`{"method":"offset","values":[%d]}`, q.Offset),
	}
	if q.Cursor != nil {
		method := "cursorAfter"
		if q.Cursor.Before {
			method = "cursorBefore"
		}
		wire = append(wire, encode(map[string]any{"method": method, "values": []any{q.Cursor.ID}}))
	}
	for _, o := range q.Orders {
		method := "orderAsc"
		if o.Desc {
			method = "orderDesc"
		}
		if o.Random {
			method = "orderRandom"
		}
		wire = append(wire, encode(map[string]any{"method": method, "attribute": o.Attribute.Name}))
	}
	for _, f := range q.Filters {
		wire = append(wire, encode(object(f)))
	}
	return wire
}

func object(f query.Filter) map[string]any {
	values := make([]any, 0, len(f.Values)+len(f.Filters))
	for _, v := range f.Values {
		if ms, ok := v.(int64); ok && f.Attribute.Type == query.Datetime {
			v = time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z07:00")
		}
		values = append(values, v)
	}
	for _, inner := range f.Filters {
		values = append(values, object(inner))
	}
	return map[string]any{"method": f.Method, "attribute": f.Attribute.Name, "values": values}
}

func encode(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func refuses(t *testing.T, schema query.Schema, want string, wire ...string) {
	t.Helper()
	q, err := query.Parse(wire, schema)
	if err == nil {
		t.Fatalf("Parse(%.200q) gives %+v, want an error", wire, q)
	}
	if err.Error() != want {
		t.Errorf("Parse(%.200q)\n got: %s\nwant: %s", wire, err, want)
	}
}
