package store

import (
	"fmt"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

// league puts two users, of whom one is only an id, into three teams, of which
// one has no row.
func league(t *testing.T, s *Store) []roster.Membership {
	t.Helper()
	ada := everything()
	ada.ID = "ada"
	create(t, s, home, ada)
	of := roster.Member{
		Name: ada.Name, Email: ada.Email, Phone: ada.Phone, EmailVerified: ada.EmailVerified, PhoneVerified: ada.PhoneVerified,
		MFA: ada.MFA, AccessedAt: ada.AccessedAt,
	}
	list := []roster.Membership{
		{ID: "M1", UserID: "ada", TeamID: "Red", TeamName: "Reds", CreatedAt: 1, UpdatedAt: 2, InvitedAt: 3, JoinedAt: 4, Confirmed: true, Roles: []string{"owner", `a "b"`}, Member: of},
		{ID: "M2", UserID: "ada", TeamID: "blue", TeamName: "Blues", CreatedAt: 1, UpdatedAt: 2, InvitedAt: 3, Roles: []string{"a", "b"}, Member: of},
		{ID: "M3", UserID: "ada", TeamID: "gone", CreatedAt: 1, UpdatedAt: 2, Roles: []string{}, Member: of},
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

func TestMembershipsAreListedWithTheirTeamsAndUsers(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		list := league(t, s)
		page := asked(t, query.Memberships)
		page.UserID = "ada"
		got, err := s.Memberships(t.Context(), home, page)
		wantError(t, nil, err)
		wantEqual(t, list[:3], got)
		page = asked(t, query.Memberships)
		page.TeamID = "Red"
		got, err = s.Memberships(t.Context(), home, page)
		wantError(t, nil, err)
		wantEqual(t, []roster.Membership{list[0], list[3]}, got)
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
			wantEqual(t, c.want, membershipIDs(t, s, page))
		}
	})
}

// membershipIDs lists the ids of a page and wants it to agree with the total.
func membershipIDs(t *testing.T, s *Store, page Page) []string {
	t.Helper()
	list, err := s.Memberships(t.Context(), home, page)
	wantError(t, nil, err)
	ids := []string{}
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	if total, err := s.CountMemberships(t.Context(), home, page); err != nil || page.Cursor == nil && int(total) != len(ids) {
		t.Errorf("the total is %d of %q, error %v", total, ids, err)
	}
	return ids
}

// Whoever may not know who is in a team cannot find out by asking.
func TestAViewersQueriesKnowNoOtherUser(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		league(t, s)
		for _, c := range []struct {
			query, search string
			ada, bob      []string // who asks
		}{
			{q("limit", "", 25), "", []string{"M1", "M4"}, []string{"M1", "M4"}},
			{q("equal", "userId", "bob"), "", []string{}, []string{"M4"}},
			{q("equal", "userId", "ada", "bob"), "", []string{"M1"}, []string{"M4"}},
			{q("notEqual", "userId", "bob"), "", []string{"M1"}, []string{}},
			{q("contains", "userId", "o"), "", []string{}, []string{"M4"}},
			{q("notContains", "userId", "o"), "", []string{"M1"}, []string{}},
			{q("startsWith", "userId", "b"), "", []string{}, []string{"M4"}},
			{q("lessThan", "userId", "c"), "", []string{"M1"}, []string{"M4"}},
			{q("between", "userId", "a", "c"), "", []string{"M1"}, []string{"M4"}},
			{q("isNull", "userId"), "", []string{"M4"}, []string{"M1"}},
			{either(q("equal", "userId", "bob"), q("equal", "$id", "none")), "", []string{}, []string{"M4"}},
			{q("contains", "roles", "owner"), "bob", []string{}, []string{"M4"}},
			{q("limit", "", 25), "red", []string{"M1", "M4"}, []string{"M1", "M4"}},
			{q("cursorAfter", "", "M1"), "", []string{"M4"}, []string{"M4"}},
		} {
			for viewer, want := range map[string][]string{"ada": c.ada, "bob": c.bob} {
				page := asked(t, query.Memberships, c.query)
				page.TeamID, page.Viewer, page.Search = "Red", viewer, c.search
				if got := membershipIDs(t, s, page); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s asks %s and searches %q: %q, want %q", viewer, c.query, c.search, got, want)
				}
			}
		}
	})
}

func either(queries ...string) string {
	return `{"method":"or","values":[` + strings.Join(queries, ",") + `]}`
}

func TestAMembershipIsFoundByItsIDAndByItsUser(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		list := league(t, s)
		for _, want := range list {
			got, err := s.Membership(t.Context(), home, want.ID)
			wantError(t, nil, err)
			wantEqual(t, want, got)
			write(t, s, func(tx Tx) error {
				byID, err := tx.Membership(home, want.ID)
				wantError(t, nil, err)
				wantEqual(t, want, byID)
				byUser, err := tx.MembershipOf(home, want.TeamID, want.UserID)
				wantEqual(t, want, byUser)
				return err
			})
		}
		for _, id := range []string{"m1", "M9"} {
			_, err := s.Membership(t.Context(), home, id)
			wantError(t, roster.ErrMembership, err)
		}
		_, err := s.Membership(t.Context(), other, "M1")
		wantError(t, roster.ErrMembership, err)
	})
}

func TestTheNewestAuthenticatorAppCounts(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		league(t, s)
		app := func(id, typ string, verified bool) {
			t.Helper()
			write(t, s, func(tx Tx) error {
				return tx.CreateAuthenticator(home, &roster.Authenticator{ID: id, UserID: "ada", Type: typ, Verified: verified})
			})
			m, err := s.Membership(t.Context(), home, "M1")
			wantError(t, nil, err)
			wantEqual(t, verified && typ == "totp", m.Member.AppVerified)
		}
		app("a", "other", true)
		app("b", "totp", true)
		app("c", "totp", false)
	})
}

func TestRolesAreReplacedWhole(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		before := league(t, s)[0]
		m := before
		m.Roles, m.UpdatedAt = []string{"b", "b", "guest"}, 9
		write(t, s, func(tx Tx) error { return tx.UpdateMembership(home, &before, &m) })
		got, err := s.Membership(t.Context(), home, "M1")
		wantError(t, nil, err)
		wantEqual(t, m, got)
		for role, want := range map[string][]string{"owner": {"M4"}, "b": {"M1"}, "guest": {"M1"}} {
			page := asked(t, query.Memberships, q("contains", "roles", role))
			page.TeamID = "Red"
			wantEqual(t, want, membershipIDs(t, s, page))
		}
	})
}
