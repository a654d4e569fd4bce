package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"roster"
)

// Arrival is a user as it is loaded, with what its creation makes and the
// devices that are signed in. The user's Seq follows from CreatedAt.
type Arrival struct {
	User     roster.User // with its targets
	Sessions []roster.Session
	Record   roster.Record
}

// ErrHasUsers is returned for a load into a database that has users already.
var ErrHasUsers = errors.New("the database has users already")

// Load fills an empty database with the users of one project, in the order of
// their creation, by the fastest way there is: secondary indexes are made
// afterwards, and nothing is safe on disk before Load returns. A load that fails
// leaves a database that must be thrown away; nobody else may use it meanwhile.
//
// What is stored is what single creates would have stored: rows with all their
// columns, labels, targets, sessions, records, the words and trigrams, the
// count.
func Load(ctx context.Context, o Options, p roster.ProjectNumber, all iter.Seq[Arrival]) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	n, err := s.UserCount(ctx, p)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if n > 0 {
		return ErrHasUsers
	}
	if o.Database != "" {
		return loadPostgres(ctx, o, p, all)
	}
	return loadSQLite(ctx, o, p, all)
}

// loadedTables are filled by a load, in the order of batch.rows.
var loadedTables = []struct {
	name    string
	columns []string
}{
	{"users", columnsOf(written + ", project")},
	{"user_labels", columnsOf("project, label, user_seq")},
	{"targets", columnsOf(targetColumns + ", project")},
	{"sessions", columnsOf(sessionColumns + ", project")},
	{"events", columnsOf(eventColumns + ", project")},
}

func columnsOf(text string) []string { return strings.Fields(strings.ReplaceAll(text, ",", " ")) }

// batch is what some users become.
type batch struct {
	rows     [][]any // of each table, the values of all rows one after the other
	seqs     []int64 // of the users
	words    [][]string
	trigrams [][]string
	users    map[int64]int64 // how many belong to each part of the count
}

// batchSize is how many users are handed on together.
const batchSize = 100

