package query_test

import (
	"strings"
	"testing"

	"roster/internal/query"
)

func TestNoQueriesMeanTheFirstTwentyFive(t *testing.T) {
	for _, schema := range []query.Schema{query.Users, query.Identities, query.Targets, query.Teams, query.Memberships, query.Logs} {
		q, err := query.Parse(nil, schema)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "query", q, query.Query{Limit: 25})
	}
}

func TestLimitAndOffsetTakeIntegersAndNumericStrings(t *testing.T) {
	tests := []struct {
		wire          string
		limit, offset int64
	}{
		{`{"method":"limit","values":[1]}`, 1, 0},
		{`{"method":"limit","values":["40"]}`, 40, 0},
		{`{"method":"limit","values":[" 40 "]}`, 40, 0},
		{`{"method":"limit","values":["\t\n\r\u000b\f40\f"]}`, 40, 0},
		{`{"method":"limit","values":[9223372036854775807]}`, 1<<63 - 1, 0},
		{`{"method":"limit","attribute":"ignored","values":[7]}`, 7, 0},
		{`{"method":"offset","values":[0]}`, 25, 0},
		{`{"method":"offset","values":[12]}`, 25, 12},
		{`{"method":"offset","values":["12"]}`, 25, 12},
		{`{"method":"offset","values":[9223372036854775807]}`, 25, 1<<63 - 1},
	}
	for _, test := range tests {
		equal(t, test.wire, parse(t, test.wire), query.Query{Limit: test.limit, Offset: test.offset})
	}
}

func TestLimitsBelowOneAreRefused(t *testing.T) {
	for _, values := range []string{
		`[0]`, `[-1]`, `["0"]`, `[1.0]`, `[1.5]`, `[1e2]`, `["1e2"]`, `["1.0"]`, `[""]`, `["a"]`, `[true]`, `[null]`, `[[1]]`,
		`[9223372036854775808]`, `[99999999999999999999999999]`, `["9223372036854775808"]`, `[]`, `[1,2]`, `["1_0"]`, `["0x10"]`,
	} {
		refuses(t, query.Users, "query 1: limit takes one integer of at least 1", `{"method":"limit","values":`+values+`}`)
	}
	refuses(t, query.Users, "query 1: limit takes one integer of at least 1", `{"method":"limit"}`)
}

func TestOffsetsBelowZeroAreRefused(t *testing.T) {
	for _, values := range []string{`[-1]`, `["-1"]`, `[0.0]`, `[9223372036854775808]`, `[-9223372036854775809]`, `[null]`, `[]`, `[0,0]`} {
		refuses(t, query.Users, "query 1: offset takes one integer of at least 0", `{"method":"offset","values":`+values+`}`)
	}
}

func TestFirstLimitOffsetAndCursorWin(t *testing.T) {
	got := parse(t,
		`{"method":"limit","values":[3]}`, `{"method":"limit","values":[4]}`,
		`{"method":"offset","values":[0]}`, `{"method":"offset","values":[5]}`,
		`{"method":"cursorBefore","values":["ada"]}`, `{"method":"cursorAfter","values":["bob"]}`,
	)
	equal(t, "query", got, query.Query{Limit: 3, Offset: 0, Cursor: &query.Cursor{ID: "ada", Before: true}})
}

func TestLaterLimitIsCheckedAlthoughItDoesNotCount(t *testing.T) {
	refuses(t, query.Users, "query 2: limit takes one integer of at least 1",
		`{"method":"limit","values":[3]}`, `{"method":"limit","values":[0]}`)
}

func TestCursorIsAnID(t *testing.T) {
	longest := strings.Repeat("a", 36)
	equal(t, "cursor", parse(t, `{"method":"cursorAfter","values":["`+longest+`"]}`).Cursor, &query.Cursor{ID: longest})
	const rule = " takes one id: 1 to 36 of A-Z a-z 0-9 . _ - beginning with a letter or digit"
	for _, values := range []string{`[]`, `[""]`, `["` + longest + `a"]`, `["_a"]`, `["a b"]`, `["ä"]`, `[5]`, `[null]`, `[{"$id":"a"}]`, `["a","b"]`} {
		refuses(t, query.Users, "query 1: cursorAfter"+rule, `{"method":"cursorAfter","values":`+values+`}`)
		refuses(t, query.Users, "query 1: cursorBefore"+rule, `{"method":"cursorBefore","values":`+values+`}`)
	}
}

func TestOrdersKeepTheirSequence(t *testing.T) {
	got := parse(t,
		`{"method":"orderDesc","attribute":"registration"}`,
		`{"method":"orderAsc","attribute":"name","values":[]}`,
		`{"method":"orderRandom"}`,
		`{"method":"orderDesc","attribute":""}`,
	)
	equal(t, "orders", got.Orders, []query.Order{
		{Attribute: query.Attribute{Name: "registration", Type: query.Datetime}, Desc: true},
		{Attribute: query.Attribute{Name: "name", Type: query.String}},
		{Random: true},
		{Attribute: query.Attribute{Name: "$sequence", Type: query.Integer}, Desc: true},
	})
}

