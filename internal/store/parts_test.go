package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

// texts that an index of trigrams could mistake for one another: repeated runs,
// names that end with what their address begins with, marks and characters that
// stand in for others, each also where a text is no longer than a trigram.
var mistakable = []string{
	"aaaa", "aaa", "aa", "a", "aab", "abcabc", "abcxabc", "abc", "bca", "ab ab", "a b", " ab", "ab ", "  ", "",
	"ada smith", "smith ada", "smithada", "smit", "Straße", "GROẞE", "İzmir", "ΝΊΚΟΣ", "Пётр", "محمد", "a🚀b", "🚀🚀🚀🚀", "👩‍🚀",
	"王小明", "王小", "王", "小王", "明王小明", "a王", "王a", "ab王小cd", "김철수", "がき", "王 小明",
	"\ue000", "\ue02d\ue080", "x\ue080x", "\ue080abc\ue081", "abc\ue081", "-", "---", "a-b", "a.b", "a_b", "a%b", `a\b`, `a\\b`, `'"`, `a"b"c`, `1nabc`, `" OR "`, "abc AND abd", "abc*",
	strings.Repeat("long", 32), strings.Repeat("ab", 40), strings.Repeat("ab", 33) + "c",
}

// patterns are parts of the texts, and what no text has.
func patterns() (all []string) {
	for _, text := range mistakable {
		runes := []rune(text)
		all = append(all, text)
		for _, n := range []int{1, 2, 3, 4} {
			if n < len(runes) {
				all = append(all, string(runes[:n]), string(runes[len(runes)-n:]), string(runes[1:min(n+1, len(runes))]))
			}
		}
	}
	return append(all, "abd", "王明", "\ue081", "\ue080ab", "hada", "smithada@", strings.Repeat("aaaa", 900), strings.Repeat("ab", 32), strings.Repeat("ab", 33), strings.Repeat("ab", 34))
}

func TestPartsOfTextsAreThoseThatTheTextsHave(t *testing.T) {
	methods := map[string]func(text, part string) bool{"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix}
	asking := make(map[string]bool)
	for _, part := range patterns() {
		asking[part] = true
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		var all []*roster.User
		for i, name := range mistakable {
			u := named("u"+strconv.Itoa(i), name)
			if i%2 == 0 { // the address begins with what the name ends with, and the number ends with it
				u.Email, u.Phone = "smith"+strconv.Itoa(i)+"@abc.example", "+3490"+strconv.Itoa(i)
			}
			all = append(all, u)
		}
		write(t, s, func(tx Tx) error {
			for _, u := range all {
				if err := tx.CreateUser(home, u); err != nil {
					return err
				}
			}
			return nil
		})
		for part := range asking {
			for method, has := range methods {
				want := 0
				for _, name := range mistakable {
					if has(strings.ToLower(name), strings.ToLower(part)) {
						want++
					}
				}
				page := asked(t, query.Users, q(method, "name", part), q("limit", "", 100))
				total, err := s.CountUsers(t.Context(), home, page)
				if listed := len(found(t, s, home, page)); listed != want || total != int64(want) || err != nil {
					t.Errorf("%s %q lists %d and counts %d, want %d, error %v", method, part, listed, total, want, err)
				}
			}
		}
	})
}

// neighbours are users whose texts would be others if they ran into each other.
func neighbours(t testing.TB, s *Store) {
	t.Helper()
	ada, bob := named("ada", "Ada Smith"), named("bob", "Bob Smi")
	ada.Email, ada.Phone = "adasmith@analytical.example", "+442079460000"
	bob.Email, bob.Phone = "thomas@x.example", "+905321112233"
	create(t, s, home, ada, bob, person("none"))
}

