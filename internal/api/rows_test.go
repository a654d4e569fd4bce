package api

import (
	"fmt"
	"strings"
)

// dump is all that the database has, a row per line, without what was only
// counted or looked at.
func (b *bed) dump() string {
	b.t.Helper()
	var text strings.Builder
	for _, table := range []string{
		"projects", "keys", "users", "user_tallies", "user_labels", "targets", "sessions", "tokens", "identities",
		"teams", "memberships", "membership_roles", "authenticators", "challenges", "providers", "events",
	} {
		rows, err := b.file.Query("select * from " + table)
		b.must(err)
		columns, err := rows.Columns()
		b.must(err)
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		for rows.Next() {
			b.must(rows.Scan(pointers...))
			fmt.Fprintln(&text, table, values)
		}
		b.must(rows.Err())
		b.must(rows.Close())
	}
	return text.String()
}

// sameRows runs test and wants the database to have the same rows as before.
func (b *bed) sameRows(test func()) {
	b.t.Helper()
	before := b.dump()
	test()
	if after := b.dump(); after != before {
		b.t.Errorf("the database changed:\n%s\nwas:\n%s", after, before)
	}
}

// untouched runs test and wants that nothing at all was committed meanwhile,
// which is more than sameRows and takes less.
func (b *bed) untouched(test func()) {
	b.t.Helper()
	before := b.commits()
	test()
	if b.commits() != before {
		b.t.Error("the database was written to")
	}
}

func (b *bed) commits() (n int64) {
	b.t.Helper()
	b.must(b.version.QueryRow().Scan(&n))
	return n
}