func TestOrderWithoutAttributeIsBySequence(t *testing.T) {
	for _, wire := range []string{
		`{"method":"orderAsc"}`, `{"method":"orderAsc","attribute":""}`, `{"method":"orderAsc","attribute":null}`,
	} {
		equal(t, wire, parse(t, wire).Orders, []query.Order{{Attribute: query.Attribute{Name: "$sequence", Type: query.Integer}}})
	}
}

func TestAttributeThatComesAgainDoesNotOrderAgain(t *testing.T) {
	got := parse(t,
		`{"method":"orderAsc","attribute":"name"}`, `{"method":"orderRandom"}`,
		`{"method":"orderDesc","attribute":"name"}`, `{"method":"orderRandom"}`,
	)
	equal(t, "orders", got.Orders, []query.Order{
		{Attribute: query.Attribute{Name: "name", Type: query.String}}, {Random: true},
	})
}

func TestOnlyAttributesOfTheListOrderIt(t *testing.T) {
	refuses(t, query.Targets,
		`query 1: orderDesc on "name": the attribute must be one of userId, providerId, identifier, providerType, $id, $createdAt, $updatedAt, $sequence`,
		`{"method":"orderDesc","attribute":"name"}`)
}

func TestLogsTakeOnlyLimitAndOffset(t *testing.T) {
	q, err := query.Parse([]string{`{"method":"limit","values":[5]}`, `{"method":"offset","values":[6]}`}, query.Logs)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "query", q, query.Query{Limit: 5, Offset: 6})
	for _, method := range []string{"equal", "and", "orderAsc", "orderRandom", "cursorAfter", "select", "nonsense"} {
		refuses(t, query.Logs, `query 1: this list takes only limit and offset, not "`+method+`"`,
			`{"method":"`+method+`","attribute":"$id","values":["a"]}`)
	}
}

func TestAtMostAHundredQueriesAreTaken(t *testing.T) {
	wire := make([]string, 101)
	for i := range wire {
		wire[i] = `{"method":"isNull","attribute":"name"}`
	}
	if q := parse(t, wire[:100]...); len(q.Filters) != 100 {
		t.Errorf("%d filters, want 100", len(q.Filters))
	}
	refuses(t, query.Users, "there must be at most 100 queries, and there are 101", wire...)
}

func TestQueryHasAtMost4096CodePoints(t *testing.T) {
	filled := func(n int) string {
		const frame = `{"method":"equal","attribute":"name","values":[""]}`
		return strings.Replace(frame, `""`, `"`+strings.Repeat("ä", n-len(frame))+`"`, 1)
	}
	parse(t, filled(4096))
	refuses(t, query.Users, "query 1: must have at most 4096 characters, and has 4097", filled(4097))
}

func TestEveryListHasItsAttributes(t *testing.T) {
	common := map[string]query.Type{
		"$id": query.String, "$createdAt": query.Datetime, "$updatedAt": query.Datetime, "$sequence": query.Integer,
	}
	tests := []struct {
		list   string
		schema query.Schema
		own    map[string]query.Type
	}{
		{"users", query.Users, map[string]query.Type{
			"name": query.String, "email": query.String, "phone": query.String, "status": query.Boolean,
			"passwordUpdate": query.Datetime, "registration": query.Datetime, "emailVerification": query.Boolean,
			"phoneVerification": query.Boolean, "labels": query.StringArray, "impersonator": query.Boolean,
			"accessedAt": query.Datetime,
		}},
		{"identities", query.Identities, map[string]query.Type{
			"userId": query.String, "provider": query.String, "providerUid": query.String,
			"providerEmail": query.String, "providerAccessTokenExpiry": query.Datetime,
		}},
		{"targets", query.Targets, map[string]query.Type{
			"userId": query.String, "providerId": query.String, "identifier": query.String, "providerType": query.String,
		}},
		{"teams", query.Teams, map[string]query.Type{"name": query.String, "total": query.Number}},
		{"memberships", query.Memberships, map[string]query.Type{
			"userId": query.String, "teamId": query.String, "invited": query.Datetime, "joined": query.Datetime,
			"confirm": query.Boolean, "roles": query.StringArray,
		}},
	}
	for _, test := range tests {
		want := test.own
		for name, typ := range common {
			want[name] = typ
		}
		got := map[string]query.Type{}
		for _, a := range test.schema.Attributes {
			got[a.Name] = a.Type
		}
		equal(t, test.list, got, want)
	}
}
