package store

import (
	"testing"

	"roster"
)

func TestNewestAuthenticatorOfATypeCounts(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		old := roster.Authenticator{ID: "A1", UserID: "ada", Type: "totp", CreatedAt: 1, UpdatedAt: 2, Verified: true, Data: "sealed"}
		newer := roster.Authenticator{ID: "A2", UserID: "ada", Type: "totp", CreatedAt: 3, UpdatedAt: 4, Data: "sealed too"}
		key := roster.Authenticator{ID: "A3", UserID: "ada", Type: "key"}
		for _, a := range []roster.Authenticator{old, newer, key} {
			write(t, s, func(tx Tx) error { return tx.CreateAuthenticator(home, &a) })
		}
		for _, want := range []roster.Authenticator{newer, old} {
			got, err := s.Authenticator(t.Context(), home, "ada", "totp")
			wantError(t, nil, err)
			wantEqual(t, want, got)
			write(t, s, func(tx Tx) error {
				inside, err := tx.Authenticator(home, "ada", "totp")
				wantEqual(t, want, inside)
				if err != nil {
					return err
				}
				return tx.DeleteAuthenticator(home, "ada", want.ID)
			})
		}
		for _, user := range []string{"ada", "bob"} {
			_, err := s.Authenticator(t.Context(), home, user, "totp")
			wantError(t, roster.ErrAuthenticator, err)
		}
		wantError(t, roster.ErrAuthenticator, s.Write(t.Context(), func(tx Tx) error { return tx.DeleteAuthenticator(home, "bob", "A3") }))
		wantError(t, roster.ErrAuthenticator, s.Write(t.Context(), func(tx Tx) error { return tx.DeleteAuthenticator(other, "ada", "A3") }))
	})
}

func TestAStepIsSpentOnceAndNeverBackwards(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		a := roster.Authenticator{ID: "A1", UserID: "ada", Type: "totp", CreatedAt: 1, UpdatedAt: 1, Data: "sealed"}
		write(t, s, func(tx Tx) error { return tx.CreateAuthenticator(home, &a) })
		spend := func(p roster.ProjectNumber, user string, step int64) error {
			a.Verified, a.UpdatedAt, a.UserID, a.LastStep = true, 5, user, step
			return s.Write(t.Context(), func(tx Tx) error { return tx.SpendStep(p, &a) })
		}
		wantError(t, roster.ErrToken, spend(other, "ada", 7))
		wantError(t, roster.ErrToken, spend(home, "bob", 7))
		wantError(t, nil, spend(home, "ada", 7))
		wantError(t, roster.ErrToken, spend(home, "ada", 7))
		wantError(t, roster.ErrToken, spend(home, "ada", 6))
		got, err := s.Authenticator(t.Context(), home, "ada", "totp")
		wantError(t, nil, err)
		a.LastStep = 7
		wantEqual(t, a, got)
		wantError(t, nil, spend(home, "ada", 8))
	})
}

func TestAChallengeIsDeletedOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := roster.Challenge{ID: "C1", UserID: "ada", Type: "custom", CreatedAt: 1, ExpiresAt: 2, Code: "sealed"}
		remove := func(p roster.ProjectNumber, user, id string) error {
			return s.Write(t.Context(), func(tx Tx) error { return tx.DeleteChallenge(p, user, id) })
		}
		write(t, s, func(tx Tx) error { return tx.CreateChallenge(home, &want) })
		wantError(t, roster.ErrToken, remove(home, "bob", "C1"))
		wantError(t, roster.ErrToken, remove(home, "ada", "C2"))
		wantError(t, roster.ErrToken, remove(other, "ada", "C1"))
		write(t, s, func(tx Tx) error {
			got, err := tx.Challenge(home, "ada", "C1")
			wantEqual(t, want, got)
			return err
		})
		wantError(t, nil, remove(home, "ada", "C1"))
		wantError(t, roster.ErrToken, remove(home, "ada", "C1"))
	})
}

func TestOnlyTheUsersExpiredChallengesAreDropped(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error {
			for _, c := range []roster.Challenge{
				{ID: "gone", UserID: "ada", ExpiresAt: tx.Now - 1},
				{ID: "last", UserID: "ada", ExpiresAt: tx.Now},
				{ID: "bobs", UserID: "bob", ExpiresAt: tx.Now - 1},
			} {
				if err := tx.CreateChallenge(home, &c); err != nil {
					return err
				}
			}
			if err := tx.DropExpiredChallenges(other, "ada"); err != nil {
				return err
			}
			if _, err := tx.Challenge(home, "ada", "gone"); err != nil {
				t.Errorf("another project's call has dropped it: %v", err)
			}
			return tx.DropExpiredChallenges(home, "ada")
		})
		_, err := s.Challenge(t.Context(), home, "ada", "gone")
		wantError(t, roster.ErrToken, err)
		_, err = s.Challenge(t.Context(), home, "ada", "last")
		wantError(t, nil, err)
		_, err = s.Challenge(t.Context(), home, "bob", "bobs")
		wantError(t, nil, err)
	})
}

func TestChallengeIsTheUsersOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := roster.Challenge{ID: "C1", UserID: "ada", Type: "custom", CreatedAt: 1, ExpiresAt: 2, Code: "sealed"}
		write(t, s, func(tx Tx) error { return tx.CreateChallenge(home, &want) })
		got, err := s.Challenge(t.Context(), home, "ada", "C1")
		wantError(t, nil, err)
		wantEqual(t, want, got)
		for _, c := range []struct {
			project  roster.ProjectNumber
			user, id string
		}{{home, "bob", "C1"}, {home, "ada", "C2"}, {other, "ada", "C1"}} {
			_, err := s.Challenge(t.Context(), c.project, c.user, c.id)
			wantError(t, roster.ErrToken, err)
		}
	})
}
