package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sides are the two indexes of words while they are loaded, each in a file of
// its own. An index is nothing but rows of a few tables, which are moved to
// their place as they are.
type sides [2]*side

type side struct {
	index, file string
	db          *sql.DB
}

func newSides(ctx context.Context, dir string) (s sides, err error) {
	schemas, err := schemasOfIndexes(ctx, dir)
	if err != nil {
		return s, err
	}
	for i, index := range []string{wordIndex, trigramIndex} {
		s[i] = &side{index: "user_" + index, file: filepath.Join(dir, "load-"+index+".db")}
		os.Remove(s[i].file)
		if s[i].db, err = sql.Open("sqlite", fileURL(s[i].file, unsafely)); err == nil {
			s[i].db.SetMaxOpenConns(1)
			_, err = s[i].db.ExecContext(ctx, schemas[s[i].index])
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// schemasOfIndexes are the statements that made the indexes.
func schemasOfIndexes(ctx context.Context, dir string) (map[string]string, error) {
	db, err := openFile(filepath.Join(dir, FileName), 1, "query_only(1)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "select name, sql from sqlite_master where sql like 'create virtual table%'")
	found, err := collect(rows, err, func(r row) (s [2]string, err error) { return s, r.Scan(&s[0], &s[1]) })
	schemas := make(map[string]string)
	for _, s := range found {
		schemas[s[0]] = s[1]
	}
	return schemas, err
}

// fill indexes what of gives of each batch, and merges it into one segment.
func (s *side) fill(ctx context.Context, from <-chan *batch, of func(*batch) [][]string) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Written out when it has 2 MiB, and merged when there are 16 of a kind.
	configure := "insert into " + s.index + " (" + s.index + ", rank) values "
	if err := execute(ctx, conn, configure+"('hashsize', 2097152)", configure+"('automerge', 16)"); err != nil {
		return err
	}
	column := strings.TrimPrefix(s.index, "user_")
	in, err := newInserter(ctx, conn, s.index, []string{"rowid", column})
	if err != nil {
		return err
	}
	defer in.close()
	err = grouped(ctx, conn, from, func(b *batch) error {
		if b == nil {
			return in.flush(ctx)
		}
		var values []any
		for i, words := range of(b) {
			values = append(values, b.seqs[i], strings.Join(words, " "))
		}
		return in.add(ctx, values)
	})
	if err != nil {
		return err
	}
	return execute(ctx, conn, "insert into "+s.index+" ("+s.index+") values ('optimize')",
		"delete from "+s.index+"_config where k in ('hashsize', 'automerge')")
}

// into moves the rows of the indexes to the database of the connection.
func (s sides) into(ctx context.Context, conn *sql.Conn) error {
	for _, side := range s {
		if err := side.db.Close(); err != nil {
			return err
		}
		if err := side.into(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) into(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "attach $1 as side", s.file); err != nil {
		return err
	}
	for _, part := range []string{"_data", "_idx", "_docsize"} {
		table := s.index + part
		if err := execute(ctx, conn, "delete from main."+table, fmt.Sprintf("insert into main.%s select * from side.%s", table, table)); err != nil {
			return err
		}
	}
	return execute(ctx, conn, "detach side")
}

func (s sides) remove() {
	for _, side := range slices.DeleteFunc(s[:], func(s *side) bool { return s == nil }) {
		side.db.Close()
		os.Remove(side.file)
	}
}
