package store

import (
	"testing"

	"roster"
	"roster/internal/query"
)

func identity(user, id, email string) *roster.Identity {
	return &roster.Identity{ID: id, UserID: user, Provider: "mock", ProviderUID: "uid of " + id, ProviderEmail: email, CreatedAt: 1, UpdatedAt: 2}
}

func addIdentities(t testing.TB, s *Store, p roster.ProjectNumber, identities ...*roster.Identity) {
	t.Helper()
	for _, i := range identities {
		write(t, s, func(tx Tx) error { return tx.CreateIdentity(p, i) })
	}
}

func TestIdentityIsFoundAsItWasCreatedUntilItIsDeleted(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := identity("ada", "I1", "ada@x.example")
		want.ProviderAccessToken, want.ProviderRefreshToken, want.ProviderAccessTokenExpiry = "sealed", "sealed too", 5
		addIdentities(t, s, home, want, identity("bob", "I2", "bob@x.example"))
		write(t, s, func(tx Tx) error {
			got, err := tx.Identity(home, "I1")
			wantEqual(t, *want, got)
			if err != nil {
				return err
			}
			return tx.DeleteIdentity(home, &got)
		})
		for _, p := range []roster.ProjectNumber{home, other} {
			wantError(t, roster.ErrIdentityNotFound, s.Write(t.Context(), func(tx Tx) error {
				_, err := tx.Identity(p, "I1")
				return err
			}))
		}
		wantEqual(t, []string{"I2"}, columnOf(t, s, "select id from identities"))
	})
}

func TestListOfIdentitiesIsTheProjects(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		late := identity("bob", "I3", "Bob@x.example")
		late.ProviderAccessTokenExpiry = roster.TimeOf(day)
		addIdentities(t, s, home, identity("ada", "I1", "ada@x.example"), identity("bob", "I2", "bob@x.example"), late)
		addIdentities(t, s, other, identity("ada", "I4", "ada@x.example"))
		for _, c := range []struct {
			query string
			want  []string
		}{
			{q("limit", "", 2), []string{"I1", "I2"}},
			{q("equal", "userId", "bob"), []string{"I2", "I3"}},
			{q("contains", "providerEmail", "BOB"), []string{"I2", "I3"}},
			{q("equal", "providerUid", "uid of I3", "uid of I1"), []string{"I1", "I3"}},
			{q("equal", "provider", "other"), []string{}},
			{q("isNull", "providerAccessTokenExpiry"), []string{"I1", "I2"}},
			{q("equal", "providerAccessTokenExpiry", "2026-03-04T08:15:30.123+00:00"), []string{"I3"}},
			{q("orderDesc", "providerAccessTokenExpiry"), []string{"I3", "I1", "I2"}},
			{q("cursorAfter", "", "I1"), []string{"I2", "I3"}},
		} {
			page := asked(t, query.Identities, c.query)
			list, err := s.Identities(t.Context(), home, page)
			wantError(t, nil, err)
			ids := []string{}
			for _, i := range list {
				ids = append(ids, i.ID)
			}
			if total, err := s.CountIdentities(t.Context(), home, page); err != nil || page.Cursor == nil && page.Limit == 25 && int(total) != len(ids) {
				t.Errorf("%s: the total is %d, error %v", c.query, total, err)
			}
			wantEqual(t, c.want, ids)
		}
	})
}

func TestEmailOfAnIdentityIsTakenForOtherUsers(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addIdentities(t, s, home, identity("ada", "I1", "ada@x.example"))
		for _, c := range []struct {
			project      roster.ProjectNumber
			email, buyer string
			want         bool
		}{
			{home, "ada@x.example", "bob", true},
			{home, "ada@x.example", "", true},
			{home, "ada@x.example", "ada", false},
			{home, "bob@x.example", "bob", false},
			{other, "ada@x.example", "bob", false},
		} {
			write(t, s, func(tx Tx) error {
				taken, err := tx.EmailOfIdentity(c.project, c.email, c.buyer)
				wantEqual(t, c.want, taken)
				return err
			})
		}
	})
}
