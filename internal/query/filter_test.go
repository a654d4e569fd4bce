package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"roster/internal/query"
)

// an attribute of each type, a value for it and what becomes of that.
var samples = []struct {
	attribute query.Attribute
	wire      string
	value     any
}{
	{query.Attribute{Name: "name", Type: query.String}, `"Mira"`, "Mira"},
	{query.Attribute{Name: "status", Type: query.Boolean}, `true`, true},
	{query.Attribute{Name: "registration", Type: query.Datetime}, `"1970-01-01T00:00:01Z"`, int64(1000)},
	{query.Attribute{Name: "$sequence", Type: query.Integer}, `7`, int64(7)},
	{query.Attribute{Name: "labels", Type: query.StringArray}, `"vip"`, "vip"},
}

type method struct {
	method   string
	min, max int
	types    []query.Type
}

// the methods of contract section 5.3.
var methods = []method{
	{"equal", 1, 500, scalars},
	{"notEqual", 1, 1, scalars},
	{"lessThan", 1, 1, scalars},
	{"lessThanEqual", 1, 1, scalars},
	{"greaterThan", 1, 1, scalars},
	{"greaterThanEqual", 1, 1, scalars},
	{"between", 2, 2, scalars},
	{"notBetween", 2, 2, scalars},
	{"startsWith", 1, 1, strs},
	{"notStartsWith", 1, 1, strs},
	{"endsWith", 1, 1, strs},
	{"notEndsWith", 1, 1, strs},
	{"contains", 1, 500, containers},
	{"containsAny", 1, 500, containers},
	{"containsAll", 1, 500, containers},
	{"notContains", 1, 500, containers},
	{"search", 1, 1, strs},
	{"notSearch", 1, 1, strs},
	{"isNull", 0, 500, all},
	{"isNotNull", 0, 500, all},
}

var (
	strs       = []query.Type{query.String}
	scalars    = []query.Type{query.String, query.Boolean, query.Datetime, query.Integer}
	containers = []query.Type{query.String, query.StringArray}
	all        = []query.Type{query.String, query.Boolean, query.Datetime, query.Integer, query.StringArray}
)

// wireFilter repeats value n times.
func wireFilter(method, attribute, value string, n int) string {
	values := strings.TrimSuffix(strings.Repeat(value+",", n), ",")
	return fmt.Sprintf(`{"method":"%s","attribute":"%s","values":[%s]}`, method, attribute, values)
}

func TestMethodsTakeTheTypesTheyAreFor(t *testing.T) {
	for _, m := range methods {
		for _, s := range samples {
			wire := wireFilter(m.method, s.attribute.Name, s.wire, m.min)
			q, err := query.Parse([]string{wire}, query.Users)
			if !slices.Contains(m.types, s.attribute.Type) {
				prefix := fmt.Sprintf("query 1: %s on %s is not possible: %s takes ", m.method, s.attribute.Name, s.attribute.Type)
				if err == nil || !strings.HasPrefix(err.Error(), prefix) {
					t.Errorf("%s: error %v, want %s...", wire, err, prefix)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", wire, err)
				continue
			}
			want := query.Filter{Method: query.Method(m.method), Attribute: s.attribute}
			for range m.min {
				want.Values = append(want.Values, s.value)
			}
			equal(t, wire, q.Filters, []query.Filter{want})
		}
	}
}

func TestMethodsTakeTheirNumberOfValues(t *testing.T) {
	for _, m := range methods {
		attribute := "name"
		if m.min > 0 {
			_, err := query.Parse([]string{wireFilter(m.method, attribute, `"a"`, m.min-1)}, query.Users)
			if want := fmt.Sprintf("and has %d", m.min-1); err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s with %d values: error %v", m.method, m.min-1, err)
			}
		}
		f := parse(t, wireFilter(m.method, attribute, `"a"`, m.max)).Filters[0]
		if m.min > 0 && len(f.Values) != m.max {
			t.Errorf("%s keeps %d values of %d", m.method, len(f.Values), m.max)
		}
		_, err := query.Parse([]string{wireFilter(m.method, attribute, `"a"`, m.max+1)}, query.Users)
		if want := fmt.Sprintf("and has %d", m.max+1); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s with %d values: error %v", m.method, m.max+1, err)
		}
	}
}