func TestPartsOfSeveralTextsAreCombined(t *testing.T) {
	smith, thomas := object("contains", "name", "smith"), object("contains", "email", "thomas")
	cases := []struct {
		want    string
		queries []string
	}{
		{"ada", []string{q("contains", "name", "smith")}},
		{"", []string{q("contains", "name", "smithada")}},
		{"", []string{q("contains", "name", "smithomas")}},
		{"", []string{q("contains", "email", "example+44")}},
		{"bob", []string{q("endsWith", "name", "smi")}},
		{"bob", []string{q("startsWith", "email", "th")}},
		{"", []string{q("startsWith", "name", "th")}},
		{"ada bob", []string{q("endsWith", "email", "le")}},
		{"bob", []string{q("endsWith", "email", "@x.example")}},
		{"ada", []string{q("startsWith", "phone", "+4")}},
		{"bob", []string{q("endsWith", "phone", "33"), q("startsWith", "phone", "+")}},
		{"bob", []string{q("containsAll", "name", "smi", "bob")}},
		{"", []string{q("containsAll", "name", "smith", "bob")}},
		{"ada bob", []string{q("containsAny", "name", "ada", "bob ")}},
		{"ada bob", []string{q("containsAny", "email", "x@", "x.", "smith@")}},
		{"ada", []string{q("containsAny", "name", "a", "ada")}},
		{"bob none", []string{q("notContains", "name", "smith", "xyz")}},
		{"", []string{q("notContains", "email", "smith", "thomas")}},
		{"bob", []string{q("notContains", "email", "adas")}},
		{"none", []string{q("notContains", "name", "smi")}},
		{"bob none", []string{q("notStartsWith", "name", "ad")}},
		{"ada", []string{q("notEndsWith", "email", "@x.example")}},
		{"none", []string{q("notContains", "name", "ad", "smi")}},
		{"ada", []string{q("contains", "name", "smith"), q("contains", "email", "smith"), q("startsWith", "phone", "+44"), q("containsAny", "name", "ada", "bob")}},
		{"", []string{q("contains", "name", "smith"), q("contains", "email", "thomas")}},
		{"ada", []string{q("contains", "name", "smith"), q("endsWith", "email", "@analytical.example")}},
		{"bob", []string{q("contains", "name", "smi"), q("notContains", "name", "smith")}},
		{"bob", []string{q("contains", "name", "smi"), q("equal", "email", "thomas@x.example"), q("contains", "phone", "532")}},
		{"ada bob", []string{q("or", "", object("startsWith", "name", "bo"), object("endsWith", "phone", "00"))}},
		{"ada bob", []string{q("or", "", smith, thomas)}},
		{"", []string{q("and", "", smith, thomas)}},
		{"bob", []string{q("and", "", object("contains", "name", "smi"), object("notContains", "name", "smith"))}},
		{"bob", []string{q("or", "", object("and", "", object("contains", "name", "smi"), thomas), object("contains", "name", "jones"))}},
		{"ada none", []string{q("or", "", object("isNull", "email"), smith)}},
		{"ada none", []string{q("or", "", smith, object("notContains", "name", "smi"))}},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		neighbours(t, s)
		for _, c := range cases {
			page := asked(t, query.Users, c.queries...)
			total, err := s.CountUsers(t.Context(), home, page)
			if got := strings.Join(found(t, s, home, page), " "); got != c.want || total != int64(len(strings.Fields(c.want))) || err != nil {
				t.Errorf("%v finds %q and counts %d, want %q, error %v", c.queries, got, total, c.want, err)
			}
			both := strings.Join(slices.DeleteFunc(strings.Fields(c.want), func(id string) bool { return id != "ada" }), " ")
			page.Search = "ada smith"
			if got := strings.Join(found(t, s, home, page), " "); got != both {
				t.Errorf("%v with a search finds %q, want %q", c.queries, got, both)
			}
		}
	})
}

// A question holds so many trigrams; the values are asked for in several.
func TestAnyOfManyPartsIsSeveralQuestions(t *testing.T) {
	values := []any{"bo"}
	for i := range 200 {
		values = append(values, fmt.Sprintf("nobody%03d", i))
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		neighbours(t, s)
		for want, line := range map[string]string{
			"ada bob": q("containsAny", "name", append(values, "smith")...),
			"ada":     q("containsAny", "email", append(values[1:], "adas")...),
			"none":    q("notContains", "name", append(values, "smith")...),
			"":        q("containsAll", "name", append(values, "smith")...),
		} {
			wantEqual(t, append([]string{}, strings.Fields(want)...), found(t, s, home, asked(t, query.Users, line)))
		}
	})
}

// Totals of parts of texts are counted in the index, or, if they are of those who
// have none, in the two that know who there is. Rows of users are not read.
func TestTotalsOfPartsReadNoRow(t *testing.T) {
	alone, left := []string{
		q("contains", "name", "smith"), q("startsWith", "name", "em"), q("startsWith", "name", "emma"), q("endsWith", "email", ".example"), q("startsWith", "phone", "+3490"),
		q("contains", "name", "an"), q("startsWith", "name", "e"), q("containsAny", "name", "smith", "jones"), q("containsAll", "name", "smith", "emma"),
		q("contains", "name", "王"), q("startsWith", "name", "王"), q("or", "", object("contains", "name", "smith"), object("endsWith", "email", "@x.example")),
		q("and", "", object("contains", "name", "smith"), object("startsWith", "phone", "+44")),
	}, []string{q("notContains", "name", "smith"), q("notStartsWith", "name", "em"), q("or", "", object("contains", "name", "smith"), object("notContains", "name", "an"))}
	onSQLite(t, func(t *testing.T, s *Store) {
		crew(t, s)
		plan := func(lines ...string) string {
			s.cache.close()
			s.lists.close()
			return strings.Join(plansOf(t, s, func() error {
				_, err := s.CountUsers(t.Context(), home, asked(t, query.Users, lines...))
				return err
			}), "\n--\n")
		}
		for _, line := range alone {
			if p := plan(line); p != "SCAN user_trigrams VIRTUAL TABLE INDEX 0:M1" {
				t.Errorf("%s is counted so:\n%s", line, p)
			}
		}
		if p := plan(alone...); p != "SCAN user_trigrams VIRTUAL TABLE INDEX 0:M1" {
			t.Errorf("all together are counted so:\n%s", p)
		}
		for _, line := range left {
			if p := plan(line); !strings.Contains(p, "user_trigrams VIRTUAL TABLE INDEX 0:M1") || !strings.Contains(p, "users USING COVERING INDEX") {
				t.Errorf("%s is counted so:\n%s", line, p)
			}
		}
	})
}
