package store

import (
	"fmt"
	"testing"

	"roster"
)

func session(user, id string) *roster.Session {
	return &roster.Session{ID: id, UserID: user, SecretDigest: "digest of " + id, Factors: []string{}, CreatedAt: 1, UpdatedAt: 2, ExpiresAt: 3}
}

func addSessions(t testing.TB, s *Store, p roster.ProjectNumber, sessions ...*roster.Session) {
	t.Helper()
	for _, session := range sessions {
		write(t, s, func(tx Tx) error { return tx.CreateSession(p, session) })
	}
}

func TestSessionIsFoundAsItWasCreated(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		full := &roster.Session{
			ID: "S1", UserID: "ada", CreatedAt: 1, UpdatedAt: 2, ExpiresAt: 3, Provider: "oauth2", ProviderUID: "uid",
			ProviderAccessToken: "sealed", ProviderRefreshToken: "sealed too", ProviderAccessTokenExpiry: 4,
			SecretDigest: "d1", UserAgent: "Agent/1", IP: "203.0.113.7", Country: "de", Factors: []string{"password", "totp"}, MFAUpdatedAt: 5,
		}
		for _, want := range []*roster.Session{full, session("ada", "S2")} {
			addSessions(t, s, home, want)
			byID, err := s.Session(t.Context(), home, "ada", want.ID)
			wantError(t, nil, err)
			wantEqual(t, *want, byID)
			byDigest, err := s.SessionByDigest(t.Context(), home, "ada", want.SecretDigest)
			wantError(t, nil, err)
			wantEqual(t, *want, byDigest)
			latest, err := s.LatestSession(t.Context(), home, "ada")
			wantError(t, nil, err)
			wantEqual(t, *want, latest)
		}
		all, err := s.Sessions(t.Context(), home, "ada")
		wantError(t, nil, err)
		wantEqual(t, 2, len(all))
		wantEqual(t, *full, all[0])
	})
}

func TestSessionOfAnotherUserOrProjectIsNotFound(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addSessions(t, s, home, session("ada", "S1"))
		for _, c := range []struct {
			project    roster.ProjectNumber
			user, name string
		}{{home, "bob", "S1"}, {home, "ada", "s1"}, {home, "ada", ""}, {other, "ada", "S1"}} {
			_, err := s.Session(t.Context(), c.project, c.user, c.name)
			wantError(t, roster.ErrSessionNotFound, err)
			_, err = s.SessionByDigest(t.Context(), c.project, c.user, "digest of "+c.name)
			wantError(t, roster.ErrSessionNotFound, err)
			wantError(t, roster.ErrSessionNotFound, s.Write(t.Context(), func(tx Tx) error { return tx.DeleteSession(c.project, c.user, c.name) }))
		}
		_, err := s.LatestSession(t.Context(), home, "bob")
		wantError(t, roster.ErrSessionNotFound, err)
	})
}

func TestListOfSessionsHasTheOldestThousand(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error {
			for i := range maxSessions + 2 {
				if err := tx.CreateSession(home, session("ada", fmt.Sprint(i))); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := s.Sessions(t.Context(), home, "ada")
		wantError(t, nil, err)
		wantEqual(t, maxSessions, len(list))
		for i, got := range list {
			if got.ID != fmt.Sprint(i) {
				t.Fatalf("place %d has session %s", i, got.ID)
			}
		}
		latest, err := s.LatestSession(t.Context(), home, "ada")
		wantError(t, nil, err)
		wantEqual(t, fmt.Sprint(maxSessions+1), latest.ID)
	})
}

func TestDeletingSessionsTakesTheUsersOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		addSessions(t, s, home, session("ada", "S1"), session("ada", "S2"), session("ada", "S3"), session("bob", "S4"))
		addSessions(t, s, other, session("ada", "S1"))
		write(t, s, func(tx Tx) error { return tx.DeleteSession(home, "ada", "S2") })
		wantEqual(t, []string{"S1", "S1", "S3", "S4"}, columnOf(t, s, "select id from sessions order by id"))
		for _, want := range []int64{2, 0} {
			write(t, s, func(tx Tx) error {
				n, err := tx.DeleteSessions(home, "ada")
				wantEqual(t, want, n)
				return err
			})
		}
		wantEqual(t, []string{"S1", "S4"}, columnOf(t, s, "select id from sessions order by id"))
	})
}

func TestTokenIsStoredWhole(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		token := roster.Token{ID: "K1", UserID: "ada", Type: roster.TokenGeneric, CreatedAt: 1, ExpiresAt: 2, SecretDigest: "d", UserAgent: "Agent/1", IP: "203.0.113.7"}
		write(t, s, func(tx Tx) error { return tx.CreateToken(home, &token) })
		wantEqual(t, []string{"1 K1 ada 8 1 2 d Agent/1 203.0.113.7"},
			columnOf(t, s, "select concat_ws(' ', project, id, user_id, type, created_at, expires_at, secret_digest, user_agent, ip) from tokens"))
	})
}
