package store

import (
	"slices"
	"testing"

	"roster/internal/people"
	"roster/internal/query"
)

// Whether users are looked at ahead of the index, and how many, changes how long
// a page takes and nothing else.
func TestPagesOfPrefixesInTwentyThousandAreThoseOfTheIndexAlone(t *testing.T) {
	if underRace {
		t.Skip("there is nothing to race, and it takes long to load")
	}
	crowd := people.Of(20_000, 5)
	s := loaded(t, Options{Dir: migratedDir(t)}, crowd)
	weighing, plain := s.engine, *s.engine
	plain.pages = nil
	ahead, all := 0, 0
	for _, search := range []string{
		"m", "ma", "com", "example", "maria com", "labs example", "c com", "66", "67", "68", "6", "garcia m", "label", "1", `"maria" c`, "com maria",
		crowd.Person(7).Email, crowd.Person(11_999).Email, "nobody com", "com nobody",
	} {
		for _, page := range pagesOfMany(crowd, search) {
			known, err := s.find(t.Context(), users, home, page, order(page.Orders))
			wantError(t, nil, err)
			if known.spread.looksAtAll() {
				all++
			} else if known.spread.looksAt(page.Limit+page.Offset) > 0 {
				ahead++
			}
			got, gotTotal := answers(t, s, page)
			s.engine = &plain
			want, wantTotal := answers(t, s, page)
			s.engine = weighing
			if !slices.Equal(want, got) || wantTotal != gotTotal {
				t.Errorf("%q with %+v lists %d users of %d, %v, want %d of %d, %v", search, page.Query, len(got), gotTotal, got, len(want), wantTotal, want)
			}
		}
	}
	if ahead == 0 || all == 0 {
		t.Errorf("users were looked at ahead of the index %d times, all of them %d times", ahead, all)
	}
}

func answers(t *testing.T, s *Store, page Page) (ids []string, total int64) {
	t.Helper()
	list, err := s.Users(t.Context(), home, page)
	wantError(t, nil, err)
	total, err = s.CountUsers(t.Context(), home, page)
	wantError(t, nil, err)
	return idsOfUsers(list), total
}

// pagesOfMany are pages of many kinds, in both directions.
func pagesOfMany(crowd people.Crowd, search string) (pages []Page) {
	cursors := []*query.Cursor{nil}
	for _, i := range []int64{5_000, 12_000, 19_990} {
		id := crowd.Person(i).ID
		cursors = append(cursors, &query.Cursor{ID: id}, &query.Cursor{ID: id, Before: true})
	}
	backwards := []query.Order{{Attribute: bySeq, Desc: true}}
	byName := []query.Order{{Attribute: query.Attribute{Name: "name", Type: query.String}}}
	for _, cursor := range cursors {
		for _, orders := range [][]query.Order{nil, backwards, byName} {
			for _, limit := range []int64{1, 100} {
				pages = append(pages, Page{Search: search, Query: query.Query{Limit: limit, Offset: limit / 3, Orders: orders, Cursor: cursor}})
			}
		}
	}
	return pages
}
