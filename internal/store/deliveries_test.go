package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"roster"
)

// delivery is one that waits, due at the moment.
func delivery(channel, to string, due roster.Time) *roster.Delivery {
	return &roster.Delivery{Channel: channel, Recipient: to, DueAt: due, State: roster.DeliveryWaiting}
}

func post(t testing.TB, s *Store, p roster.ProjectNumber, deliveries ...*roster.Delivery) {
	t.Helper()
	for _, d := range deliveries {
		write(t, s, func(tx Tx) error {
			return tx.CreateDelivery(p, d, func(seq int64) string { return fmt.Sprint("sealed for ", seq) })
		})
	}
}

// claim takes the next delivery; it wants one for the recipient, or none.
func claim(t testing.TB, s *Store, channel, want string, until roster.Time) (d roster.Delivery) {
	t.Helper()
	write(t, s, func(tx Tx) error {
		got, found, err := tx.ClaimDelivery(channel, until)
		if found != (want != "") || got.Recipient != want {
			t.Errorf("the delivery is to %q, found: %t, want %q", got.Recipient, found, want)
		}
		d = got
		return err
	})
	return d
}

const never = roster.Time(1 << 60)

func TestDeliveryIsFoundAsItWasStored(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		full := &roster.Delivery{Channel: roster.Email, Recipient: "ada@example.com", DueAt: 5, Attempts: 3, State: roster.DeliveryFailed, Problem: "it rained"}
		kept := &roster.Delivery{Channel: roster.Email, Recipient: "bob@example.com", State: roster.DeliveryKept}
		post(t, s, home, full, kept)
		wantEqual(t, fmt.Sprint("sealed for ", full.Seq), full.Content)
		for _, want := range []*roster.Delivery{full, kept} {
			got, err := s.Deliveries(t.Context(), home, want.State)
			wantError(t, nil, err)
			wantEqual(t, []roster.Delivery{*want}, got)
		}
		got, err := s.Deliveries(t.Context(), other, roster.DeliveryKept)
		wantError(t, nil, err)
		wantEqual(t, []roster.Delivery{}, got)
	})
}

func TestDeliveryThatIsDueForLongestIsTakenFirst(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		due, err := s.DeliveryDue(t.Context(), roster.Email)
		wantError(t, nil, err)
		wantEqual(t, 0, due)
		post(t, s, home, delivery(roster.Email, "second", 2), delivery(roster.SMS, "by phone", 1))
		post(t, s, other, delivery(roster.Email, "first", 1), delivery(roster.Email, "much later", never))
		for _, want := range []string{"first", "second", ""} {
			claim(t, s, roster.Email, want, never)
		}
		claim(t, s, roster.SMS, "by phone", never)
		due, err = s.DeliveryDue(t.Context(), roster.Email)
		wantError(t, nil, err)
		wantEqual(t, never, due)
	})
}

func TestDeliveryIsTakenAgainWhenItsTimeIsOver(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		post(t, s, home, delivery(roster.Email, "ada", 1))
		first := claim(t, s, roster.Email, "ada", roster.TimeOf(day).Add(time.Second))
		claim(t, s, roster.Email, "", never)
		setClock(s, ticking(day.Add(time.Second)))
		second := claim(t, s, roster.Email, "ada", never)
		wantEqual(t, 1, first.Attempts)
		wantEqual(t, 2, second.Attempts)

		// What the first one finds out does not count any more, unless it was sent.
		first.State, first.DueAt, first.Content = roster.DeliveryFailed, 0, ""
		write(t, s, func(tx Tx) error { return tx.UpdateDelivery(&first) })
		second.Problem, second.DueAt = "it rained", 7
		write(t, s, func(tx Tx) error { return tx.UpdateDelivery(&second) })
		got, err := s.Deliveries(t.Context(), home, roster.DeliveryWaiting)
		wantError(t, nil, err)
		wantEqual(t, []roster.Delivery{second}, got)
		write(t, s, func(tx Tx) error { return tx.DeleteDelivery(home, first.Seq) })
		claim(t, s, roster.Email, "", never)
	})
}

func TestTwoProcessesNeverTakeTheSameDelivery(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := migratedDir(t)
		takeFromBoth(t, openDir(t, dir, ticking(day)), openDir(t, dir, ticking(day)))
	})
	t.Run("postgres", func(t *testing.T) {
		url := freshDatabase(t)
		takeFromBoth(t, openURL(t, url, ticking(day)), openURL(t, url, ticking(day)))
	})
}

func takeFromBoth(t *testing.T, processes ...*Store) {
	const n = 60
	for i := range n {
		post(t, processes[0], home, delivery(roster.Email, fmt.Sprint(i), 1))
	}
	var mu sync.Mutex
	taken := make(map[string]int)
	var takers sync.WaitGroup
	for i := range 8 {
		takers.Go(func() {
			for {
				var got roster.Delivery
				var found bool
				err := processes[i%2].Write(t.Context(), func(tx Tx) (err error) {
					got, found, err = tx.ClaimDelivery(roster.Email, never)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if err != nil || !found {
					return
				}
				mu.Lock()
				taken[got.Recipient]++
				mu.Unlock()
			}
		})
	}
	takers.Wait()
	for i := range n {
		if k := taken[fmt.Sprint(i)]; k != 1 {
			t.Errorf("delivery %d was taken %d times", i, k)
		}
	}
}

func TestOnlyTheNewestDeliveriesOfAStateAreLeft(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, to := range []string{"a", "b", "c", "d"} {
			kept := delivery(roster.Email, to, 0)
			kept.State = roster.DeliveryKept
			post(t, s, home, kept, delivery(roster.Email, "waiting", 1))
			foreign := *kept
			post(t, s, other, &foreign)
		}
		trim := func(most int) {
			write(t, s, func(tx Tx) error { return tx.TrimDeliveries(home, roster.DeliveryKept, most) })
		}
		trim(4)
		wantEqual(t, []string{"d", "c", "b", "a"}, recipients(t, s, home, roster.DeliveryKept))
		trim(2)
		wantEqual(t, []string{"d", "c"}, recipients(t, s, home, roster.DeliveryKept))
		wantEqual(t, 4, len(recipients(t, s, home, roster.DeliveryWaiting)))
		wantEqual(t, 4, len(recipients(t, s, other, roster.DeliveryKept)))
	})
}

func TestOldDeliveriesAreForgottenButThoseThatAreKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		fill := func(when string) {
			for _, state := range []string{roster.DeliveryWaiting, roster.DeliveryFailed, roster.DeliveryKept} {
				d := delivery(roster.Email, when, 0)
				d.State = state
				post(t, s, home, d)
				foreign := *d
				post(t, s, other, &foreign)
			}
		}
		fill("old")
		setClock(s, ticking(day.Add(time.Hour)))
		fill("new")
		write(t, s, func(tx Tx) error { return tx.ForgetDeliveries(home, roster.TimeOf(day.Add(time.Hour))) })
		wantEqual(t, []string{"new"}, recipients(t, s, home, roster.DeliveryWaiting))
		wantEqual(t, []string{"new"}, recipients(t, s, home, roster.DeliveryFailed))
		wantEqual(t, []string{"new", "old"}, recipients(t, s, home, roster.DeliveryKept))
		wantEqual(t, []string{"new", "old"}, recipients(t, s, other, roster.DeliveryFailed))
	})
}

func recipients(t *testing.T, s *Store, p roster.ProjectNumber, state string) (names []string) {
	t.Helper()
	list, err := s.Deliveries(t.Context(), p, state)
	wantError(t, nil, err)
	for _, d := range list {
		names = append(names, d.Recipient)
	}
	return names
}
