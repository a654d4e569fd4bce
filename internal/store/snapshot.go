package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrInUse is returned by [Store.Freeze] if somebody writes and does not stop.
var ErrInUse = errors.New("another process is writing to it")

// Snapshot is the directory at one moment, whatever others write meanwhile.
type Snapshot struct {
	engine *engine
	conn   *sql.Conn
}

// Row is a row in the order of its table's columns. A value is nil, an int64, a
// string or a bool.
type Row []any

// Snapshot returns the directory as it is now. It must be closed.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	return s.begin(ctx, s.engine.snapshot)
}

// Freeze is Snapshot, and nobody can change the tables until it is closed. Who
// tries waits for some time and then fails; who reads is not disturbed.
func (s *Store) Freeze(ctx context.Context, tables []Table) (*Snapshot, error) {
	v, err := s.begin(ctx, s.engine.freeze(tables))
	if err != nil && s.engine.inUse(err) {
		err = ErrInUse
	}
	return v, err
}

func (s *Store) begin(ctx context.Context, statements []string) (*Snapshot, error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return nil, err
	}
	v := &Snapshot{s.engine, conn}
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(err, v.Close())
		}
	}
	return v, nil
}

// Close lets others write again.
func (v *Snapshot) Close() error {
	var errs []error
	for _, statement := range v.engine.thaw {
		_, err := v.conn.ExecContext(context.Background(), statement)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, v.conn.Close())...)
}

// Count returns how many rows the table has.
func (v *Snapshot) Count(ctx context.Context, t Table) (int64, error) {
	rows, err := v.conn.QueryContext(ctx, "select count(*) from "+t.Name)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// Rows returns rows in the order of the table's primary key: those that come
// after a row, or the first ones if that is nil.
func (v *Snapshot) Rows(ctx context.Context, t Table, after Row, limit int) ([]Row, error) {
	where, args := "", []any{limit}
	if after != nil {
		places := make([]string, len(t.Key))
		for i, k := range t.Key {
			args = append(args, after[k])
			places[i] = "$" + strconv.Itoa(len(args))
		}
		where = " where (" + t.key("") + ") > (" + strings.Join(places, ", ") + ")"
	}
	rows, err := v.conn.QueryContext(ctx, "select "+t.names()+" from "+t.Name+where+" order by "+t.key("")+" limit $1", args...)
	return collect(rows, err, t.scan)
}

// scan reads a row and wants its values to be of their columns' kinds, which
// SQLite does not warrant.
func (t Table) scan(r row) (Row, error) {
	values, pointers := make(Row, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	if err := r.Scan(pointers...); err != nil {
		return nil, err
	}
	for i, c := range t.Columns {
		v, ok := c.value(values[i])
		if !ok {
			return nil, fmt.Errorf("%s: %s is no %s", t.Describe(values), c.Name, c.Kind)
		}
		values[i] = v
	}
	return values, nil
}

// value is v as all engines give it. SQLite keeps booleans as numbers.
func (c Column) value(v any) (any, bool) {
	n, isNumber := v.(int64)
	switch v.(type) {
	case nil:
		return nil, true
	case string:
		return v, c.Kind == "text"
	case bool:
		return v, c.Kind == "boolean"
	}
	if c.Kind == "boolean" {
		return n == 1, isNumber && (n == 0 || n == 1)
	}
	return v, isNumber && c.Kind != "text"
}

// Describe names the row: its table, primary key and id, if it has one.
func (t Table) Describe(r Row) string {
	var b strings.Builder
	b.WriteString(t.Name)
	for _, k := range t.Key {
		fmt.Fprintf(&b, " %s=%#v", t.Columns[k].Name, r[k])
	}
	for i, c := range t.Columns {
		if c.Name == "id" {
			fmt.Fprintf(&b, " id=%#v", r[i])
		}
	}
	return b.String()
}
