package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster"
)

// Origin says what an unfinished copy is of: where that directory is, without a
// password, and a digest of all that is in it.
type Origin struct{ Place, Digest string }

// ErrNotEmpty is returned for a copy into a directory that has something in it.
var ErrNotEmpty = errors.New("it is not empty")

// Unfinished returns what the database is an unfinished copy of, or nothing.
func (s *Store) Unfinished(ctx context.Context) (o Origin, err error) {
	rows, err := s.read.QueryContext(ctx, s.engine.exists, unfinishedTable)
	marked, err := first(rows, err, nil, func(r row) (marked bool, err error) { return marked, r.Scan(&marked) })
	if err != nil || !marked {
		return o, err
	}
	rows, err = s.read.QueryContext(ctx, "select place, digest from "+unfinishedTable)
	return first(rows, err, errors.New("the table "+unfinishedTable+" is empty"), func(r row) (o Origin, err error) { return o, r.Scan(&o.Place, &o.Digest) })
}

// refuseUnfinished keeps half a directory from being used as a whole one.
func (s *Store) refuseUnfinished(ctx context.Context) error {
	o, err := s.Unfinished(ctx)
	if err == nil && o != (Origin{}) {
		err = fmt.Errorf("this is an unfinished copy of %s: finish it with roster copy", o.Place)
	}
	return err
}

// Empty returns [ErrNotEmpty] if any of the tables has a row. What commands and
// servers tell each other of does not count.
func (s *Store) Empty(ctx context.Context, tables []Table) error {
	return empty(tables, func(text string, args ...any) (cursor, error) { return s.read.QueryContext(ctx, text, args...) })
}

func empty(tables []Table, query func(string, ...any) (cursor, error)) error {
	for _, t := range tables {
		if t.Name == noticesTable {
			continue
		}
		rows, err := query("select 1 from " + t.Name + " limit 1")
		found, err := collect(rows, err, func(r row) (n int, err error) { return n, r.Scan(&n) })
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return ErrNotEmpty
		}
	}
	return nil
}

const noticesTable = "notices"

// BeginCopy marks the directory, which must be empty, as an unfinished copy.
func (tx Tx) BeginCopy(o Origin, tables []Table) error {
	if err := empty(tables, tx.query); err != nil {
		return err
	}
	if _, err := tx.rows("create table " + unfinishedTable + " (place text not null, digest text not null)"); err != nil {
		return err
	}
	if err := tx.exec("insert into "+unfinishedTable+" (place, digest) values ($1, $2)", o.Place, o.Digest); err != nil {
		return err
	}
	return tx.exec("delete from " + noticesTable)
}

// EndCopy says that the copy is complete.
func (tx Tx) EndCopy() error {
	for _, statement := range append([]string{"drop table " + unfinishedTable}, tx.engine.settle...) {
		if err := tx.exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// Last returns the table's last row in the order of its primary key, or nil.
func (s *Store) Last(ctx context.Context, t Table) (Row, error) {
	rows, err := s.read.QueryContext(ctx, "select "+t.names()+" from "+t.Name+" order by "+t.key(" desc")+" limit 1")
	list, err := collect(rows, err, t.scan)
	if len(list) == 0 {
		return nil, err
	}
	return list[0], err
}

// Refuses says why the database cannot hold the value in the column; empty: it
// can.
func (s *Store) Refuses(c Column, v any) string { return s.engine.refuses(c.Kind, v) }

// errTaken is returned for a row that is there already.
var errTaken = errors.New("another process is writing to the copy")

// Paste inserts rows as they are in another directory, and what its users are
// found by.
func (tx Tx) Paste(t Table, rows []Row) error {
	for left := rows; len(left) > 0; {
		n := min(t.together(), len(left))
		var values []any
		for _, r := range left[:n] {
			values = append(values, r...)
		}
		if _, err := tx.rows(t.insert(n), values...); err != nil {
			if cmp.Or(sqliteConflict(err), postgresConflict(err)) != "" {
				return errTaken
			}
			return fmt.Errorf("%s to %s: %w", t.Describe(left[0]), t.Describe(left[n-1]), err)
		}
		left = left[n:]
	}
	if t.Name != users.table {
		return nil
	}
	for _, r := range rows {
		if err := tx.reindexed(t, r); err != nil {
			return fmt.Errorf("%s: %w", t.Describe(r), err)
		}
	}
	return nil
}

// together is how many rows one statement inserts, so that its text is kept
// prepared.
func (t Table) together() int {
	return max(1, (maxText-len(t.insert(0)))/(len(", ()")+len(t.Columns)*len(", $999")))
}

func (t Table) insert(n int) string {
	var b strings.Builder
	b.WriteString("insert into " + t.Name + " (" + t.names() + ") values ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range t.Columns {
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "$%d", i*len(t.Columns)+j+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// reindexed makes what the user of the row is found by.
func (tx Tx) reindexed(t Table, r Row) error {
	value := func(name string) any {
		return r[slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })]
	}
	text := func(name string) string { s, _ := value(name).(string); return s }
	u := roster.User{ID: text("id"), Name: text("name"), Email: text("email"), Phone: text("phone")}
	u.Seq, _ = value("seq").(int64)
	if err := (words{&u.Labels}).Scan(value("labels")); err != nil {
		return err
	}
	p, _ := value("project").(int64)
	return tx.index(roster.ProjectNumber(p), &u)
}
