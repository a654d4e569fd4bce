package store

import (
	"fmt"
	"testing"

	"roster"
	"roster/internal/query"
)

// addTeams creates teams with the names, whose ids are t0, t1, ….
func addTeams(t *testing.T, s *Store, names ...string) {
	t.Helper()
	for i, name := range names {
		write(t, s, func(tx Tx) error {
			return tx.CreateTeam(home, &roster.Team{ID: fmt.Sprint("t", i), Name: name, CreatedAt: tx.Now, UpdatedAt: tx.Now})
		})
	}
}

func join(t *testing.T, s *Store, team, user string, confirmed bool) {
	t.Helper()
	write(t, s, func(tx Tx) error {
		return tx.CreateMembership(home, &roster.Membership{ID: team + "-" + user, TeamID: team, UserID: user, Confirmed: confirmed, Roles: []string{"x"}})
	})
}

// teamIDs lists the ids of a page and wants it to agree with the total.
func teamIDs(t *testing.T, s *Store, page Page) []string {
	t.Helper()
	list, err := s.Teams(t.Context(), home, page)
	wantError(t, nil, err)
	ids := []string{}
	for _, team := range list {
		ids = append(ids, team.ID)
	}
	if total, err := s.CountTeams(t.Context(), home, page); err != nil || page.Cursor == nil && int(total) != len(ids) {
		t.Errorf("the total is %d of %q, error %v", total, ids, err)
	}
	return ids
}

func TestATeamIsKeptAsItIs(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := roster.Team{ID: "Team.A", Name: "Ünïcode 小明", CreatedAt: 1, UpdatedAt: 2}
		write(t, s, func(tx Tx) error { return tx.CreateTeam(home, &want) })
		got, err := s.Team(t.Context(), home, "Team.A")
		wantError(t, nil, err)
		wantEqual(t, want, got)
		for _, id := range []string{"team.a", "Team.B", ""} {
			_, err := s.Team(t.Context(), home, id)
			wantError(t, roster.ErrTeamNotFound, err)
		}
		_, err = s.Team(t.Context(), other, "Team.A")
		wantError(t, roster.ErrTeamNotFound, err)

		want.Name, want.UpdatedAt = "Renamed", 3
		write(t, s, func(tx Tx) error { return tx.RenameTeam(home, &want) })
		got, err = s.Team(t.Context(), home, "Team.A")
		wantError(t, nil, err)
		wantEqual(t, want, got)
		wantEqual(t, []string{"Team.A"}, teamIDs(t, s, asked(t, query.Teams, q("contains", "name", "NAMED"))))
		wantEqual(t, []string{}, teamIDs(t, s, asked(t, query.Teams, q("contains", "name", "code"))))
	})
}

func TestTeamIDsDifferByMoreThanCase(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTeams(t, s, "first")
		for id, want := range map[string]error{"t0": roster.ErrTeamExists, "T0": roster.ErrTeamExists, "t00": nil} {
			wantError(t, want, s.Write(t.Context(), func(tx Tx) error { return tx.CreateTeam(home, &roster.Team{ID: id}) }))
		}
		wantError(t, nil, s.Write(t.Context(), func(tx Tx) error { return tx.CreateTeam(other, &roster.Team{ID: "t0"}) }))
	})
}

