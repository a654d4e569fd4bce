package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

// crew is a project with users that differ in whatever can be asked for.
func crew(t testing.TB, s *Store) {
	t.Helper()
	ada, bob, cem := named("Ada", "Ada Lovelace"), named("bob", "Bób % of_all \\ things"), named("cem", "çem")
	ada.Email, ada.Phone, ada.Labels = "ada@analytical.example", "+442079460000", []string{"vip", "beta"}
	ada.EmailVerified, ada.Impersonator, ada.AccessedAt = true, true, roster.TimeOf(day)
	bob.Email, bob.Labels = "bob_x@analytical.example", []string{"beta"}
	bob.Enabled, bob.PasswordUpdatedAt = false, roster.TimeOf(day)+1
	cem.Phone, cem.PhoneVerified, cem.Labels = "+905321112233", true, []string{"vip"}
	create(t, s, home, ada, bob, cem, person("dee"))
	stranger := named("Ada", "Ada Lovelace")
	stranger.Email, stranger.Phone, stranger.Labels = "ada@analytical.example", "+442079460000", []string{"vip"}
	create(t, s, other, stranger)
}

func TestFilters(t *testing.T) {
	const moment, later = "2026-03-04T08:15:30.123+00:00", "2026-03-04T08:15:30.124+00:00"
	cases := []struct {
		query string
		want  string
	}{
		{q("equal", "name", "Ada Lovelace"), "Ada"},
		{q("equal", "name", "ada lovelace"), ""},
		{q("equal", "name", "Ada Lovelace", "çem", "nobody"), "Ada cem"},
		{q("equal", "name", ""), "dee"},
		{q("equal", "$id", "Ada"), "Ada"},
		{q("equal", "$id", "ada"), ""},
		{q("equal", "$id", "Ada", "BOB", "cem"), "Ada cem"},
		{q("equal", "email", "ada@analytical.example"), "Ada"},
		{q("equal", "phone", "+905321112233"), "cem"},
		{q("equal", "status", false), "bob"},
		{q("equal", "status", true, false), "Ada bob cem dee"},
		{q("equal", "emailVerification", true), "Ada"},
		{q("equal", "phoneVerification", true), "cem"},
		{q("equal", "impersonator", true), "Ada"},
		{q("equal", "accessedAt", moment), "Ada"},
		{q("equal", "passwordUpdate", later), "bob"},
		{q("equal", "$sequence", 1), ""},
		{q("greaterThan", "$sequence", 1), "Ada bob cem dee"},
		{q("notEqual", "email", "ada@analytical.example"), "bob"}, // null rows do not match
		{q("notEqual", "name", "çem"), "Ada bob dee"},
		{q("notEqual", "accessedAt", later), "Ada"},
		{q("lessThan", "email", "b"), "Ada"},
		{q("lessThanEqual", "email", "bob_x@analytical.example"), "Ada bob"},
		{q("greaterThan", "name", "Z"), "cem"},
		{q("greaterThanEqual", "$id", "bob"), "bob cem dee"},
		{q("lessThan", "status", true), "bob"},
		{q("between", "$id", "bob", "cem"), "bob cem"},
		{q("notBetween", "$id", "bob", "cem"), "Ada dee"},
		{q("notBetween", "email", "a", "b"), "bob"},
		{q("between", "accessedAt", moment, later), "Ada"},
		{q("notBetween", "accessedAt", later, later), "Ada"},
		{q("isNull", "email"), "cem dee"},
		{q("isNotNull", "email"), "Ada bob"},
		{q("isNull", "accessedAt"), "bob cem dee"},
		{q("isNull", "name"), ""},
		{q("isNotNull", "labels"), "Ada bob cem dee"},
		{q("startsWith", "name", "aDA l"), "Ada"},
		{q("startsWith", "name", "bÓB"), "bob"},
		{q("startsWith", "name", "Lovelace"), ""},
		{q("notStartsWith", "name", "ada"), "bob cem dee"},
		{q("notStartsWith", "email", "ada"), "bob"},
		{q("endsWith", "name", "LACE"), "Ada"},
		{q("endsWith", "email", ".example"), "Ada bob"},
		{q("notEndsWith", "name", "lace"), "bob cem dee"},
		{q("contains", "name", "LOVE"), "Ada"},
		{q("contains", "name", "ÇE"), "cem"},
		{q("contains", "name", "c"), "Ada"}, // ç is another letter
		{q("contains", "name", ""), "Ada bob cem dee"},
		{q("contains", "email", ""), "Ada bob"},
		{q("containsAny", "name", "love", "çem"), "Ada cem"},
		{q("containsAll", "name", "love", "ada"), "Ada"},
		{q("containsAll", "name", "love", "çem"), ""},
		{q("notContains", "name", "love", "çem"), "bob dee"},
		{q("notContains", "email", "ada"), "bob"},
		{q("contains", "phone", "5321"), "cem"},
		{q("contains", "$id", "AD"), "Ada"},
		{q("contains", "labels", "vip"), "Ada cem"},
		{q("contains", "labels", "vi"), ""},
		{q("contains", "labels", "VIP"), ""},
		{q("containsAny", "labels", "vip", "beta"), "Ada bob cem"},
		{q("containsAll", "labels", "vip", "beta"), "Ada"},
		{q("notContains", "labels", "vip"), "bob dee"},
		{q("notContains", "labels", "vip", "beta"), "dee"},
		{q("contains", "name", "%"), "bob"},
		{q("contains", "name", "_"), "bob"},
		{q("contains", "name", `\`), "bob"},
		{q("contains", "name", `\ t`), "bob"},
		{q("contains", "name", "%_"), ""},
		{q("startsWith", "name", "%"), ""},
		{q("startsWith", "name", "____"), ""},
		{q("endsWith", "name", `\`), ""},
		{q("startsWith", "email", "bob_"), "bob"},
		{q("contains", "email", "b_x"), "bob"},
		{q("notContains", "name", "%"), "Ada cem dee"},
		{q("contains", "name", `' or 1 = 1 --`), ""},
		{q("equal", "name", `") or (1 = 1`), ""},
		{q("or", "", object("equal", "status", false), object("contains", "labels", "vip")), "Ada bob cem"},
		{q("and", "", object("contains", "labels", "beta"), object("contains", "labels", "vip")), "Ada"},
		{q("or", "", object("isNull", "email"), object("and", "", object("equal", "status", true), object("contains", "labels", "beta"))), "Ada cem dee"},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		crew(t, s)
		for _, c := range cases {
			if got := strings.Join(found(t, s, home, asked(t, query.Users, c.query)), " "); got != c.want {
				t.Errorf("%s finds %q, want %q", c.query, got, c.want)
			}
		}
	})
}

func TestFiltersAllHold(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		crew(t, s)
		page := asked(t, query.Users, q("contains", "labels", "vip"), q("isNotNull", "phone"), q("startsWith", "name", "ada"))
		wantEqual(t, []string{"Ada"}, found(t, s, home, page))
		page.Search = "lovelace"
		wantEqual(t, []string{"Ada"}, found(t, s, home, page))
		page.Search = "çem"
		wantEqual(t, []string{}, found(t, s, home, page))
	})
}

