package directory

import (
	"sync"
	"testing"

	"roster"
	"roster/internal/store"
)

// Somebody may press the button twice.
func TestAVisitorWhoComesSeveralTimesAtOnceIsOneUser(t *testing.T) {
	for name, o := range map[string]store.Options{"sqlite": {Dir: t.TempDir()}, "postgres": onPostgres(t)} {
		t.Run(name, func(t *testing.T) {
			d := newBenchOn(t, o).Directory
			p, err := d.CreateProject(t.Context(), "home", "home")
			if err != nil {
				t.Fatal(err)
			}
			by := Caller{Project: p}
			v := visitor{uid: "there", email: "mira@okafor-works.example", verified: true, name: "Mira Okafor"}
			var arrivals [8]Arrival
			var all sync.WaitGroup
			for i := range arrivals {
				all.Go(func() {
					var err error
					if arrivals[i], err = d.arriveWithSession(t.Context(), by, v); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			wantOneUser(t, d, p, arrivals[:])
		})
	}
}

func wantOneUser(t *testing.T, d *Directory, p roster.Project, arrivals []Arrival) {
	t.Helper()
	for _, a := range arrivals {
		if a.UserID != arrivals[0].UserID || a.UserID == "" {
			t.Errorf("arrived as %q and as %q", a.UserID, arrivals[0].UserID)
		}
	}
	if n, err := d.Store.CountUsers(t.Context(), p.Number, store.Page{}); n != 1 || err != nil {
		t.Errorf("there are %d users, error %v", n, err)
	}
	err := d.Store.Write(t.Context(), func(tx store.Tx) error {
		i, err := tx.IdentityOf(p.Number, OIDCProvider, "there")
		if err == nil && i.UserID != arrivals[0].UserID {
			t.Errorf("the account at the provider is linked to %q", i.UserID)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
