package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

// digits creates the users 0 to 9, of which odd ones have an email and are
// blocked, and whose names repeat.
func digits(t testing.TB, s *Store) {
	t.Helper()
	for i := range 10 {
		u := named(fmt.Sprint(i), []string{"b", "a", "c"}[i%3])
		if i%2 == 1 {
			u.Email, u.Enabled, u.AccessedAt = fmt.Sprintf("%d@x.example", 9-i), false, roster.TimeOf(day)+roster.Time(i%4)
		}
		create(t, s, home, u)
	}
}

func TestListIsOrderedByCreationUnlessAskedOtherwise(t *testing.T) {
	cases := []struct{ queries, want string }{
		{"", "0123456789"},
		{q("orderAsc", ""), "0123456789"},
		{q("orderDesc", ""), "9876543210"},
		{q("orderAsc", "name"), "1470369258"},  // ties by creation
		{q("orderDesc", "name"), "2580369147"}, // even after orderDesc
		{q("orderDesc", "$createdAt"), "9876543210"},
		{q("orderDesc", "$id"), "9876543210"},
		{q("orderAsc", "email"), "0246897531"}, // null first
		{q("orderDesc", "email"), "1357902468"},
		{q("orderAsc", "status") + "\n" + q("orderDesc", "name"), "5391728064"},
		{q("orderAsc", "status") + "\n" + q("orderDesc", "$id"), "9753186420"},
		{q("orderAsc", "accessedAt") + "\n" + q("orderDesc", "$sequence"), "8642095173"},
		{q("limit", "", 3), "012"},
		{q("limit", "", 3) + "\n" + q("offset", "", 8), "89"},
		{q("offset", "", 11), ""},
		{q("limit", "", math.MaxInt64) + "\n" + q("offset", "", 7), "789"},
		{q("offset", "", math.MaxInt64), ""},
		{q("cursorAfter", "", "7"), "89"},
		{q("cursorBefore", "", "2"), "01"},
		{q("cursorBefore", "", "5") + "\n" + q("limit", "", 2), "34"}, // nearest, in normal order
		{q("cursorAfter", "", "9"), ""},
		{q("cursorBefore", "", "0"), ""},
		{q("cursorAfter", "", "3") + "\n" + q("offset", "", 2) + "\n" + q("limit", "", 2), "67"},
		{q("cursorBefore", "", "8") + "\n" + q("offset", "", 2) + "\n" + q("limit", "", 2), "45"},
		{q("cursorAfter", "", "7") + "\n" + q("orderDesc", ""), "6543210"},
		{q("cursorAfter", "", "4") + "\n" + q("orderAsc", "name"), "70369258"},
		{q("cursorBefore", "", "4") + "\n" + q("orderAsc", "name"), "1"},
		{q("cursorAfter", "", "3") + "\n" + q("orderDesc", "name"), "69147"},
		{q("cursorBefore", "", "3") + "\n" + q("orderDesc", "name") + "\n" + q("limit", "", 2), "80"},
		{q("cursorAfter", "", "5") + "\n" + q("orderAsc", "email"), "31"},
		{q("cursorBefore", "", "5") + "\n" + q("orderAsc", "email"), "97"},      // null rows are beyond every cursor
		{q("cursorAfter", "", "4") + "\n" + q("equal", "status", false), "579"}, // the cursor's row need not match
		{q("cursorAfter", "", "6") + "\n" + q("orderDesc", "$createdAt"), "543210"},
		{q("cursorAfter", "", "4") + "\n" + q("orderAsc", "status") + "\n" + q("orderDesc", "name"), ""},
		{q("orderAsc", "name") + "\n" + q("orderDesc", "name"), "1470369258"}, // again decides nothing
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		for _, c := range cases {
			page := asked(t, query.Users, strings.FieldsFunc(c.queries, func(r rune) bool { return r == '\n' })...)
			if got := strings.Join(found(t, s, home, page), ""); got != c.want {
				t.Errorf("%s lists %s, want %s", c.queries, got, c.want)
			}
		}
	})
}

