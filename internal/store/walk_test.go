package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"roster"
	"roster/internal/people"
	"roster/internal/query"
)

// Whoever walks through a list by cursors, while others create, change and
// delete users all around, meets everybody who stays as they are exactly once.
func TestWalkByCursorNeitherSkipsNorRepeatsWhileOthersWrite(t *testing.T) {
	crowd := people.Of(900, 5)
	eachLoaded(t, crowd, func(t *testing.T, s *Store) {
		for _, order := range []string{"$sequence", "name", "email", "status", "$createdAt"} {
			for _, method := range []string{"orderAsc", "orderDesc"} {
				stop := writeAllAround(t, s, crowd)
				met := walked(t, s, crowd, q(method, order))
				stop()
				for i := range crowd.Size {
					p := crowd.Person(i)
					if stays(i) && p.Email != "" && met[p.ID] != 1 {
						t.Errorf("%s %s: %s was met %d times", method, order, p.ID, met[p.ID])
					}
				}
			}
		}
	})
}

// stays says who is left as they are. Fewer are changed than a page has rows, so
// that on each full page somebody stays.
func stays(i int64) bool { return i%6 > 0 }

// writeAllAround writes until it is stopped.
func writeAllAround(t *testing.T, s *Store, crowd people.Crowd) (stop func()) {
	var group sync.WaitGroup
	var ended atomic.Bool
	for part := range int64(2) {
		group.Go(func() {
			for n := part; !ended.Load(); n += 2 {
				i := n * 6 % crowd.Size
				if err := s.Write(t.Context(), func(tx Tx) error { return disturb(tx, crowd.Person(i).ID, n) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	return func() {
		ended.Store(true)
		group.Wait()
	}
}

// disturb renames or deletes the user, or creates one.
func disturb(tx Tx, id string, n int64) error {
	before, err := tx.User(home, id)
	switch {
	case errors.Is(err, roster.ErrUserNotFound):
		u := named(id, fmt.Sprint("Mira ", n))
		u.Email = fmt.Sprintf("mira.%s@example.com", id)
		u.CreatedAt, u.UpdatedAt, u.RegisteredAt = tx.Now, tx.Now, tx.Now
		return tx.CreateUser(home, u)
	case err != nil:
		return err
	case n%4 == 0:
		return tx.DeleteUser(home, &before)
	}
	u := before
	u.Name, u.Enabled = fmt.Sprint(n%26, " Zoë"), !u.Enabled
	_, err = tx.UpdateUser(home, &before, &u)
	return err
}

// walked counts how often everybody is met. The cursor is the last of a page who
// stays: one who is moved takes whoever walks along, and one who is deleted is
// refused.
func walked(t *testing.T, s *Store, crowd people.Crowd, order string) map[string]int {
	met, staying := make(map[string]int), make(map[string]bool)
	for i := range crowd.Size {
		staying[crowd.Person(i).ID] = stays(i)
	}
	for cursor := ""; ; {
		queries := []string{order, q("limit", "", 160), q("isNotNull", "email")}
		if cursor != "" {
			queries = append(queries, q("cursorAfter", "", cursor))
		}
		part, err := s.Users(t.Context(), home, asked(t, query.Users, queries...))
		if err != nil {
			t.Fatal(err)
		}
		last := -1
		for i, u := range part {
			if staying[u.ID] {
				last = i
			}
		}
		if last < 0 {
			return met
		}
		for _, u := range part[:last+1] {
			met[u.ID]++
		}
		cursor = part[last].ID
	}
}

func TestPageAndTotalAreOneStatementOrTwoWithACursorOrAPrefix(t *testing.T) {
	eachLoaded(t, people.Of(500, 6), func(t *testing.T, s *Store) {
		for _, queries := range [][]string{
			nil, {q("orderDesc", "name")}, {q("orderAsc", "email")}, {q("orderDesc", "status"), q("limit", "", 500)}, {q("contains", "labels", "vip")},
			{q("endsWith", "email", ".example"), q("equal", "status", true)}, {q("offset", "", 400), q("orderAsc", "accessedAt")}, {q("orderRandom", "")},
		} {
			for _, search := range []string{"", "ma"} {
				page := asked(t, query.Users, queries...)
				page.Search = search
				usual := 1
				if search != "" && s.engine.pages != nil {
					usual = 2
				}
				wantEqual(t, usual, statementsOf(t, s, page, false))
				wantEqual(t, usual, statementsOf(t, s, page, true))
				page.Cursor = &query.Cursor{ID: people.Of(500, 6).Person(250).ID}
				if n := statementsOf(t, s, page, false); n > 2 {
					t.Errorf("%v, %q takes %d statements", queries, search, n)
				}
			}
		}
	})
}

func statementsOf(t *testing.T, s *Store, page Page, total bool) int {
	t.Helper()
	trace := &Trace{}
	var err error
	if ctx := Traced(t.Context(), trace); total {
		_, err = s.CountUsers(ctx, home, page)
	} else {
		_, err = s.Users(ctx, home, page)
	}
	if err != nil && !errors.Is(err, roster.ErrOrderNull) {
		t.Fatal(err)
	}
	return len(trace.Statements)
}
