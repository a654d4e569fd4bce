package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"roster/internal/fts5"
)

// sides are the two indexes of words while they are loaded: each is built apart
// from SQLite, and the rows of its tables are written to a file of their own,
// from which they are moved to their place as they are.
type sides [2]side

type side struct {
	index, name string
	file        *loadFile
	builder     *fts5.Builder
}

// gathered is how many bytes of entries of each index are held in memory.
const gathered = 16 << 20

func (s *sides) open(ctx context.Context, dir string, all []made) error {
	for i, index := range []string{wordIndex, trigramIndex} {
		s[i] = side{index: "user_" + index, name: filepath.Join(dir, "load-"+index+".db")}
		for _, m := range all {
			if m.name == s[i].index {
				if err := s[i].open(ctx, dir, m.text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// open makes the table in the file, without rows.
func (s *side) open(ctx context.Context, dir, schema string) (err error) {
	os.Remove(s.name)
	if s.file, err = openUnsafely(ctx, s.name, 1<<10); err != nil {
		return err
	}
	if err := s.file.exec(ctx, schema, "delete from "+s.index+"_data"); err != nil {
		return err
	}
	s.builder, err = fts5.New(dir, fts5.Format{PageSize: fts5.PageSize, Memory: gathered})
	return err
}

// fill indexes what of gives of each batch.
func (s *side) fill(ctx context.Context, from <-chan *batch, of func(*batch) [][]string) error {
	if err := s.gather(ctx, from, of); err != nil {
		return err
	}
	return s.write(ctx)
}

func (s *side) gather(ctx context.Context, from <-chan *batch, of func(*batch) [][]string) error {
	sizes, err := s.file.inserter(s.index+"_docsize", "id", "sz", "origin")
	if err != nil {
		return err
	}
	defer sizes.close()
	return s.file.grouped(ctx, from, func(b *batch) error {
		var values []any
		for i, words := range of(b) {
			if err := s.builder.Add(b.seqs[i], words); err != nil {
				return err
			}
			values = append(values, b.seqs[i], fts5.Docsize(len(words)), int64(fts5.Origin))
		}
		return sizes.insert(values...)
	})
}

func (s *side) write(ctx context.Context) error {
	data, err := s.file.inserter(s.index+"_data", "id", "block")
	if err != nil {
		return err
	}
	defer data.close()
	index, err := s.file.inserter(s.index+"_idx", "segid", "term", "pgno")
	if err != nil {
		return err
	}
	defer index.close()
	return inTurn(
		func() error { return s.file.exec(ctx, "begin") },
		func() error {
			return s.builder.Write(fts5.Shadow{
				Data:  func(id int64, block []byte) error { return data.insert(id, block) },
				Index: func(segment int64, term []byte, page int64) error { return index.insert(segment, term, page) },
			})
		},
		func() error { return s.file.exec(ctx, "commit") },
	)
}

// into moves the rows of the indexes to another file.
func (s *sides) into(ctx context.Context, to *loadFile) error {
	for i := range s {
		if err := s[i].into(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) into(ctx context.Context, to *loadFile) error {
	s.close()
	if err := to.exec(ctx, "attach '"+strings.ReplaceAll(s.name, "'", "''")+"' as side"); err != nil {
		return err
	}
	for _, part := range []string{"_data", "_idx", "_docsize"} {
		table := s.index + part
		if err := to.exec(ctx, "delete from main."+table, fmt.Sprintf("insert into main.%s select * from side.%s", table, table)); err != nil {
			return err
		}
	}
	return to.exec(ctx, "detach side")
}

// close closes the file, which the other may have for itself then.
func (s *side) close() {
	if s.file != nil {
		s.file.close()
		s.file = nil
	}
}

// remove removes the files.
func (s *sides) remove() (err error) {
	for i := range s {
		if s[i].builder != nil {
			err = errors.Join(err, s[i].builder.Close())
		}
		s[i].close()
		os.Remove(s[i].name)
	}
	return err
}