func TestFullTextMethodsAreRefusedWithTheWayOut(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, line := range []string{q("search", "name", "ada"), q("notSearch", "email", "ada"), q("or", "", object("search", "name", "x"), object("isNull", "name"))} {
			page := asked(t, query.Users, line)
			_, err := s.Users(t.Context(), home, page)
			_, errOfCount := s.CountUsers(t.Context(), home, page)
			for _, err := range []error{err, errOfCount} {
				if err == nil || !roster.ErrQuery.Is(err) || !strings.Contains(err.Error(), "parameter search") {
					t.Errorf("%s: the error is %v", line, err)
				}
			}
		}
	})
}

// The pattern is matched in full even where only its first trigrams are looked
// up.
func TestLongPatternsAreMatchedToTheirEnd(t *testing.T) {
	alphabet := ""
	for r := 'a'; r <= 'z'; r++ {
		alphabet += string(r) + string(r+1) + "-"
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, named("whole", alphabet), named("half", alphabet[:len(alphabet)-2]+"?!"))
		wantEqual(t, []string{"whole"}, found(t, s, home, asked(t, query.Users, q("contains", "name", alphabet))))
		wantEqual(t, []string{"whole", "half"}, found(t, s, home, asked(t, query.Users, q("contains", "name", alphabet[:60]))))
		for _, text := range []string{strings.Repeat("x", 4000), strings.Repeat("ü", 4000), strings.Repeat("_", 4000), strings.Repeat("😀", 4000)} {
			for _, method := range []string{"contains", "startsWith", "endsWith", "equal", "notContains"} {
				want := []string{}
				if method == "notContains" {
					want = []string{"whole", "half"}
				}
				wantEqual(t, want, found(t, s, home, asked(t, query.Users, q(method, "name", text))))
			}
		}
	})
}

