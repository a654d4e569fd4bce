package store

import (
	"fmt"
	"sync"
	"testing"

	"roster/internal/query"
)

func (c *statements) texts() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var texts []string
	for text := range c.prepared {
		texts = append(texts, text)
	}
	return texts
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for n := range maxStatements + 50 {
					rows, err := s.lists.query(t.Context(), fmt.Sprintf("select $1 + %d", n), 1)
					got, err := first(rows, err, nil, func(r row) (v int, err error) { return v, r.Scan(&v) })
					if err != nil || got != n+1 {
						t.Errorf("statement %d: %d, error %v", n, got, err)
					}
				}
			})
		}
		all.Wait()
		wantEqual(t, maxStatements, len(s.lists.(*statements).texts()))
	})
}

func TestLongStatementsAreNotKept(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		ada := person("ada")
		ada.Labels = []string{"0"}
		create(t, s, home, ada)
		for _, n := range []int{1, 500} {
			values := make([]any, n)
			for i := range values {
				values[i] = fmt.Sprint(i)
			}
			users, err := s.Users(t.Context(), home, asked(t, query.Users, q("contains", "labels", values...)))
			if err != nil || len(users) != 1 {
				t.Errorf("%d users, error %v", len(users), err)
			}
		}
		wantEqual(t, 1, len(s.lists.(*statements).texts()))
	})
}

func TestStatementThatDoesNotParseIsNotKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for range 2 {
			if rows, err := s.lists.query(t.Context(), "select nonsense from nowhere"); err == nil {
				rows.Close()
				t.Error("nonsense was answered")
			}
		}
		if kept, ok := s.lists.(*statements); ok { // PostgreSQL's driver keeps them
			wantEqual(t, nil, kept.texts())
		}
	})
}
