package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"roster/internal/fts5"
)

// sides are the two indexes of words while they are loaded: each is built apart
// from SQLite, and the rows of its tables are written to a file of their own,
// from which they are moved to their place as they are.
type sides [2]*side

type side struct {
	index, file string
	db          *sql.DB
	builder     *fts5.Builder
}

// gathered is how many bytes of entries of each index are held in memory.
const gathered = 16 << 20

func newSides(ctx context.Context, dir string) (s sides, err error) {
	schemas, err := schemasOfIndexes(ctx, dir)
	if err != nil {
		return s, err
	}
	for i, index := range []string{wordIndex, trigramIndex} {
		s[i] = &side{index: "user_" + index, file: filepath.Join(dir, "load-"+index+".db")}
		if err := s[i].open(ctx, dir, schemas[s[i].index]); err != nil {
			s.remove()
			return s, err
		}
	}
	return s, nil
}

// open makes the table in the file, without rows.
func (s *side) open(ctx context.Context, dir, schema string) (err error) {
	os.Remove(s.file)
	if s.db, err = sql.Open("sqlite", fileURL(s.file, unsafely(1<<10))); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.ExecContext(ctx, schema+"; delete from "+s.index+"_data"); err != nil {
		return err
	}
	s.builder, err = fts5.New(dir, fts5.Format{PageSize: fts5.PageSize, Memory: gathered})
	return err
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

// fill indexes what of gives of each batch.
func (s *side) fill(ctx context.Context, from <-chan *batch, of func(*batch) [][]string) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := s.gather(ctx, conn, from, of); err != nil {
		return err
	}
	return s.write(ctx, conn)
}

func (s *side) gather(ctx context.Context, conn *sql.Conn, from <-chan *batch, of func(*batch) [][]string) error {
	sizes, err := newInserter(ctx, conn, s.index+"_docsize", []string{"id", "sz", "origin"})
	if err != nil {
		return err
	}
	defer sizes.close()
	return grouped(ctx, conn, from, func(b *batch) error {
		if b == nil {
			return sizes.flush(ctx)
		}
		var values []any
		for i, words := range of(b) {
			if err := s.builder.Add(b.seqs[i], words); err != nil {
				return err
			}
			values = append(values, b.seqs[i], fts5.Docsize(len(words)), fts5.Origin)
		}
		return sizes.add(ctx, values)
	})
}

func (s *side) write(ctx context.Context, conn *sql.Conn) error {
	data, err := conn.PrepareContext(ctx, "insert into "+s.index+"_data (id, block) values ($1, $2)")
	if err != nil {
		return err
	}
	defer data.Close()
	index, err := conn.PrepareContext(ctx, "insert into "+s.index+"_idx (segid, term, pgno) values ($1, $2, $3)")
	if err != nil {
		return err
	}
	defer index.Close()
	if err := execute(ctx, conn, "begin"); err != nil {
		return err
	}
	err = s.builder.Write(fts5.Shadow{
		Data: func(id int64, block []byte) error {
			_, err := data.ExecContext(ctx, id, block)
			return err
		},
		Index: func(segment int64, term []byte, page int64) error {
			_, err := index.ExecContext(ctx, segment, term, page)
			return err
		},
	})
	if err != nil {
		return err
	}
	return execute(ctx, conn, "commit")
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

// remove removes the files.
func (s sides) remove() (err error) {
	for _, side := range slices.DeleteFunc(s[:], func(s *side) bool { return s == nil }) {
		if side.builder != nil {
			err = errors.Join(err, side.builder.Close())
		}
		if side.db != nil {
			err = errors.Join(err, side.db.Close(), os.Remove(side.file))
		}
	}
	return err
}
