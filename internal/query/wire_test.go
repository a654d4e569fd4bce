package query_test

import (
	"strings"
	"testing"

	"roster/internal/query"
)

func TestQueryIsOneJSONObject(t *testing.T) {
	for _, wire := range []string{
		``, ` `, `null`, `true`, `5`, `"limit"`, `[]`, `[{"method":"orderRandom"}]`, `{`, `{"method":"orderRandom"`,
		`{"method":"orderRandom"}x`, `{"method":"orderRandom"}{}`, `{"method":"orderRandom"} null`, `{"method":"orderRandom",}`,
		`{'method':'orderRandom'}`, "{\"method\":\"orderRandom\"}\u00a0", "\ufeff{\"method\":\"orderRandom\"}",
		`equal("name", ["Mira"])`, `{"method":"limit","values":[01]}`, `{"method":"limit","values":[+1]}`,
		"{\"method\":\"equal\",\"attribute\":\"name\",\"values\":[\"a\nb\"]}",
		strings.Repeat("[", 4096), strings.Repeat(`{"a":`, 800),
	} {
		refuses(t, query.Users, `query 1: must be one JSON object, such as {"method":"limit","values":[25]}`, wire)
	}
}

func TestBlanksAroundTheObjectAreIgnored(t *testing.T) {
	equal(t, "orders", parse(t, " \t\r\n{ \"method\" : \"orderRandom\" } \t\r\n").Orders, []query.Order{{Random: true}})
}

func TestUnknownKeysAreIgnored(t *testing.T) {
	want := parse(t, `{"method":"limit","values":[3]}`)
	for _, wire := range []string{
		`{"method":"limit","values":[3],"extra":{"a":[1]}}`,
		`{"method":"limit","values":[3],"Method":"offset","VALUES":[4]}`,
		`{"method":"limit","values":[3],"":0}`,
	} {
		equal(t, wire, parse(t, wire), want)
	}
}

func TestLastOfTwoEqualKeysCounts(t *testing.T) {
	equal(t, "query", parse(t, `{"method":"offset","values":[1,2],"values":[3],"method":"limit"}`), query.Query{Limit: 3})
}

func TestNullKeysAreAbsent(t *testing.T) {
	equal(t, "filters", parse(t, `{"method":"isNull","attribute":"name","values":null}`).Filters,
		parse(t, `{"method":"isNull","attribute":"name"}`).Filters)
	refuses(t, query.Users, "query 1: method is missing", `{"method":null}`)
}

func TestKeysHaveTheirTypes(t *testing.T) {
	tests := []struct{ wire, want string }{
		{`{}`, "method is missing"},
		{`{"method":""}`, "method is missing"},
		{`{"method":5}`, "method must be a string"},
		{`{"method":["equal"]}`, "method must be a string"},
		{`{"method":"equal","attribute":5}`, `attribute of "equal" must be a string`},
		{`{"method":"equal","attribute":["name"]}`, `attribute of "equal" must be a string`},
		{`{"method":"equal","attribute":"name","values":"a"}`, `values of "equal" must be an array`},
		{`{"method":"equal","attribute":"name","values":{"0":"a"}}`, `values of "equal" must be an array`},
		{`{"method":"limit","values":3}`, `values of "limit" must be an array`},
	}
	for _, test := range tests {
		refuses(t, query.Users, "query 1: "+test.want, test.wire)
	}
}

func TestInvalidUTF8IsRefused(t *testing.T) {
	for _, bad := range []string{"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80"} {
		refuses(t, query.Users, "query 1: must be valid UTF-8", `{"method":"equal","attribute":"name","values":["`+bad+`"]}`)
	}
}

func TestLoneSurrogatesAreRefused(t *testing.T) {
	for _, bad := range []string{`\ud800`, `\uDFFF`, `\ud83d\ud83d`, `\ude00\ud83d`, `\ud83dx`, `\ud83d\n`, `\ud83d\u0041`, `\\\ud800`, `\ud83d\\ude00`} {
		refuses(t, query.Users, `query 1: must not contain half of a surrogate pair (\ud800 to \udfff)`,
			`{"method":"equal","attribute":"name","values":["`+bad+`"]}`)
	}
}

func TestEscapesAreRead(t *testing.T) {
	for escaped, want := range map[string]string{
		`\ud83d\ude00`:   "😀",
		`\uD83D\uDE00x`:  "😀x",
		`\\ud800`:        `\ud800`,
		`\ufffd`:         "\ufffd",
		`\n\t\"\/\u0001`: "\n\t\"/\x01",
		"😀":              "😀",
	} {
		got := parse(t, `{"method":"equal","attribute":"name","values":["`+escaped+`"]}`).Filters[0].Values
		equal(t, escaped, got, []any{want})
	}
}

func TestUnknownNamesAreShortenedAndEscaped(t *testing.T) {
	tests := []struct{ method, want string }{
		{`\u001b[31m\u202e`, `"\x1b[31m\u202e"`},
		{strings.Repeat("a", 24), `"` + strings.Repeat("a", 24) + `"`},
		{strings.Repeat("a", 25), `"` + strings.Repeat("a", 24) + `..."`},
		{strings.Repeat("ä", 24), `"` + strings.Repeat(`\u00e4`, 24) + `"`},
		{strings.Repeat("ä", 3000), `"` + strings.Repeat(`\u00e4`, 24) + `..."`},
	}
	for _, test := range tests {
		refuses(t, query.Logs, "query 1: this list takes only limit and offset, not "+test.want, `{"method":"`+test.method+`"}`)
	}
}
