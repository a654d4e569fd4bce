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
