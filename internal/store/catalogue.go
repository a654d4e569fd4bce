package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Table is a table of the directory, as the database itself describes it: a
// table that a migration adds is copied without being told of here.
type Table struct {
	Name    string
	Columns []Column // by name
	Key     []int    // which of them are the primary key, in its order
}

// Column is one column of a table. Kind is text, boolean, integer (of 32 bits)
// or bigint.
type Column struct{ Name, Kind string }

var kinds = []string{"text", "boolean", "integer", "bigint"}

// unfinishedTable is there while a copy into this database is unfinished. Its
// one row says what it is a copy of.
const unfinishedTable = "unfinished_copy"

// uncopied are the tables that both engines have and that are no part of the
// directory.
var uncopied = []string{"goose_db_version", unfinishedTable}

// Tables returns the tables of the directory by name. What users are found by is
// not among them: the engine makes it from the users.
func (s *Store) Tables(ctx context.Context) ([]Table, error) {
	rows, err := s.read.QueryContext(ctx, s.engine.catalogue)
	list, err := collect(rows, err, func(r row) (f field, err error) { return f, r.Scan(&f.table, &f.name, &f.kind, &f.key) })
	if err != nil {
		return nil, fmt.Errorf("reading which tables there are: %w", err)
	}
	list = slices.DeleteFunc(list, func(f field) bool {
		return slices.Contains(uncopied, f.table) || slices.Contains(s.engine.derived, f.table)
	})
	slices.SortFunc(list, func(a, b field) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.name, b.name)) })
	return tablesOf(list)
}

// field is a row of the catalogue: a column, and which place it has in the
// primary key, from 1.
type field struct {
	table, name, kind string
	key               int
}

// tablesOf makes tables of fields that are in their order.
func tablesOf(list []field) (tables []Table, err error) {
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(f field) bool { return f.table != list[0].table })
		if n < 0 {
			n = len(list)
		}
		t, err := tableOf(list[:n])
		if err != nil {
			return nil, err
		}
		tables, list = append(tables, t), list[n:]
	}
	return tables, nil
}

func tableOf(fields []field) (Table, error) {
	t := Table{Name: fields[0].table}
	for i, f := range fields {
		if !slices.Contains(kinds, f.kind) {
			return t, fmt.Errorf("the column %s of the table %s is of the kind %q, which is none of %s", f.name, f.table, f.kind, strings.Join(kinds, ", "))
		}
		t.Columns = append(t.Columns, Column{f.name, f.kind})
		if f.key > 0 {
			t.Key = append(t.Key, i)
		}
	}
	slices.SortFunc(t.Key, func(a, b int) int { return fields[a].key - fields[b].key })
	if t.Key == nil {
		return t, fmt.Errorf("the table %s has no primary key", t.Name)
	}
	return t, nil
}

// names are those of the columns, for SQL.
func (t Table) names() string {
	list := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = c.Name
	}
	return strings.Join(list, ", ")
}

// key are the columns of the primary key, each followed by suffix.
func (t Table) key(suffix string) string {
	list := make([]string, len(t.Key))
	for i, k := range t.Key {
		list[i] = t.Columns[k].Name + suffix
	}
	return strings.Join(list, ", ")
}
