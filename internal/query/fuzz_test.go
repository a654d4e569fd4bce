package query_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"roster/internal/query"
)

// FuzzParse reads one query per line: what is accepted means the same when a
// client writes it again, and what is refused says so in a short, clean line.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"method":"equal","attribute":"name","values":["Mira"]}`,
		"{\"method\":\"limit\",\"values\":[25]}\n{\"method\":\"offset\",\"values\":[\"0\"]}\n{\"method\":\"cursorAfter\",\"values\":[\"ada\"]}",
		"{\"method\":\"orderDesc\",\"attribute\":\"$createdAt\"}\n{\"method\":\"orderRandom\"}",
		`{"method":"or","values":[{"method":"isNull","attribute":"email"},{"method":"contains","attribute":"labels","values":["a","b"]}]}`,
		`{"method":"between","attribute":"registration","values":["2024-02-29","2024-02-29T12:30:45.678 00:00"]}`,
		`{"method":"equal","attribute":"$sequence","values":[1,2147483647]}`,
		`{"method":"equal","attribute":"name","values":["\ud83d\ude00\ud800"]}`,
		`{"method":"select","values":["name"]}`,
		`equal("name", ["Mira"])`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		for _, schema := range []query.Schema{query.Users, query.Teams, query.Memberships, query.Logs} {
			q, err := query.Parse(strings.Split(lines, "\n"), schema)
			if err != nil {
				checkMessage(t, err)
				continue
			}
			checkRewritten(t, q, schema)
		}
	})
}

func checkMessage(t *testing.T, err error) {
	t.Helper()
	if s := err.Error(); len(s) > 1000 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("message is long or unprintable: %q", s)
	}
}

func checkRewritten(t *testing.T, q query.Query, schema query.Schema) {
	t.Helper()
	wire := wireOf(q)
	if len(wire) > query.MaxQueries {
		return // limit and offset were added
	}
	for _, w := range wire {
		if utf8.RuneCountInString(w) > query.MaxLength {
			return // datetimes were written out in full
		}
	}
	again, err := query.Parse(wire, schema)
	if err != nil {
		t.Fatalf("%q is refused: %v", wire, err)
	}
	if diff := cmp.Diff(q, again); diff != "" {
		t.Errorf("%q reads differently (-first +again):\n%s", wire, diff)
	}
}

func FuzzFromLegacy(f *testing.F) {
	for _, seed := range []string{
		`equal("name", ["Mira", 'it\'s'])`, `between("registration", "2024-01-01", "2025-01-01")`, `equal("status", true)`,
		`limit(25)`, `cursorAfter("ada")`, `orderDesc("")`, `isNull("email")`, `Query.equal("a", 1)`, `equal("a", [1.5e3, null, -0])`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		wire, err := query.FromLegacy(text)
		if err != nil {
			checkMessage(t, err)
			return
		}
		if !json.Valid([]byte(wire)) || !utf8.ValidString(wire) {
			t.Fatalf("%q became %q", text, wire)
		}
		if q, err := query.Parse([]string{wire}, query.Users); err != nil {
			checkMessage(t, err)
		} else {
			checkRewritten(t, q, query.Users)
		}
	})
}
