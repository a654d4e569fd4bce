package store

import (
	"testing"

	"roster"
)

func TestRowsAreCountedByPeriodOfCreation(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for i, created := range []roster.Time{999, 1000, 1009, 1010, 1035, 1039} {
			u := person(string(rune('a' + i)))
			u.CreatedAt = created
			session := session("a", u.ID)
			session.CreatedAt = created
			write(t, s, func(tx Tx) error {
				if err := tx.CreateUser(home, u); err != nil {
					return err
				}
				return tx.CreateSession(home, session)
			})
		}
		addSessions(t, s, other, session("a", "x"))
		for _, table := range []string{"users", "sessions"} {
			counts, err := s.Created(t.Context(), home, table, 1000, 10)
			wantError(t, nil, err)
			wantEqual(t, map[int64]int64{0: 2, 1: 1, 3: 2}, counts)
		}
		n, err := s.CountSessions(t.Context(), home)
		wantError(t, nil, err)
		wantEqual(t, 6, n)
	})
}
