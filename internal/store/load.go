package store

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
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
	{"user_labels", columnsOf("label, user_seq, project")},
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
	b, last := newBatch(nil), int64(0)
	for a := range all {
		last = b.add(p, shards, &a, last)
		if len(b.seqs) == batchSize {
			if err := send(b); err != nil {
				return err
			}
			b = newBatch(b)
		}
	}
	return send(b)
}

// newBatch makes room for as much as another had.
func newBatch(like *batch) *batch {
	b := &batch{rows: make([][]any, len(loadedTables)), users: make(map[int64]int64)}
	if like != nil {
		for i, rows := range like.rows {
			b.rows[i] = make([]any, 0, len(rows)+len(rows)/8)
		}
	}
	return b
}

// add makes the rows of one user, whose numbers come after last, and returns the
// last number it took.
func (b *batch) add(p roster.ProjectNumber, shards int64, a *Arrival, last int64) int64 {
	u := &a.User
	next, project := max(int64(u.CreatedAt)<<20, last+1), any(int64(p))
	number := func() int64 {
		last = next
		next++
		return last
	}
	u.Seq = number()
	b.seqs = append(b.seqs, u.Seq)
	b.users[u.Seq%shards]++
	b.row(0, userValues(u), project)
	for _, label := range u.Labels {
		b.row(1, []any{label, u.Seq}, project)
	}
	for i := range u.Targets {
		u.Targets[i].Seq = number()
		b.row(2, targetValues(&u.Targets[i]), project)
	}
	for i := range a.Sessions {
		a.Sessions[i].Seq = number()
		b.row(3, sessionValues(&a.Sessions[i]), project)
	}
	a.Record.Seq, a.Record.Time = number(), u.CreatedAt
	b.row(4, recordValues(&a.Record), project)
	b.words, b.trigrams = append(b.words, userWords(p, u)), append(b.trigrams, userTrigrams(p, u))
	return last
}

func (b *batch) row(table int, values []any, project any) {
	b.rows[table] = append(append(b.rows[table], values...), project)
}

// loading writes to SQLite: what users are found by goes to files of its own, so
// that the cores share the work.
type loading struct {
	project roster.ProjectNumber
	file    *loadFile
	side    sides
	users   map[int64]int64
}

func loadSQLite(ctx context.Context, o Options, p roster.ProjectNumber, all iter.Seq[Arrival]) error {
	made, err := schemaOf(ctx, o.Dir)
	if err != nil {
		return err
	}
	l := &loading{project: p, users: make(map[int64]int64)}
	defer l.side.remove()
	if err := l.side.open(ctx, o.Dir, made); err != nil {
		return err
	}
	if l.file, err = openUnsafely(ctx, filepath.Join(o.Dir, FileName), 4<<10); err != nil {
		return err
	}
	defer l.file.close()
	return inTurn(
		func() error { return l.fill(ctx, made, all) },
		func() error { return l.side.into(ctx, l.file) },
		func() error { return l.tally(ctx) },
	)
}

// made is a table or an index with the statement that made it.
type made struct{ kind, table, name, text string }

func schemaOf(ctx context.Context, dir string) ([]made, error) {
	db, err := openFile(filepath.Join(dir, FileName), 1, "query_only(1)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "select type, tbl_name, name, sql from sqlite_master where sql is not null order by tbl_name, name")
	return collect(rows, err, func(r row) (m made, err error) { return m, r.Scan(&m.kind, &m.table, &m.name, &m.text) })
}

// fill writes all rows and makes the indexes again that it took away before.
func (l *loading) fill(ctx context.Context, all []made, users iter.Seq[Arrival]) error {
	var later []string
	for _, m := range all {
		if m.kind == "index" && isLoaded(m.table) && !slices.Contains(ordered, m.name) {
			if err := l.file.exec(ctx, "drop index "+m.name); err != nil {
				return err
			}
			later = append(later, m.text)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	to := []chan *batch{make(chan *batch, 2), make(chan *batch, 2), make(chan *batch, 2)}
	group.Go(func() error { return batches(ctx, l.project, sqliteEngine.shards, users, to[0], to[1], to[2]) })
	group.Go(func() error {
		if err := l.insert(ctx, to[0]); err != nil {
			return err
		}
		return l.file.exec(ctx, later...)
	})
	group.Go(func() error { return l.side[0].fill(ctx, to[1], func(b *batch) [][]string { return b.words }) })
	group.Go(func() error { return l.side[1].fill(ctx, to[2], func(b *batch) [][]string { return b.trigrams }) })
	return group.Wait()
}

// ordered are indexes whose entries arrive in their order, or in a few orders of
// which each goes on where it was: filling them at once is cheaper than reading
// the table again and sorting.
var ordered = []string{
	"users_created_at", "users_registered_at", "users_without_email", "users_without_phone", "user_labels_user", "events_actor",
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

func (l *loading) insert(ctx context.Context, from <-chan *batch) error {
	into := make([]*inserter, len(loadedTables))
	for i, t := range loadedTables {
		var err error
		if into[i], err = l.file.inserter(t.name, t.columns...); err != nil {
			return err
		}
		defer into[i].close()
	}
	return l.file.grouped(ctx, from, func(b *batch) error {
		for part, n := range b.users {
			l.users[part] += n
		}
		for i, values := range b.rows {
			if err := into[i].insert(values...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *loading) tally(ctx context.Context) error {
	into, err := l.file.inserter("user_tallies", "project", "shard", "users")
	if err != nil {
		return err
	}
	defer into.close()
	for part, n := range l.users {
		if err := into.insert(int64(l.project), part, n); err != nil {
			return err
		}
	}
	return l.file.exec(ctx, "pragma locking_mode = normal", "pragma journal_mode = wal", "pragma wal_checkpoint(truncate)")
}

func inTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