// batches prepares users away from those who write them, and hands each batch
// to all of them.
func batches(ctx context.Context, p roster.ProjectNumber, shards int64, all iter.Seq[Arrival], to ...chan<- *batch) error {
	defer func() {
		for _, c := range to {
			close(c)
		}
	}()
	send := func(b *batch) error {
		for _, c := range to {
			select {
			case c <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}
	b, last := newBatch(), int64(0)
	for a := range all {
		last = b.add(p, shards, &a, last)
		if len(b.seqs) == batchSize {
			if err := send(b); err != nil {
				return err
			}
			b = newBatch()
		}
	}
	return send(b)
}

func newBatch() *batch {
	return &batch{rows: make([][]any, len(loadedTables)), users: make(map[int64]int64)}
}

// add makes the rows of one user, whose numbers come after last, and returns the
// last number it took.
func (b *batch) add(p roster.ProjectNumber, shards int64, a *Arrival, last int64) int64 {
	u := &a.User
	next := max(int64(u.CreatedAt)<<20, last+1)
	number := func() int64 {
		last = next
		next++
		return last
	}
	u.Seq = number()
	b.seqs = append(b.seqs, u.Seq)
	b.users[u.Seq%shards]++
	b.row(0, append(userValues(u), p)...)
	for _, label := range u.Labels {
		b.row(1, p, label, u.Seq)
	}
	for i := range u.Targets {
		u.Targets[i].Seq = number()
		b.row(2, append(targetValues(&u.Targets[i]), p)...)
	}
	for i := range a.Sessions {
		a.Sessions[i].Seq = number()
		b.row(3, append(sessionValues(&a.Sessions[i]), p)...)
	}
	a.Record.Seq, a.Record.Time = number(), u.CreatedAt
	b.row(4, append(recordValues(&a.Record), p)...)
	b.words, b.trigrams = append(b.words, userWords(p, u)), append(b.trigrams, userTrigrams(p, u))
	return last
}

func (b *batch) row(table int, values ...any) { b.rows[table] = append(b.rows[table], values...) }

// loading writes to SQLite: each index of words through a connection and a file
// of its own, so that the cores share the work.
type loading struct {
	project roster.ProjectNumber
	conn    *sql.Conn
	users   map[int64]int64
}

// unsafely are the settings of a database that is thrown away if anything goes
// wrong, of which so many KiB are in memory. What an index is made of is sorted
// in pieces of that size, by several threads.
func unsafely(kib int) []string {
	return []string{
		"journal_mode(off)", "synchronous(off)", "locking_mode(exclusive)", "temp_store(file)",
		fmt.Sprintf("cache_size(-%d)", kib), fmt.Sprintf("threads(%d)", runtime.GOMAXPROCS(0)),
	}
}

func loadSQLite(ctx context.Context, o Options, p roster.ProjectNumber, all iter.Seq[Arrival]) error {
	side, err := newSides(ctx, o.Dir)
	if err != nil {
		return err
	}
	defer side.remove()
	db, err := sql.Open("sqlite", fileURL(o.Dir+"/"+FileName, unsafely(4<<10)))
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	l := &loading{project: p, conn: conn, users: make(map[int64]int64)}
	return inTurn(
		func() error { return l.fill(ctx, all, side) },
		func() error { return side.into(ctx, conn) },
		func() error { return l.tally(ctx) },
	)
}

// fill writes all rows and makes the indexes again that it took away before.
func (l *loading) fill(ctx context.Context, all iter.Seq[Arrival], side sides) error {
	later, err := l.dropIndexes(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	to := []chan *batch{make(chan *batch, 2), make(chan *batch, 2), make(chan *batch, 2)}
	group.Go(func() error { return batches(ctx, l.project, sqliteEngine.shards, all, to[0], to[1], to[2]) })
	group.Go(func() error {
		if err := l.insert(ctx, to[0]); err != nil {
			return err
		}
		return execute(ctx, l.conn, later...)
	})
	group.Go(func() error { return side[0].fill(ctx, to[1], func(b *batch) [][]string { return b.words }) })
	group.Go(func() error { return side[1].fill(ctx, to[2], func(b *batch) [][]string { return b.trigrams }) })
	return group.Wait()
}

func execute(ctx context.Context, conn *sql.Conn, texts ...string) error {
	for _, text := range texts {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// dropIndexes drops the indexes of the loaded tables and returns what makes
// them again.
func (l *loading) dropIndexes(ctx context.Context) (make []string, err error) {
	rows, err := l.conn.QueryContext(ctx, "select tbl_name, name, sql from sqlite_master where type = 'index' and sql is not null order by tbl_name, name")
	found, err := collect(rows, err, func(r row) (index [3]string, err error) { return index, r.Scan(&index[0], &index[1], &index[2]) })
	for _, index := range found {
		if !isLoaded(index[0]) || slices.Contains(ordered, index[1]) {
			continue
		}
		if err := execute(ctx, l.conn, "drop index "+index[1]); err != nil {
			return nil, err
		}
		make = append(make, index[2])
	}
	return make, err
}

// ordered are indexes whose entries arrive in their order, or in a few orders of
// which each goes on where it was: filling them at once is cheaper than reading
// the table again and sorting.
var ordered = []string{
	"users_created_at", "users_registered_at", "users_without_email", "users_without_phone", "events_actor",
	"users_enabled", "users_email_verified", "users_phone_verified", "users_impersonator",
}

func isLoaded(table string) bool {
	for _, t := range loadedTables {
		if t.name == table {
			return true
		}
	}
	return false
}

// commitEvery is how many batches a transaction has.
const commitEvery = 50

func (l *loading) insert(ctx context.Context, from <-chan *batch) error {
	inserters := make([]*inserter, len(loadedTables))
	for i, t := range loadedTables {
		var err error
		if inserters[i], err = newInserter(ctx, l.conn, t.name, t.columns); err != nil {
			return err
		}
		defer inserters[i].close()
	}
	return grouped(ctx, l.conn, from, func(b *batch) error {
		if b == nil {
			return inTurn(flushes(ctx, inserters)...)
		}
		for part, n := range b.users {
			l.users[part] += n
		}
		for i, values := range b.rows {
			if err := inserters[i].add(ctx, values); err != nil {
				return err
			}
		}
		return nil
	})
}

func flushes(ctx context.Context, all []*inserter) (steps []func() error) {
	for _, in := range all {
		steps = append(steps, func() error { return in.flush(ctx) })
	}
	return steps
}

// grouped takes batches in transactions, and in the last one nil.
func grouped(ctx context.Context, conn *sql.Conn, from <-chan *batch, take func(*batch) error) error {
	n := 0
	if err := execute(ctx, conn, "begin"); err != nil {
		return err
	}
	for b := range from {
		if err := take(b); err != nil {
			return err
		}
		if n++; n%commitEvery == 0 {
			if err := execute(ctx, conn, "commit", "begin"); err != nil {
				return err
			}
		}
	}
	if err := take(nil); err != nil {
		return err
	}
	return execute(ctx, conn, "commit")
}

// inserter inserts rows of one table, many with each statement.
type inserter struct {
	width     int // values of a row
	many, one *sql.Stmt
	waiting   []any
}

// rowsTogether is how many rows an inserter inserts with one statement.
const rowsTogether = 50

func newInserter(ctx context.Context, conn *sql.Conn, table string, columns []string) (*inserter, error) {
	in := &inserter{width: len(columns)}
	var err error
	if in.many, err = conn.PrepareContext(ctx, insertRows(table, columns, rowsTogether)); err == nil {
		in.one, err = conn.PrepareContext(ctx, insertRows(table, columns, 1))
	}
	return in, err
}

func (in *inserter) add(ctx context.Context, values []any) error {
	in.waiting = append(in.waiting, values...)
	full := rowsTogether * in.width
	for ; len(in.waiting) >= full; in.waiting = append(in.waiting[:0], in.waiting[full:]...) {
		if _, err := in.many.ExecContext(ctx, in.waiting[:full]...); err != nil {
			return err
		}
	}
	return nil
}

// flush inserts what waits.
func (in *inserter) flush(ctx context.Context) error {
	for row := range slices.Chunk(in.waiting, in.width) {
		if _, err := in.one.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	in.waiting = nil
	return nil
}

func (in *inserter) close() {
	in.many.Close()
	in.one.Close()
}

func insertRows(table string, columns []string, rows int) string {
	one := ", (?" + strings.Repeat(", ?", len(columns)-1) + ")"
	return "insert into " + table + " (" + strings.Join(columns, ", ") + ") values " + strings.Repeat(one, rows)[2:]
}

func (l *loading) tally(ctx context.Context) error {
	for part, n := range l.users {
		if _, err := l.conn.ExecContext(ctx, "insert into user_tallies (project, shard, users) values ($1, $2, $3)", l.project, part, n); err != nil {
			return err
		}
	}
	return execute(ctx, l.conn, "pragma locking_mode = normal", "pragma journal_mode = wal", "pragma wal_checkpoint(truncate)")
}

func inTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