func TestEveryAttributeCanBeOrderedByAndPagedThrough(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, everything())
		for i := range 6 {
			u := everything()
			u.ID, u.Email, u.Phone = fmt.Sprint(i), fmt.Sprintf("%d@x.example", i), fmt.Sprintf("+44207946%04d", i+1)
			u.Labels, u.Enabled = u.Labels[i%2:], i%2 == 0
			create(t, s, home, u)
		}
		for _, a := range query.Users.Attributes {
			for _, method := range []string{"orderAsc", "orderDesc"} {
				all := found(t, s, home, asked(t, query.Users, q(method, a.Name)))
				var paged []string
				for cursor := ""; ; cursor = paged[len(paged)-1] {
					queries := []string{q(method, a.Name), q("limit", "", 2)}
					if cursor != "" {
						queries = append(queries, q("cursorAfter", "", cursor))
					}
					part := found(t, s, home, asked(t, query.Users, queries...))
					if paged = append(paged, part...); len(part) < 2 {
						break
					}
				}
				if !slices.Equal(all, paged) || len(all) != 7 {
					t.Errorf("%s of %s lists %v, and %v in pages", method, a.Name, all, paged)
				}
			}
		}
	})
}

func TestCursorThatCannotBeFollowedIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		create(t, s, other, person("x"))
		for _, c := range []struct {
			want    error
			queries []string
		}{
			{roster.ErrCursorNotFound, []string{q("cursorAfter", "", "x")}},
			{roster.ErrCursorNotFound, []string{q("cursorBefore", "", "nobody"), q("orderAsc", "email")}},
			{roster.ErrOrderNull, []string{q("cursorAfter", "", "2"), q("orderAsc", "email")}},
			{roster.ErrOrderNull, []string{q("cursorBefore", "", "2"), q("orderAsc", "name"), q("orderDesc", "accessedAt")}},
		} {
			page := asked(t, query.Users, c.queries...)
			_, err := s.Users(t.Context(), home, page)
			wantError(t, c.want, err)
			if n, err := s.CountUsers(t.Context(), home, page); n != 10 || err != nil {
				t.Errorf("the total is %d, error %v: it does not know the cursor", n, err)
			}
		}
	})
}

func TestRandomOrderKeepsTheUsersAndTheirTargets(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		for i := range 10 {
			addTargets(t, s, home, target(fmt.Sprint(i), fmt.Sprint("a", i), fmt.Sprint("a", i)), target(fmt.Sprint(i), fmt.Sprint("b", i), fmt.Sprint("b", i)))
		}
		orders := make(map[string]bool)
		for range 20 {
			users, err := s.Users(t.Context(), home, asked(t, query.Users, q("orderRandom", "")))
			wantError(t, nil, err)
			var ids []string
			for _, u := range users {
				ids = append(ids, u.ID)
				if len(u.Targets) != 2 || u.Targets[0].ID != "a"+u.ID || u.Targets[1].ID != "b"+u.ID {
					t.Errorf("user %s has the targets %v", u.ID, u.Targets)
				}
			}
			orders[strings.Join(ids, "")] = true
			slices.Sort(ids)
			wantEqual(t, "0123456789", strings.Join(ids, ""))
		}
		if len(orders) == 1 {
			t.Error("twenty times the same order")
		}
	})
}

// The rest of the order is by chance within a name, and the cursor counts for
// the name alone (contract section 5.4).
func TestCursorIgnoresTheRandomPartOfAnOrder(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		page := asked(t, query.Users, q("orderAsc", "name"), q("orderRandom", ""), q("cursorAfter", "", "9"))
		got := found(t, s, home, page)
		slices.Sort(got)
		wantEqual(t, []string{"2", "5", "8"}, got)
	})
}

func TestTotalCountsWhatMatchesWhateverThePage(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		for _, c := range []struct {
			queries []string
			search  string
			want    int64
		}{
			{nil, "", 10},
			{[]string{q("limit", "", 2), q("offset", "", 100), q("cursorAfter", "", "9"), q("orderDesc", "email")}, "", 10},
			{[]string{q("equal", "status", false), q("limit", "", 1)}, "", 5},
			{[]string{q("limit", "", 1)}, "example", 5},
			{[]string{q("equal", "status", true)}, "example", 0},
		} {
			page := asked(t, query.Users, c.queries...)
			page.Search = c.search
			n, err := s.CountUsers(t.Context(), home, page)
			wantError(t, nil, err)
			wantEqual(t, c.want, n)
		}
	})
}

func TestListWhoseCallerHasGoneIsGivenUp(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		digits(t, s)
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.Users(gone, home, asked(t, query.Users)); err == nil {
			t.Error("the list was read for nobody")
		}
		if _, err := s.Users(t.Context(), home, asked(t, query.Users)); err != nil {
			t.Errorf("the next list: %v", err)
		}
	})
}
