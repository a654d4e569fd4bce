package transfer

import (
	"context"

	"roster/internal/store"
)

// Steps is told how many rows of a step are done and how many there are; nil:
// nobody is.
type Steps func(step string, done, all int64)

// step is one that is under way.
type step struct {
	name      string
	tell      Steps
	done, all int64
}

func (s Steps) named(name string) *step { return &step{name: name, tell: s} }

// over counts what the step will have to do.
func (s *step) over(ctx context.Context, v *store.Snapshot, tables []store.Table) error {
	for _, t := range tables {
		n, err := v.Count(ctx, t)
		if err != nil {
			return err
		}
		s.all += n
	}
	s.add(0)
	return nil
}

func (s *step) add(n int) {
	if s.done += int64(n); s.tell != nil {
		s.tell(s.name, s.done, s.all)
	}
}
