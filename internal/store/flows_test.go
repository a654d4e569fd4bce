package store

import (
	"testing"

	"roster"
)

func flow(id string, expires roster.Time) *roster.Flow {
	return &roster.Flow{ID: id, ExpiresAt: expires, Browser: "digest", Data: "sealed"}
}

func wantNoFlow(t *testing.T, s *Store, p roster.ProjectNumber, id string) {
	t.Helper()
	wantError(t, roster.ErrBadRequest, s.Write(t.Context(), func(tx Tx) error {
		_, err := tx.Flow(p, id)
		return err
	}))
	wantError(t, roster.ErrBadRequest, s.Write(t.Context(), func(tx Tx) error { return tx.DeleteFlow(p, id) }))
}

func TestFlowIsFoundUntilItIsDeleted(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := flow("F1", 7)
		write(t, s, func(tx Tx) error { return tx.CreateFlow(home, want) })
		wantNoFlow(t, s, other, "F1")
		wantNoFlow(t, s, home, "F2")
		write(t, s, func(tx Tx) error {
			got, err := tx.Flow(home, "F1")
			wantEqual(t, *want, got)
			return err
		})
		write(t, s, func(tx Tx) error { return tx.DeleteFlow(home, "F1") })
		wantNoFlow(t, s, home, "F1")
	})
}

func TestExpiredFlowsOfTheProjectAreDeleted(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error {
			for _, f := range []*roster.Flow{flow("past", tx.Now-1), flow("now", tx.Now), flow("future", tx.Now+1)} {
				if err := tx.CreateFlow(home, f); err != nil {
					return err
				}
			}
			if err := tx.CreateFlow(other, flow("elsewhere", tx.Now-1)); err != nil {
				return err
			}
			return tx.DeleteExpiredFlows(home)
		})
		wantEqual(t, []string{"elsewhere", "future", "now"}, columnOf(t, s, "select id from flows order by id"))
	})
}
