package fts5

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// bed is a database with two tables of the same settings: FTS5 fills one of
// them, the builder makes the other.
type bed struct {
	*testing.T
	db     *sql.DB
	format Format
}

func newBed(t *testing.T, f Format) *bed {
	db, err := sql.Open("sqlite", t.TempDir()+"/test.db?_pragma=synchronous(off)&_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := &bed{t, db, f}
	for _, table := range []string{"filled", "built"} {
		b.exec("create virtual table " + table + " using fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii')")
		b.exec("insert into "+table+" ("+table+", rank) values ('pgsz', $1)", f.PageSize)
		b.exec("insert into " + table + " (" + table + ", rank) values ('hashsize', 4096)")
		b.exec("insert into " + table + " (" + table + ", rank) values ('automerge', 0)")
		b.exec("create virtual table " + table + "_words using fts5vocab (" + table + ", 'instance')")
	}
	return b
}

func (b *bed) exec(text string, args ...any) {
	b.Helper()
	if _, err := b.db.Exec(text, args...); err != nil {
		b.Fatalf("%s: %v", text, err)
	}
}

// rows are what a query gives, a line each.
func (b *bed) rows(text string, args ...any) (lines []string) {
	b.Helper()
	rows, err := b.db.Query(text, args...)
	if err != nil {
		b.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	values, pointers := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			b.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(values...))
	}
	if err := rows.Err(); err != nil {
		b.Fatalf("%s: %v", text, err)
	}
	return lines
}

// document is a row.
type document struct {
	row    int64
	tokens []string
}

// make makes both tables of the documents.
func (b *bed) make(all []document) {
	b.Helper()
	builder, err := New(b.TempDir(), b.format)
	if err != nil {
		b.Fatal(err)
	}
	defer builder.Close()
	tx, err := b.db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	exec := func(text string, args ...any) error {
		_, err := tx.Exec(text, args...)
		return err
	}
	fill := func() error {
		for _, d := range all {
			if err := exec("insert into filled (rowid, words) values ($1, $2)", d.row, strings.Join(d.tokens, " ")); err != nil {
				return err
			}
			if err := builder.Add(d.row, d.tokens); err != nil {
				return err
			}
			if err := exec("insert into built_docsize (id, sz, origin) values ($1, $2, $3)", d.row, Docsize(len(d.tokens)), Origin); err != nil {
				return err
			}
		}
		if err := exec("delete from built_data"); err != nil {
			return err
		}
		if err := exec("insert into filled (filled) values ('optimize')"); err != nil {
			return err
		}
		return builder.Write(Shadow{
			Data: func(id int64, block []byte) error {
				return exec("insert into built_data (id, block) values ($1, $2)", id, block)
			},
			Index: func(segment int64, term []byte, page int64) error {
				return exec("insert into built_idx (segid, term, pgno) values ($1, $2, $3)", segment, term, page)
			},
		})
	}
	if err := fill(); err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	// A connection remembers the segments that the table had before.
	b.db.SetMaxIdleConns(0)
	b.db.SetMaxIdleConns(1)
}

// wantSame wants both tables to be sound, to have the same and to find the same.
func (b *bed) wantSame(all []document) {
	b.Helper()
	if lines := b.rows("pragma integrity_check"); !slices.Equal(lines, []string{"ok"}) {
		b.Fatalf("integrity: %q", lines)
	}
	b.exec("insert into built (built) values ('integrity-check')")
	b.wantEqual("select term, doc, col, offset from %s_words order by term, doc, offset")
	b.wantEqual("select id, sz from %s_docsize order by id")
	b.wantEqual("select block from %s_data where id = 1")
	first, last := all[0].row, all[len(all)-1].row
	from, to := first+(last-first)/3, last-(last-first)/3
	for _, match := range b.matches(all) {
		b.wantEqual("select rowid from %[1]s where %[1]s match $1", match)
		b.wantEqual("select rowid from %[1]s where %[1]s match $1 order by rowid desc", match)
		b.wantEqual("select rowid from %[1]s where %[1]s match $1 and rowid between $2 and $3", match, from, to)
		b.wantEqual("select rowid from %[1]s where %[1]s match $1 and rowid between $2 and $3 order by rowid desc", match, from, to)
		b.wantEqual("select rowid from %[1]s where %[1]s match $1 and rowid < $2 order by rowid desc limit 3", match, to)
		b.wantEqual("select rowid from %[1]s where %[1]s match $1 and rowid > $2 order by rowid limit 3", match, from)
	}
}

// wantSameBytes wants both to have the same leaves, indexes of doclists of the
// first level and above, and separators.
func (b *bed) wantSameBytes() {
	b.Helper()
	b.wantEqual("select id & 0x1fffffffff, hex(block) from %s_data where id > 10 order by id")
	b.wantEqual("select term, pgno from %s_idx order by term")
	if b.format.PageSize >= 100 {
		return
	}
	for height := range 2 {
		if len(b.rows("select id from built_data where id >> 31 & 0x3f = $1", 1<<5+height)) == 0 {
			b.Errorf("no doclist-index has height %d", height)
		}
	}
}

