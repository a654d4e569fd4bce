package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"roster/internal/store"
)

// Directory is an open database and what it is called.
type Directory struct {
	*store.Store
	Place string // without a password
}

// ErrNothing is returned for a source in which nothing is.
var ErrNothing = errors.New("nothing is in it")

// ErrChanged is returned for a target that is the unfinished copy of another
// directory, or of what the source was.
var ErrChanged = errors.New("it is an unfinished copy of something else")

// maxNamed is how many of the values that cannot be moved are named.
const maxNamed = 20

// UnfitError names values that the target cannot hold.
type UnfitError struct {
	Named []string // the row, the column and why
	All   int64
}

func (e *UnfitError) Error() string {
	text := fmt.Sprintf("%d of its values cannot be in the target:\n  %s", e.All, strings.Join(e.Named, "\n  "))
	if more := e.All - int64(len(e.Named)); more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return text
}

// Copy moves all that is in one directory into another, which must be empty or
// an unfinished copy of the same. Meanwhile nobody can change the source.
//
// The source is read twice: first for its digests, by which an unfinished copy
// is known to be one of the same, and then to be written, each batch in a
// transaction. How far an unfinished copy has come, its last rows say. Until the
// digests of what was written are equal, the target cannot be used.
func Copy(ctx context.Context, from, to Directory, steps Steps) (r Report, err error) {
	defer func() {
		if err != nil && ctx.Err() != nil { // connections broke because of it
			err = ctx.Err()
		}
	}()
	tables, err := same(ctx, from, to)
	if err != nil {
		return r, err
	}
	begun, err := to.Unfinished(ctx)
	if err == nil && begun == (store.Origin{}) {
		err = to.Empty(ctx, tables)
	}
	if err != nil {
		return r, about(to, err)
	}
	source, err := from.Freeze(ctx, tables)
	if err != nil {
		return r, about(from, err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	c := &copying{from: from, to: to, tables: tables, source: source, steps: steps}
	if err := c.read(ctx); err != nil {
		return r, about(from, err)
	}
	if err := c.begin(ctx, begun); err != nil {
		return r, about(to, err)
	}
	if err := c.write(ctx); err != nil {
		return r, about(to, err)
	}
	return c.finish(ctx)
}

func about(d Directory, err error) error { return fmt.Errorf("%s: %w", d.Place, err) }

// copying is a copy that is being made.
type copying struct {
	from, to Directory
	tables   []store.Table
	source   *store.Snapshot
	sums     sums // of the source
	steps    Steps
}

// read makes the sums of the source and looks for what the target cannot hold.
func (c *copying) read(ctx context.Context) (err error) {
	if err := c.from.Empty(ctx, c.tables); err == nil {
		return ErrNothing
	} else if !errors.Is(err, store.ErrNotEmpty) {
		return err
	}
	unfit := &UnfitError{}
	c.sums, err = sumAll(ctx, c.source, c.tables, c.steps.named("reading"), func(t store.Table, r store.Row) {
		for i, column := range t.Columns {
			if why := c.to.Refuses(column, r[i]); why != "" {
				unfit.add(fmt.Sprintf("%s: %s %s", t.Describe(r), column.Name, why))
			}
		}
	})
	if err == nil && unfit.All > 0 {
		err = unfit
	}
	return err
}

func (e *UnfitError) add(name string) {
	if e.All++; e.All <= maxNamed {
		e.Named = append(e.Named, name)
	}
}

// begin marks the target, unless the copy has begun already.
func (c *copying) begin(ctx context.Context, begun store.Origin) error {
	origin := store.Origin{Place: c.from.Place, Digest: c.sums.digest(c.tables)}
	switch {
	case begun == (store.Origin{}):
		return c.to.Write(ctx, func(tx store.Tx) error { return tx.BeginCopy(origin, c.tables) })
	case begun.Digest == origin.Digest:
		return nil
	case begun.Place == origin.Place:
		return fmt.Errorf("%w: %s has changed since", ErrChanged, origin.Place)
	}
	return fmt.Errorf("%w: %s", ErrChanged, begun.Place)
}

// written counts what has been written before.
func (c *copying) written(ctx context.Context) (*step, error) {
	target, err := c.to.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	step, before := c.steps.named("copying"), &step{}
	err = errors.Join(step.over(ctx, c.source, c.tables), before.over(ctx, target, c.tables), target.Close())
	step.done = before.all
	return step, err
}

// write copies what the target does not have yet.
func (c *copying) write(ctx context.Context) error {
	step, err := c.written(ctx)
	if err != nil {
		return err
	}
	for _, t := range c.tables {
		last, err := c.to.Last(ctx, t)
		if err != nil {
			return err
		}
		err = each(ctx, c.source, t, last, func(rows []store.Row) error {
			step.add(len(rows))
			return c.to.Write(ctx, func(tx store.Tx) error { return tx.Paste(t, rows) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// finish lets the target be used if it gives back what the source holds.
func (c *copying) finish(ctx context.Context) (Report, error) {
	sums, err := c.to.sums(ctx, c.tables, c.steps.named("comparing"))
	if err != nil {
		return Report{}, about(c.to, err)
	}
	r := report(c.from, c.to, c.tables, c.sums, sums)
	if !r.Equal {
		return r, nil
	}
	return r, c.to.Write(ctx, store.Tx.EndCopy)
}