func TestListOfTeamsIsFilteredOrderedAndSearched(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTeams(t, s, "Blue", "ÄRZTE", "red_1", "blue", "100%")
		write(t, s, func(tx Tx) error { return tx.CreateTeam(other, &roster.Team{ID: "foreign", Name: "Blue"}) })
		for _, user := range []string{"a", "b", "c"} {
			join(t, s, "t0", user, true)
			join(t, s, "t2", user, user == "a")
		}
		for _, c := range []struct {
			query, search string
			want          []string
		}{
			{q("limit", "", 25), "", []string{"t0", "t1", "t2", "t3", "t4"}},
			{q("equal", "name", "Blue"), "", []string{"t0"}},
			{q("contains", "name", "BLUE"), "", []string{"t0", "t3"}},
			{q("contains", "name", "ärz"), "", []string{"t1"}},
			{q("startsWith", "name", "RED_"), "", []string{"t2"}},
			{q("notEndsWith", "name", "e"), "", []string{"t2", "t4"}},
			{q("equal", "total", 3), "", []string{"t0"}},
			{q("equal", "total", 0), "", []string{"t1", "t3", "t4"}},
			{q("greaterThan", "total", 0), "", []string{"t0", "t2"}},
			{q("between", "total", 1, 2), "", []string{"t2"}},
			{q("equal", "$id", "t1", "T2", "foreign"), "", []string{"t1"}},
			{q("orderDesc", "total"), "", []string{"t0", "t2", "t1", "t3", "t4"}},
			{q("orderAsc", "name"), "", []string{"t4", "t0", "t3", "t2", "t1"}},
			{q("orderDesc", "$createdAt"), "", []string{"t4", "t3", "t2", "t1", "t0"}},
			{q("cursorAfter", "", "t2"), "", []string{"t3", "t4"}},
			{q("cursorBefore", "", "t2"), "", []string{"t0", "t1"}},
			{q("limit", "", 25), "LUE", []string{"t0", "t3"}},
			{q("limit", "", 25), "ÄRZ", []string{"t1"}},
			{q("limit", "", 25), "T3", []string{"t3"}},
			{q("limit", "", 25), "0%", []string{"t4"}},
			{q("limit", "", 25), "red 1", []string{}},
			{q("limit", "", 25), ">", []string{}},
			{q("equal", "total", 3), "blue", []string{"t0"}},
		} {
			page := asked(t, query.Teams, c.query)
			page.Search = c.search
			if got := teamIDs(t, s, page); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s with the search %q: %q, want %q", c.query, c.search, got, c.want)
			}
		}
	})
}

func TestATeamIsAUsersOnceTheUserHasConfirmed(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTeams(t, s, "a", "b", "c")
		join(t, s, "t0", "ada", true)
		join(t, s, "t1", "ada", false)
		join(t, s, "t2", "bob", true)
		join(t, s, "gone", "ada", true)
		page := asked(t, query.Teams)
		for user, want := range map[string][]string{"ada": {"t0"}, "bob": {"t2"}, "Ada": {}, "nobody": {}} {
			page.UserID = user
			wantEqual(t, want, teamIDs(t, s, page))
			for _, id := range []string{"t0", "t1", "t2", "T0", "gone"} {
				team, err := s.TeamOf(t.Context(), home, id, user)
				if id == fmt.Sprint(append(want, "")[0]) {
					wantError(t, nil, err)
					wantEqual(t, int64(1), team.Total)
				} else {
					wantError(t, roster.ErrTeamNotFound, err)
				}
			}
		}
	})
}

func TestATeamsTotalIsThatOfItsConfirmedMembers(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTeams(t, s, "a", "b")
		total := func(want ...int64) {
			t.Helper()
			for i, n := range want {
				team, err := s.Team(t.Context(), home, fmt.Sprint("t", i))
				wantError(t, nil, err)
				wantEqual(t, n, team.Total)
			}
		}
		change := func(id string, edit func(*roster.Membership)) {
			t.Helper()
			write(t, s, func(tx Tx) error {
				before, err := tx.Membership(home, id)
				if err != nil {
					return err
				}
				m := before
				edit(&m)
				return tx.UpdateMembership(home, &before, &m)
			})
		}
		create(t, s, home, person("ada"), person("bob"))
		join(t, s, "t0", "ada", true)
		join(t, s, "t0", "bob", false)
		join(t, s, "t1", "ada", true)
		total(1, 1)
		change("t0-bob", func(m *roster.Membership) { m.Confirmed = true })
		total(2, 1)
		change("t0-bob", func(m *roster.Membership) { m.Roles = nil })
		total(2, 1)
		change("t0-bob", func(m *roster.Membership) { m.Confirmed = false })
		total(1, 1)
		remove(t, s, "bob")
		total(1, 1)
		remove(t, s, "ada")
		total(0, 0)
	})
}

func TestADeletedTeamLeavesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addTeams(t, s, "kept")
		join(t, s, "t0", "ada", true)
		write(t, s, func(tx Tx) error {
			return tx.CreateMembership(other, &roster.Membership{ID: "theirs", TeamID: "gone", UserID: "ada", Confirmed: true, Roles: []string{"x"}})
		})
		before := dump(t, s)
		team := roster.Team{ID: "gone"}
		write(t, s, func(tx Tx) error { return tx.CreateTeam(home, &team) })
		join(t, s, "gone", "ada", true)
		join(t, s, "gone", "bob", false)
		write(t, s, func(tx Tx) error { return tx.DeleteTeam(home, &team) })
		wantEqual(t, before, dump(t, s))
	})
}