// matches are things to look for: frequent and rare words, beginnings, and what
// is in the same row or beside each other.
func (b *bed) matches(all []document) []string {
	list := []string{"nobody", "a", "w *", "w1 *", "w11 *", "a AND w7", "w7 AND w11", "w1 * AND a AND w2"}
	for i := range 5 {
		if tokens := all[i*(len(all)-1)/4].tokens; len(tokens) > 1 {
			list = append(list, tokens[len(tokens)-1], tokens[0]+" + "+tokens[1], tokens[1]+" + "+tokens[0], tokens[0]+" + w1 *")
		}
	}
	return list
}

func (b *bed) wantEqual(text string, args ...any) {
	b.Helper()
	filled, built := b.rows(fmt.Sprintf(text, "filled"), args...), b.rows(fmt.Sprintf(text, "built"), args...)
	if !slices.Equal(filled, built) {
		b.Errorf("%s %v: FTS5 has %d, built are %d", text, args, len(filled), len(built))
	}
}

// documents have words of very different frequency, some with long beginnings in
// common, and now and then the same word many times. Some have none.
func documents(n int, seed uint64) []document {
	random := rand.New(rand.NewPCG(seed, 1))
	list, row := make([]document, n), int64(seed%2)<<60
	for i := range list {
		row += 1 + random.Int64N(1<<random.IntN(40))
		list[i].row = row
		if random.IntN(20) == 0 {
			continue
		}
		tokens := []string{"a", "W" + strconv.Itoa(i), "李"}
		for range random.IntN(12) {
			f := random.Float64()
			tokens = append(tokens, "w"+strconv.Itoa(int(f*f*f*float64(n))))
		}
		if random.IntN(10) == 0 {
			tokens = append(tokens, strings.Repeat("longw", 1+random.IntN(30))+strconv.Itoa(random.IntN(n)))
		}
		if random.IntN(50) == 0 {
			tokens = append(tokens, slices.Repeat([]string{"a", "b"}, random.IntN(200))...)
		}
		list[i].tokens = tokens
	}
	return list
}

// What is built is byte for byte what FTS5 makes when it merges all it has: with
// leaves so small that doclists go over many of them and their indexes have
// several levels, and with memory so small that there are many runs. (A segment
// of more than 1000 leaves would differ: FTS5 merges so many at a time, and
// begins a leaf after each.)
func TestIndexesAreThoseOfFTS5(t *testing.T) {
	for i, c := range []struct {
		format Format
		rows   int
	}{
		{Format{PageSize: PageSize, Memory: 1 << 18}, 800},
		{Format{PageSize: 100, Memory: 1}, 50},
		{Format{PageSize: 32, Memory: 20_000}, 350},
		{Format{PageSize: 64, Memory: 1 << 23}, 400},
	} {
		t.Run(fmt.Sprintf("%+v", c.format), func(t *testing.T) {
			b := newBed(t, c.format)
			all := documents(c.rows, uint64(i))
			b.make(all)
			b.wantSameBytes()
			b.wantSame(all)
		})
	}
}

// A table that was built goes on as one that FTS5 has filled: rows come, change
// and go, what is small is merged, and in the end all is.
func TestFTS5GoesOnWithWhatWasBuilt(t *testing.T) {
	b := newBed(t, Format{PageSize: 64, Memory: 20_000})
	all := documents(200, 5)
	b.make(all)
	more := documents(260, 5) // begins with the same rows
	for _, table := range []string{"filled", "built"} {
		for i, d := range more {
			switch text := strings.Join(d.tokens, " "); {
			case i >= len(all):
				b.exec("insert into "+table+" (rowid, words) values ($1, $2)", d.row, text)
			case i%5 == 0:
				b.exec("delete from "+table+" where rowid = $1", d.row)
			case i%7 == 0:
				b.exec("insert or replace into "+table+" (rowid, words) values ($1, $2)", d.row, text+" w7 later")
			}
		}
	}
	b.wantSame(more)
	for _, table := range []string{"filled", "built"} {
		b.exec("insert into " + table + " (" + table + ") values ('optimize')")
	}
	b.wantSame(more)
}

// A table without rows or without words is one that FTS5 can begin to fill.
func TestIndexesMayBeEmpty(t *testing.T) {
	for _, all := range [][]document{nil, {{row: 5}}} {
		b := newBed(t, Format{PageSize: PageSize, Memory: 20_000})
		b.make(all)
		for _, table := range []string{"filled", "built"} {
			b.exec("insert into " + table + " (rowid, words) values (7, 'a b')")
		}
		b.wantSame([]document{{row: 7, tokens: []string{"a", "b"}}})
	}
}

// Rows come in ascending order.
func TestRowsOutOfOrderAreRefused(t *testing.T) {
	builder, err := New(t.TempDir(), Format{PageSize: PageSize, Memory: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer builder.Close()
	if err := builder.Add(7, nil); err != nil {
		t.Fatal(err)
	}
	for _, row := range []int64{7, 6, 0, -1} {
		if builder.Add(row, nil) == nil {
			t.Errorf("row %d is taken after row 7", row)
		}
	}
}
