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

// wantIdentity wants a read within a transaction to find the identity with the
// id, or none if that is empty.
func wantIdentity(t *testing.T, s *Store, id string, read func(Tx) (roster.Identity, error)) {
	t.Helper()
	write(t, s, func(tx Tx) error {
		got, err := read(tx)
		wantEqual(t, id, got.ID)
		if id == "" {
			wantError(t, roster.ErrIdentityNotFound, err)
			return nil
		}
		return err
	})
}

func TestIdentityIsFoundByWhatItIsAtTheProvider(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		google := identity("ada", "I2", "ada@x.example")
		google.Provider = "google"
		addIdentities(t, s, home, identity("ada", "I1", "ada@x.example"), google, identity("bob", "I3", "bob@x.example"))
		for _, c := range []struct {
			project       roster.ProjectNumber
			provider, uid string
			want          string
		}{{home, "mock", "uid of I1", "I1"}, {home, "google", "uid of I2", "I2"}, {home, "google", "uid of I1", ""}, {other, "mock", "uid of I1", ""}} {
			wantIdentity(t, s, c.want, func(tx Tx) (roster.Identity, error) { return tx.IdentityOf(c.project, c.provider, c.uid) })
		}
		for email, want := range map[string]string{"ada@x.example": "I1", "bob@x.example": "I3", "eve@x.example": "", "": ""} {
			wantIdentity(t, s, want, func(tx Tx) (roster.Identity, error) { return tx.IdentityByEmail(home, email) })
		}
		wantIdentity(t, s, "", func(tx Tx) (roster.Identity, error) { return tx.IdentityByEmail(other, "ada@x.example") })
	})
}

func TestTheFreshestIdentityIsTheOneThatWasUsedLast(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		first := identity("ada", "I1", "ada@x.example")
		addIdentities(t, s, home, first, identity("ada", "I2", "ada@y.example"), identity("bob", "I3", "bob@x.example"))
		freshest := func(tx Tx) (roster.Identity, error) { return tx.FreshestIdentity(home, "ada", "mock") }
		wantIdentity(t, s, "I2", freshest)
		want := *first
		write(t, s, func(tx Tx) error {
			want.ProviderEmail, want.ProviderAccessToken, want.ProviderRefreshToken, want.ProviderAccessTokenExpiry = "ada@z.example", "sealed", "sealed too", 9
			return tx.UpdateIdentity(home, &want)
		})
		wantIdentity(t, s, "I1", freshest)
		write(t, s, func(tx Tx) error {
			got, err := freshest(tx)
			wantEqual(t, want, got)
			if got.UpdatedAt <= 2 {
				t.Errorf("it was used at %d", got.UpdatedAt)
			}
			return err
		})
		wantIdentity(t, s, "", func(tx Tx) (roster.Identity, error) { return tx.FreshestIdentity(home, "ada", "google") })
		wantIdentity(t, s, "", func(tx Tx) (roster.Identity, error) { return tx.FreshestIdentity(other, "ada", "mock") })
		wantError(t, roster.ErrIdentityNotFound, s.Write(t.Context(), func(tx Tx) error { return tx.UpdateIdentity(other, first) }))
	})
}

func TestIdentitiesOfAUserAreDeletedTogether(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addIdentities(t, s, home, identity("ada", "I1", "a@x.example"), identity("ada", "I2", "b@x.example"), identity("bob", "I3", "c@x.example"))
		addIdentities(t, s, other, identity("ada", "I4", "a@x.example"))
		write(t, s, func(tx Tx) error { return tx.DeleteIdentities(home, "ada") })
		wantEqual(t, []string{"I3", "I4"}, columnOf(t, s, "select id from identities order by id"))
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
