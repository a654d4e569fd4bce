package query_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roster/internal/query"
)

// expressible draws a query of the users list that the legacy syntax can say.
func expressible(t *rapid.T) query.Query {
	q := query.Query{
		Limit:  rapid.Int64Min(1).Draw(t, "limit"),
		Offset: rapid.Int64Min(0).Draw(t, "offset"),
	}
	if rapid.Bool().Draw(t, "has cursor") {
		id := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,35}`).Draw(t, "id")
		q.Cursor = &query.Cursor{ID: id, Before: rapid.Bool().Draw(t, "before")}
	}
	for _, a := range rapid.SliceOfNDistinct(rapid.SampledFrom(query.Users.Attributes), 0, 4, rapid.ID).Draw(t, "orders") {
		q.Orders = append(q.Orders, query.Order{Attribute: a, Desc: rapid.Bool().Draw(t, "desc")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "filters") {
		q.Filters = append(q.Filters, filter(t))
	}
	return q
}

func filter(t *rapid.T) query.Filter {
	a := rapid.SampledFrom(query.Users.Attributes).Draw(t, "attribute")
	m := rapid.SampledFrom(methods).Filter(func(m method) bool {
		return slices.Contains(m.types, a.Type) && !slices.Contains(notLegacy, m.method)
	}).Draw(t, "method")
	f := query.Filter{Method: query.Method(m.method), Attribute: a}
	if m.min > 0 {
		f.Values = rapid.SliceOfN(valueOf(a.Type), m.min, min(m.max, 5)).Draw(t, "values")
	}
	return f
}

// notLegacy are the methods that came after the legacy syntax.
var notLegacy = []string{
	"notBetween", "notStartsWith", "notEndsWith", "containsAny", "containsAll", "notContains", "notSearch",
}

func valueOf(typ query.Type) *rapid.Generator[any] {
	switch typ {
	case query.Boolean:
		return rapid.Bool().AsAny()
	case query.Datetime:
		return rapid.Int64Range(-62167219200000, 253402300799999).AsAny() // the years 0000 to 9999
	case query.Integer:
		return rapid.Int64Range(1, 1<<31-1).AsAny()
	default:
		plain := rapid.StringN(0, 30, -1).Filter(func(s string) bool { return !strings.Contains(s, "\x00") })
		return rapid.OneOf(plain, rapid.StringMatching(`[a\\"',\[\]() ]{0,20}`)).AsAny()
	}
}

// legacyOf writes what wireOf writes in the legacy syntax.
func legacyOf(t *rapid.T, q query.Query) []string {
	lines := []string{fmt.Sprintf("limit(%d)", q.Limit), fmt.Sprintf("offset(%d)", q.Offset)}
	if c := q.Cursor; c != nil {
		lines = append(lines, map[bool]string{false: "cursorAfter", true: "cursorBefore"}[c.Before]+"("+quote(t, c.ID)+")")
	}
	for _, o := range q.Orders {
		lines = append(lines, map[bool]string{false: "orderAsc", true: "orderDesc"}[o.Desc]+"("+quote(t, o.Attribute.Name)+")")
	}
	for _, f := range q.Filters {
		arguments := []string{quote(t, f.Attribute.Name)}
		if values := legacyValues(t, object(f)["values"].([]any)); len(values) > 0 {
			arguments = append(arguments, spread(t, values)...)
		}
		lines = append(lines, string(f.Method)+"("+strings.Join(arguments, blank(t))+")")
	}
	return lines
}

func blank(t *rapid.T) string { return rapid.SampledFrom([]string{",", ", ", " ,\n"}).Draw(t, "comma") }

func spread(t *rapid.T, values []string) []string {
	if rapid.Bool().Draw(t, "list") {
		return []string{"[" + strings.Join(values, blank(t)) + "]"}
	}
	return values
}

func legacyValues(t *rapid.T, values []any) []string {
	var out []string
	for _, v := range values {
		switch v := v.(type) {
		case string:
			out = append(out, quote(t, v))
		case bool:
			out = append(out, strconv.FormatBool(v))
		case int64:
			out = append(out, strconv.FormatInt(v, 10))
		}
	}
	return out
}

func quote(t *rapid.T, s string) string {
	q := rapid.SampledFrom([]string{`"`, `'`}).Draw(t, "quote")
	return q + strings.NewReplacer(`\`, `\\`, q, `\`+q).Replace(s) + q
}

func TestLegacyAndWireFormSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := expressible(t)
		fromWire, err := query.Parse(wireOf(want), query.Users)
		if err != nil {
			t.Fatalf("wire form %q: %v", wireOf(want), err)
		}
		var converted []string
		for _, text := range legacyOf(t, want) {
			wire, err := query.FromLegacy(text)
			if err != nil {
				t.Fatalf("legacy form %q: %v", text, err)
			}
			converted = append(converted, wire)
		}
		fromLegacy, err := query.Parse(converted, query.Users)
		if err != nil {
			t.Fatalf("converted form %q: %v", converted, err)
		}
		if diff := cmp.Diff(want, fromWire); diff != "" {
			t.Fatalf("wire form %q reads differently (-want +got):\n%s", wireOf(want), diff)
		}
		if diff := cmp.Diff(want, fromLegacy); diff != "" {
			t.Fatalf("legacy form %q reads differently (-want +got):\n%s", converted, diff)
		}
	})
}