func skipUnderRace(t *testing.T) {
	if underRace {
		t.Skip("takes a minute under the race detector and has nothing to race with")
	}
}

// most are as many different values as one filter takes, among them one.
func most(one string) []any {
	values := make([]any, query.MaxValues)
	for i := range values {
		values[i] = fmt.Sprintf("z%02x", i)
	}
	values[len(values)-1] = one
	return values
}

func TestFilterTakesAsManyValuesAsTheQueryLanguage(t *testing.T) {
	skipUnderRace(t)
	eachEngine(t, func(t *testing.T, s *Store) {
		crew(t, s)
		all := slices.Repeat([]any{"Lov"}, query.MaxValues)
		for _, c := range []struct {
			query string
			want  []string
		}{
			{q("equal", "$id", most("Ada")...), []string{"Ada"}},
			{q("equal", "email", most("ada@analytical.example")...), []string{"Ada"}},
			{q("contains", "name", most("love")...), []string{"Ada"}},
			{q("contains", "labels", most("beta")...), []string{"Ada", "bob"}},
			{q("containsAll", "name", all...), []string{"Ada"}},
			{q("containsAll", "name", most("love")...), []string{}},
			{q("containsAll", "labels", slices.Repeat([]any{"vip"}, query.MaxValues)...), []string{"Ada", "cem"}},
			{q("notContains", "name", most("love")...), []string{"bob", "cem", "dee"}},
			{q("notContains", "labels", most("vip")...), []string{"bob", "dee"}},
		} {
			wantEqual(t, c.want, found(t, s, home, asked(t, query.Users, c.query)))
		}
	})
}

// SQLite takes 1000 levels of an expression, and a chain of and is as deep as
// it is long.
func TestDeepestNestingWithTheMostValuesIsAnswered(t *testing.T) {
	skipUnderRace(t)
	deepest := func(method string, values []any) map[string]any {
		nested := object(method, "name", values...)
		for level := range query.MaxDepth {
			word := []string{"or", "and"}[level%2]
			nested = object(word, "", nested, object("isNotNull", "name"))
		}
		for { // fill the element up to its length
			longer := object("and", "", append(slices.Clone(nested["values"].([]any)), object("isNotNull", "name"))...)
			longer["method"] = nested["method"]
			if len(q("and", "", longer, longer)) > 2*query.MaxLength {
				return nested
			}
			nested = longer
		}
	}
	methods := []string{"containsAll", "containsAny", "notContains"}
	line := func(o map[string]any) string { return q(o["method"].(string), "", o["values"].([]any)...) }
	eachEngine(t, func(t *testing.T, s *Store) {
		crew(t, s)
		for _, method := range methods {
			first := line(deepest(method, slices.Repeat([]any{"Lov"}, query.MaxValues)))
			queries := append([]string{first}, slices.Repeat([]string{q("isNotNull", "name")}, query.MaxQueries-1)...)
			page := asked(t, query.Users, queries...)
			if _, err := s.Users(t.Context(), home, page); err != nil {
				t.Errorf("%s: %v", method, err)
			}
			if _, err := s.CountUsers(t.Context(), home, page); err != nil {
				t.Errorf("%s, counted: %v", method, err)
			}
		}
	})
}

// Each value of $id is two of the 32766 parameters that SQLite takes.
func TestMostValuesOfAllFiltersTogetherAreAnswered(t *testing.T) {
	skipUnderRace(t)
	eachEngine(t, func(t *testing.T, s *Store) {
		crew(t, s)
		filter := q("equal", "$id", most("Ada")...)
		page := asked(t, query.Users, slices.Repeat([]string{filter}, query.MaxTotalValues/query.MaxValues)...)
		wantEqual(t, []string{"Ada"}, found(t, s, home, page))
	})
}
