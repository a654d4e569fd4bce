package transfer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"roster/internal/store"
)

// Report says how two directories compare.
type Report struct {
	Equal  bool          `json:"equal"`
	Source string        `json:"source"`
	Target string        `json:"target"`
	Tables []TableReport `json:"tables"`
}

// TableReport says it of one table.
type TableReport struct {
	Name   string `json:"name"`
	Equal  bool   `json:"equal"`
	Source Sum    `json:"source"`
	Target Sum    `json:"target"`
}

// Compare reads both directories, each at one moment, and changes nothing.
func Compare(ctx context.Context, from, to Directory, steps Steps) (Report, error) {
	tables, err := same(ctx, from, to)
	if err != nil {
		return Report{}, err
	}
	var both [2]sums
	for i, d := range []Directory{from, to} {
		if both[i], err = d.sums(ctx, tables, steps.named([]string{"reading", "comparing"}[i])); err != nil {
			return Report{}, about(d, err)
		}
	}
	return report(from, to, tables, both[0], both[1]), nil
}

// sums reads the directory as it is now.
func (d Directory) sums(ctx context.Context, tables []store.Table, s *step) (sums, error) {
	v, err := d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := sumAll(ctx, v, tables, s, nil)
	return sums, errors.Join(err, v.Close())
}

func report(from, to Directory, tables []store.Table, source, target sums) Report {
	r := Report{Equal: true, Source: from.Place, Target: to.Place}
	for _, t := range tables {
		a, b := source[t.Name], target[t.Name]
		r.Equal = r.Equal && a == b
		r.Tables = append(r.Tables, TableReport{t.Name, a == b, a, b})
	}
	return r
}

// same returns the tables of both directories, which must have the same.
func same(ctx context.Context, from, to Directory) ([]store.Table, error) {
	a, err := from.Tables(ctx)
	if err != nil {
		return nil, about(from, err)
	}
	b, err := to.Tables(ctx)
	if err != nil {
		return nil, about(to, err)
	}
	if err := errors.Join(missing(a, b, from), missing(b, a, to)); err != nil {
		return nil, err
	}
	return a, nil
}

// missing names the tables of one directory that the other does not have.
func missing(has, other []store.Table, in Directory) error {
	var errs []error
	for _, t := range has {
		if !slices.ContainsFunc(other, func(o store.Table) bool { return reflect.DeepEqual(t, o) }) {
			errs = append(errs, about(in, fmt.Errorf("only here the table %s has these columns: %v", t.Name, t.Columns)))
		}
	}
	return errors.Join(errs...)
}
