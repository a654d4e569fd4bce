package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
)

// group has the store commit all writes as one group and returns their errors:
// the first keeps the writer busy until the others wait in the queue.
func group(t *testing.T, s *Store, writes ...func(Tx) error) []error {
	t.Helper()
	busy, queued := make(chan struct{}), make(chan struct{})
	errs := make([]error, len(writes))
	var all sync.WaitGroup
	all.Go(func() {
		write(t, s, func(Tx) error {
			close(busy)
			<-queued
			return nil
		})
	})
	<-busy
	for i, fn := range writes {
		all.Go(func() { errs[i] = protected(s, fn) })
		for len(s.writes.(*writer).queue) <= i {
			runtime.Gosched()
		}
	}
	close(queued)
	all.Wait()
	return errs
}

// protected turns a panic that the caller of Write gets into an error.
func protected(s *Store, fn func(Tx) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return s.Write(context.Background(), fn)
}

func adding(id string) func(Tx) error {
	return func(tx Tx) error { return tx.CreateUser(home, person(id)) }
}

func idsOf(t *testing.T, s *Store, p roster.ProjectNumber) []string {
	t.Helper()
	return columnOf(t, s, "select id from users where project = $1 order by id", p)
}

func TestFailingMemberOfAGroupIsUndoneAlone(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		refused := errors.New("refused")
		errs := group(t, s,
			adding("a"),
			func(tx Tx) error { return errors.Join(adding("b")(tx), refused) },
			adding("c"),
			func(tx Tx) error { return errors.Join(adding("d")(tx), tx.exec("no sentence of SQL")) },
			adding("a"),
			adding("e"),
		)
		for i, wantFailure := range []bool{false, true, false, true, true, false} {
			if (errs[i] != nil) != wantFailure {
				t.Errorf("write %d ended with %v", i, errs[i])
			}
		}
		if !errors.Is(errs[1], refused) || errs[4] != roster.ErrUserExists {
			t.Errorf("the errors are %v and %v, not each its own", errs[1], errs[4])
		}
		wantEqual(t, []string{"a", "c", "e"}, idsOf(t, s, home))
	})
}

func TestPanicInAWriteReachesItsCallerOnly(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		errs := group(t, s,
			adding("a"),
			func(tx Tx) error {
				adding("b")(tx)
				panic("out of cheese")
			},
			adding("c"),
		)
		if errs[0] != nil || errs[2] != nil {
			t.Errorf("the neighbours got %v and %v", errs[0], errs[2])
		}
		if errs[1] == nil || errs[1].Error() != "panic: out of cheese" {
			t.Errorf("the caller got %v", errs[1])
		}
		wantEqual(t, []string{"a", "c"}, idsOf(t, s, home))
		create(t, s, home, person("later"))
	})
}

func TestWriteOfACallerWhoHasGoneIsNotBegun(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		wantError(t, context.Canceled, s.Write(gone, adding("never")))

		waiting, leave := context.WithCancel(t.Context())
		late := make(chan error, 1)
		errs := group(t, s, adding("a"), func(tx Tx) error {
			go func() { late <- s.Write(waiting, adding("never")) }()
			for len(s.writes.(*writer).queue) == 0 {
				runtime.Gosched()
			}
			leave() // while the other one waits for its turn
			return adding("b")(tx)
		})
		wantEqual(t, []error{nil, nil}, errs)
		wantError(t, context.Canceled, <-late)
		wantEqual(t, []string{"a", "b"}, idsOf(t, s, home))
	})
}

// Interrupting a statement would undo the transaction of the whole group.
func TestCallerWhoGoesDuringItsWriteSpoilsNothing(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		ctx, leave := context.WithCancel(t.Context())
		err := s.Write(ctx, func(tx Tx) error {
			leave()
			return adding("a")(tx)
		})
		wantError(t, nil, err)
		wantEqual(t, []string{"a"}, idsOf(t, s, home))
	})
}

// What a reader sees changes only with a commit, so each write counts the users
// that are visible outside while it runs.
func TestWaitingWritesAreCommittedTogether(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		const waiting = 100
		var seen []int64
		writes := make([]func(Tx) error, waiting)
		for i := range writes {
			writes[i] = func(tx Tx) error {
				visible, err := s.UserCount(context.Background(), home)
				seen = append(seen, visible)
				return errors.Join(err, adding(fmt.Sprintf("u%d", i))(tx))
			}
		}
		for i, err := range group(t, s, writes...) {
			if err != nil {
				t.Errorf("write %d: %v", i, err)
			}
		}
		wantEqual(t, slices.Repeat([]int64{0}, waiting), seen)
		wantEqual(t, waiting, len(idsOf(t, s, home)))
	})
}

