package store

import (
	"testing"

	"roster"
	"roster/internal/query"
)

// league puts two users into three teams, of which one has no row.
func league(t *testing.T, s *Store) []roster.Membership {
	t.Helper()
	list := []roster.Membership{
		{ID: "M1", UserID: "ada", TeamID: "Red", TeamName: "Reds", CreatedAt: 1, UpdatedAt: 2, InvitedAt: 3, JoinedAt: 4, Confirmed: true, Roles: []string{"owner", `a "b"`}},
		{ID: "M2", UserID: "ada", TeamID: "blue", TeamName: "Blues", CreatedAt: 1, UpdatedAt: 2, InvitedAt: 3, Roles: []string{"a", "b"}},
		{ID: "M3", UserID: "ada", TeamID: "gone", CreatedAt: 1, UpdatedAt: 2, Roles: []string{}},
		{ID: "M4", UserID: "bob", TeamID: "Red", TeamName: "Reds", Roles: []string{"owner"}},
	}
	write(t, s, func(tx Tx) error {
		for _, team := range []roster.Team{{ID: "Red", Name: "Reds"}, {ID: "blue", Name: "Blues"}} {
			if err := tx.CreateTeam(home, &team); err != nil {
				return err
			}
		}
		for i := range list {
			if err := tx.CreateMembership(home, &list[i]); err != nil {
				return err
			}
		}
		return tx.CreateTeam(other, &roster.Team{ID: "gone", Name: "of another project"})
	})
	return list
}

func TestMembershipsAreListedWithTheirTeams(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		list := league(t, s)
		page := asked(t, query.Memberships)
		page.UserID = "ada"
		got, err := s.Memberships(t.Context(), home, page)
		wantError(t, nil, err)
		wantEqual(t, list[:3], got)
	})
}

func TestListOfMembershipsIsFilteredAndSearched(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		league(t, s)
		for _, c := range []struct {
			query, search string
			want          []string
		}{
			{query: q("equal", "teamId", "blue"), want: []string{"M2"}},
			{query: q("equal", "confirm", true), want: []string{"M1"}},
			{query: q("isNull", "joined"), want: []string{"M2", "M3"}},
			{query: q("contains", "roles", "owner"), want: []string{"M1"}},
			{query: q("contains", "roles", `b"`), want: []string{}},
			{query: q("contains", "roles", "a"), want: []string{"M2"}},
			{query: q("containsAll", "roles", "a", "b"), want: []string{"M2"}},
			{query: q("notContains", "roles", "a", "owner"), want: []string{"M3"}},
			{query: q("equal", "userId", "bob"), want: []string{}},
			{query: q("orderDesc", "joined"), want: []string{"M1", "M2", "M3"}},
			{query: q("orderDesc", ""), want: []string{"M3", "M2", "M1"}},
			{query: q("orderRandom", ""), search: "RED", want: []string{"M1"}},
			{query: q("cursorAfter", "", "M1"), want: []string{"M2", "M3"}},
			{query: q("limit", "", 25), search: "blu", want: []string{"M2"}},
			{query: q("limit", "", 25), search: "%", want: []string{}},
			{query: q("limit", "", 25), search: "m3", want: []string{"M3"}},
		} {
			page := asked(t, query.Memberships, c.query)
			page.UserID, page.Search = "ada", c.search
			list, err := s.Memberships(t.Context(), home, page)
			wantError(t, nil, err)
			ids := []string{}
			for _, m := range list {
				ids = append(ids, m.ID)
			}
			if total, err := s.CountMemberships(t.Context(), home, page); err != nil || page.Cursor == nil && int(total) != len(ids) {
				t.Errorf("%s: the total is %d, error %v", c.query, total, err)
			}
			wantEqual(t, c.want, ids)
		}
	})
}