func TestValuesMustSuitTheAttribute(t *testing.T) {
	const (
		boolean  = "true or false, without quotes"
		datetime = `a date or time of ISO 8601, such as "2030-01-31" or "2030-01-31T23:59:59.000+00:00"`
		integer  = "an integer from 1 to 2147483647, without quotes"
	)
	tests := []struct{ attribute, want, values string }{
		{"name", "a string", `5 true null ["a"] {} 1.5`},
		{"name", "a string without NUL characters", `"a\u0000b"`},
		{"labels", "a string", `5 true null ["a"] {}`},
		{"labels", "a string without NUL characters", `"\u0000"`},
		{"status", boolean, `"true" 1 0 null "" [] {}`},
		{"registration", datetime, `"" null 0 1700000000 "now" "yesterday" "24-01-01" true`},
		{"$sequence", integer, `0 -1 2147483648 9223372036854775808 1e400 1.0 1e2 "1" null true 99999999999999999999`},
	}
	for _, test := range tests {
		for _, value := range strings.Fields(test.values) {
			refuses(t, query.Users,
				fmt.Sprintf("query 1: isNull on %s: value 1 must be %s", test.attribute, test.want),
				wireFilter("isNull", test.attribute, value, 1))
		}
	}
	for _, value := range []string{"1", "2147483647"} {
		parse(t, wireFilter("equal", "$sequence", value, 1))
	}
}

// A row's number begins with 1; a total may be none.
func TestNumbersMayBeZeroOrLess(t *testing.T) {
	total := query.Attribute{Name: "total", Type: query.Number}
	for wire, want := range map[string]int64{"0": 0, "-1": -1, "2147483647": 2147483647, "-2147483648": -2147483648} {
		q, err := query.Parse([]string{wireFilter("greaterThan", "total", wire, 1)}, query.Teams)
		if err != nil {
			t.Errorf("%s: %v", wire, err)
		}
		equal(t, wire, q.Filters, []query.Filter{{Method: query.GreaterThan, Attribute: total, Values: []any{want}}})
	}
	for _, wire := range []string{"2147483648", "-2147483649", "1.0", "1e2", `"1"`, "null", "true"} {
		refuses(t, query.Teams, "query 1: equal on total: value 1 must be an integer from -2147483648 to 2147483647, without quotes", wireFilter("equal", "total", wire, 1))
	}
	refuses(t, query.Teams, "query 1: contains on total is not possible: a number takes equal, notEqual, lessThan, lessThanEqual, "+
		"greaterThan, greaterThanEqual, between, notBetween, isNull, isNotNull", wireFilter("contains", "total", "1", 1))
}

func TestErrorNamesTheWrongValue(t *testing.T) {
	refuses(t, query.Users, "query 2: equal on name: value 3 must be a string",
		`{"method":"limit","values":[1]}`, `{"method":"equal","attribute":"name","values":["a","b",3]}`)
}

func TestErrorsDoNotRepeatValues(t *testing.T) {
	for _, wire := range []string{
		`{"method":"equal","attribute":"status","values":["hunter2"]}`,
		`{"method":"equal","attribute":"registration","values":["hunter2"]}`,
		`{"method":"between","attribute":"name","values":["hunter2"]}`,
		`{"method":"cursorAfter","values":["hunter2!"]}`,
		`{"method":"limit","values":["hunter2"]}`,
		`{"method":"select","values":["hunter2"]}`,
		`equal("password", ["hunter2"])`,
	} {
		_, err := query.Parse([]string{wire}, query.Users)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v", wire, err)
		}
	}
}

func TestArrayAttributesTakeOnlyMethodsOfArrays(t *testing.T) {
	refuses(t, query.Memberships,
		"query 1: equal on roles is not possible: an array of strings takes isNull, isNotNull, contains, containsAny, containsAll, notContains",
		`{"method":"equal","attribute":"roles","values":["owner"]}`)
}

