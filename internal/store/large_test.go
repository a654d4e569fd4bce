package store

import (
	"regexp"
	"strings"
	"testing"

	"roster/internal/people"
	"roster/internal/query"
)

// What a page looks at does not grow with the list: pages of tables and indexes
// are counted, since times depend on the machine. Whoever reads or sorts all
// users looks at thousands.
func TestPagesOfLongListsLookAtFewPages(t *testing.T) {
	if underRace {
		t.Skip("it counts pages, and takes long to load")
	}
	crowd := people.Of(3000, 8)
	s := loaded(t, Options{Dir: migratedDir(t)}, crowd)
	const page, total = 350, 40
	for _, a := range query.Users.Attributes {
		if a.Name == "labels" {
			continue
		}
		for _, method := range []string{"orderAsc", "orderDesc"} {
			wantPages(t, s, page, false, "", q(method, a.Name))
			far := asked(t, query.Users, q(method, a.Name), q("offset", "", 1700), q("limit", "", 1))
			cursor := found(t, s, home, far)[0]
			u, err := s.User(t.Context(), home, cursor)
			if err != nil {
				t.Fatal(err)
			}
			if attributeOf(u, a.Name) != nil {
				wantPages(t, s, page, false, "", q(method, a.Name), q("cursorAfter", "", cursor))
			}
		}
	}
	for _, filter := range []string{
		q("contains", "labels", "vip"), q("equal", "status", false), q("isNull", "accessedAt"), q("endsWith", "email", "@labs.example"), q("contains", "name", "ann"), q("contains", "name", "李"),
	} {
		wantPages(t, s, page, false, "", filter)
		wantPages(t, s, total, true, "", filter)
	}
	for _, search := range []string{"ma", "maria", "label:vip", "weber anna"} {
		wantPages(t, s, page, false, search)
		wantPages(t, s, total, true, search)
	}
}

// What drives a list gives numbers, of each of which one row is looked up, also
// behind a cursor or behind those who have been looked at before.
func TestRowsOfADrivenListAreFoundByNumber(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		crew(t, s)
		for _, driver := range []string{q("contains", "name", "mar"), q("contains", "name", "ma"), q("contains", "labels", "vip")} {
			for _, filter := range []string{q("equal", "status", false), q("equal", "emailVerification", true), q("isNotNull", "email")} {
				for _, cursor := range []string{q("cursorAfter", "", "Ada"), q("cursorBefore", "", "dee"), q("limit", "", 3)} {
					s.lists.close()
					plans := plansOf(t, s, func() error {
						_, err := s.Users(t.Context(), home, asked(t, query.Users, driver, filter, cursor))
						return err
					})
					for _, plan := range plans {
						if all := ofAll.FindString(plan); all != "" && strings.Contains(plan, "SCAN page") {
							t.Errorf("%s and %s, %s: %s", driver, filter, cursor, all)
						}
					}
				}
			}
		}
	})
}

// ofAll is a search in all rows of users that are not taken in their order.
var ofAll = regexp.MustCompile(`(?m)^SEARCH users USING INDEX \S+ \(project=\?( AND seq[<>]\?)?\)$`)

// wantPages wants a page, or a total, to look at no more than most pages.
func wantPages(t *testing.T, s *Store, most int64, total bool, search string, queries ...string) {
	t.Helper()
	page, trace := asked(t, query.Users, queries...), &Trace{}
	page.Search = search
	ctx := Traced(t.Context(), trace)
	_, err := s.Users(ctx, home, page)
	if total {
		trace.Statements = nil
		_, err = s.CountUsers(ctx, home, page)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range trace.Statements {
		cost, err := s.Explain(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		if cost.Pages > most {
			t.Errorf("%v %q looks at %d pages:\n%s", queries, search, cost.Pages, cost.Plan)
		}
	}
}
