package query_test

import (
	"testing"

	"roster/internal/query"
)

func BenchmarkParseOfThreeQueries(b *testing.B) {
	wire := []string{
		`{"method":"equal","attribute":"status","values":[true]}`,
		`{"method":"orderDesc","attribute":"registration"}`,
		`{"method":"limit","values":[50]}`,
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.Parse(wire, query.Users); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOfFiveHundredValues(b *testing.B) {
	wire := []string{wireFilter("equal", "$id", `"a1b2"`, 500)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.Parse(wire, query.Users); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromLegacy(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.FromLegacy(`equal("name", ["Mira", "Ada"])`); err != nil {
			b.Fatal(err)
		}
	}
}