func TestAttributesOfOtherListsAreUnknown(t *testing.T) {
	for _, attribute := range []string{"", "password", "labels", "Name", "$permissions", "name.first"} {
		_, err := query.Parse([]string{wireFilter("equal", attribute, `"a"`, 1)}, query.Identities)
		want := fmt.Sprintf("query 1: equal on %q: the attribute must be one of userId, provider, providerUid, providerEmail, "+
			"providerAccessTokenExpiry, $id, $createdAt, $updatedAt, $sequence", attribute)
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestMethodsOfOtherServicesAreRefused(t *testing.T) {
	for _, method := range []string{
		"select", "regex", "exists", "notExists", "elemMatch",
		"crosses", "notCrosses", "intersects", "notIntersects", "overlaps", "notOverlaps", "touches", "notTouches",
		"distanceEqual", "distanceNotEqual", "distanceGreaterThan", "distanceLessThan",
		"vectorDot", "vectorCosine", "vectorEuclidean",
	} {
		refuses(t, query.Users, "query 1: the method "+method+" is not available on this list", wireFilter(method, "name", `"a"`, 1))
	}
}

func TestUnknownMethodsAreRefused(t *testing.T) {
	for _, method := range []string{"createdAfter", "Equal", "orderasc", "equal ", "AND"} {
		refuses(t, query.Users, fmt.Sprintf("query 1: the method %q is unknown: there are equal, notEqual, lessThan, lessThanEqual, "+
			"greaterThan, greaterThanEqual, between, notBetween, isNull, isNotNull, startsWith, notStartsWith, endsWith, notEndsWith, "+
			"contains, containsAny, containsAll, notContains, search, notSearch, and, or, orderAsc, orderDesc, orderRandom, limit, offset, "+
			"cursorAfter, cursorBefore", method), wireFilter(method, "name", `"a"`, 1))
	}
}

func TestFiltersStandInsideAndOr(t *testing.T) {
	got := parse(t, `{"method":"or","attribute":"ignored","values":[
		{"method":"equal","attribute":"name","values":["Ada"]},
		{"method":"and","values":[
			{"method":"isNull","attribute":"email"},
			{"method":"contains","attribute":"labels","values":["vip"],"more":1}]}]}`)
	name := query.Attribute{Name: "name", Type: query.String}
	email := query.Attribute{Name: "email", Type: query.String}
	labels := query.Attribute{Name: "labels", Type: query.StringArray}
	equal(t, "filters", got.Filters, []query.Filter{{Method: query.Or, Filters: []query.Filter{
		{Method: query.Equal, Attribute: name, Values: []any{"Ada"}},
		{Method: query.And, Filters: []query.Filter{
			{Method: query.IsNull, Attribute: email},
			{Method: query.Contains, Attribute: labels, Values: []any{"vip"}},
		}},
	}}})
}

func TestAndOrRefuseWhatIsNoFilter(t *testing.T) {
	const fine = `{"method":"isNull","attribute":"name"}`
	tests := []struct{ values, want string }{
		{``, "and takes at least 2 queries as values, and has 0"},
		{fine, "and takes at least 2 queries as values, and has 1"},
		{fine + `,"text"`, `value 2 of and: must be one JSON object, such as {"method":"limit","values":[25]}`},
		{fine + `,null`, `value 2 of and: must be one JSON object, such as {"method":"limit","values":[25]}`},
		{fine + `,{}`, "value 2 of and: method is missing"},
		{fine + `,{"method":"limit","values":[1]}`, "value 2 of and: limit must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"offset","values":[1]}`, "value 2 of and: offset must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"orderAsc"}`, "value 2 of and: orderAsc must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"orderDesc"}`, "value 2 of and: orderDesc must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"orderRandom"}`, "value 2 of and: orderRandom must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"cursorAfter","values":["a"]}`, "value 2 of and: cursorAfter must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"cursorBefore","values":["a"]}`, "value 2 of and: cursorBefore must not stand inside and/or, which take only filters"},
		{fine + `,{"method":"select","values":["a"]}`, "value 2 of and: the method select is not available on this list"},
		{fine + `,{"method":"or","values":[` + fine + `]}`, "value 2 of and: or takes at least 2 queries as values, and has 1"},
		{`{"method":"equal","attribute":"name","values":[1]},` + fine, "value 1 of and: equal on name: value 1 must be a string"},
	}
	for _, test := range tests {
		refuses(t, query.Users, "query 1: "+test.want, `{"method":"and","values":[`+test.values+`]}`)
	}
}

func TestAndOrMayBeTenLevelsDeep(t *testing.T) {
	nested := `{"method":"isNull","attribute":"name"}`
	deepen := func() { nested = `{"method":"or","values":[{"method":"isNull","attribute":"name"},` + nested + `]}` }
	for range 10 {
		deepen()
	}
	parse(t, nested)
	deepen()
	_, err := query.Parse([]string{nested}, query.Users)
	if err == nil || !strings.HasSuffix(err.Error(), "or stands too deep: and/or may be 10 levels deep") {
		t.Errorf("error %v", err)
	}
}

func TestAllFiltersTogetherHaveAtMost5000Values(t *testing.T) {
	wire := slices.Repeat([]string{wireFilter("equal", "name", `"a"`, 500)}, 10)
	parse(t, wire...)
	nested := `{"method":"and","values":[{"method":"isNull","attribute":"email"},{"method":"equal","attribute":"name","values":["a"]}]}`
	refuses(t, query.Users, "query 11: value 2 of and: equal on name is too much: all filters together must have at most 5000 values",
		append(wire, nested)...)
}