func TestGroupsAreBounded(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		const many = 3*maxGroup + 7
		var commits = map[int64]bool{}
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				write(t, s, func(tx Tx) error {
					visible, err := s.UserCount(context.Background(), home)
					commits[visible] = true
					return errors.Join(err, adding(fmt.Sprintf("u%d", i))(tx))
				})
			})
		}
		all.Wait()
		if len(commits) < 4 {
			t.Errorf("%d writes took %d commits of at most %d each", many, len(commits), maxGroup)
		}
		wantEqual(t, many, len(idsOf(t, s, home)))
	})
}

func TestAcknowledgedWriteIsVisibleAtOnce(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				id := fmt.Sprintf("u%d", i)
				write(t, s, adding(id))
				if _, err := s.User(t.Context(), home, id); err != nil {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		all.Wait()
	})
}

func TestWritesAfterCloseAreRefusedAndThoseBeforeAreKept(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir, time.Now)
	results := make([]error, 200)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { results[i] = s.Write(context.Background(), adding(fmt.Sprintf("u%03d", i))) })
	}
	all.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	wantError(t, ErrClosed, s.Write(t.Context(), adding("late")))
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	var kept []string
	for i, err := range results {
		if err == nil {
			kept = append(kept, fmt.Sprintf("u%03d", i))
		} else if err != ErrClosed {
			t.Errorf("write %d: %v", i, err)
		}
	}
	wantEqual(t, kept, append([]string(nil), idsOf(t, openDir(t, dir, time.Now), home)...))
}

func TestReadersCannotWrite(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		if _, err := s.read.ExecContext(t.Context(), "delete from users"); err == nil {
			t.Error("a reading connection deleted users")
		}
	})
}

func TestTransactionHasOneClockThatNeverGoesBack(t *testing.T) {
	moments := []time.Time{day, day.Add(time.Second), day.Add(-time.Hour), day.Add(2 * time.Second)}
	asked := -1
	s := openDir(t, t.TempDir(), func() time.Time {
		asked = min(asked+1, len(moments)-1)
		return moments[asked]
	})
	var seen []time.Time
	for range moments {
		write(t, s, func(tx Tx) error {
			seen = append(seen, tx.Now.Time())
			return nil
		})
	}
	wantEqual(t, []time.Time{moments[0], moments[1], moments[1], moments[3]}, seen)
}

func TestSequenceGrowsWithinAMillisecondAndWhenTheClockGoesBack(t *testing.T) {
	var s sequence
	last, now := int64(0), roster.TimeOf(day)
	for i := range 100_000 {
		switch i % 1000 {
		case 500:
			now -= 3_600_000
		case 999:
			now += 3_600_001
		}
		next := s.next(now)
		if next <= last {
			t.Fatalf("number %d is %d after %d", i, next, last)
		}
		last = next
	}
}

func TestSequenceTellsTheTimeOfCreation(t *testing.T) {
	var s sequence
	now := roster.TimeOf(day)
	wantEqual(t, int64(now), s.next(now)>>20)
}

// The order of creation and the activity log both rest on these numbers.
func TestOrderOfCreationOutlivesAClockThatIsSetBackBetweenStarts(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir, ticking(day))
	project := addProject(t, s, "home")
	create(t, s, project.Number, person("first"), person("second"))
	s.Close()
	s = openDir(t, dir, ticking(day.Add(-24*time.Hour)))
	create(t, s, project.Number, person("third"))
	wantEqual(t, []string{"first", "second", "third"}, columnOf(t, s, "select id from users order by seq"))
}

// A full disk makes SQLite undo the whole transaction in the middle of it.
func TestFullDiskFailsWritesWholly(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("before"))
		write(t, s, func(tx Tx) error { return tx.exec("pragma max_page_count = 1") }) // means: as many as there are
		big := person("big")
		big.Prefs = `{"a":"` + strings.Repeat("x", 1<<20) + `"}`
		errs := group(t, s,
			adding("a"),
			func(tx Tx) error { return tx.CreateUser(home, big) },
			adding("b"),
		)
		want := []string{"before"}
		for i, id := range []string{"a", "", "b"} {
			if errs[i] == nil {
				want = append(want, id)
			} else if !errors.Is(errs[i], roster.ErrUnavailable) {
				t.Errorf("the error is %v", errs[i])
			}
		}
		slices.Sort(want)
		wantEqual(t, want, idsOf(t, s, home))
		if errs[1] == nil {
			t.Error("what does not fit was accepted")
		}
		write(t, s, func(tx Tx) error { return tx.exec("pragma max_page_count = 1000000") })
		create(t, s, home, person("later"))
	})
}
