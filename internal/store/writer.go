package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"roster"
)

// ErrClosed is returned for writes after Close.
var ErrClosed = errors.New("store: closed")

// maxGroup bounds how many writes are committed together.
const maxGroup = 128

// Tx is a transaction. Its methods are the writes.
type Tx struct {
	Now roster.Time // the transaction's one clock

	ctx    context.Context
	engine *engine
	on     runner
	seqs   *sequence
}

// runner runs the statements of a transaction in their order.
type runner interface {
	query(context.Context, postponed) (cursor, error)
	exec(context.Context, postponed) (int64, error) // how many rows it touched
	later(context.Context, postponed) error         // now or before the next one
}

// Write runs fn in a transaction and returns when what it did is on disk. An
// error from fn undoes it alone.
//
// fn may run more than once and must be quick: no hashing, no network, no clock
// but Tx.Now.
func (s *Store) Write(ctx context.Context, fn func(Tx) error) error { return s.writes.write(ctx, fn) }

// write runs fn beside other writes in one group, so that one sync serves them
// all.
func (w *writer) write(ctx context.Context, fn func(Tx) error) error {
	p := &pending{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := w.enqueue(p); err != nil {
		return err
	}
	err := <-p.done
	var caught panicked
	if errors.As(err, &caught) {
		panic(caught.value)
	}
	return failure(err)
}

// pending is a write that waits for its turn.
type pending struct {
	ctx  context.Context
	fn   func(Tx) error
	done chan error
	err  error
}

// panicked carries a panic from the writer back to who caused it.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprint("panic in a write: ", p.value) }

// writer owns the one connection that writes to SQLite.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	cache *statements
	clock func() time.Time
	log   *slog.Logger
	now   roster.Time
	seqs  sequence

	mu     sync.RWMutex // held for reading while something is sent
	closed bool
	queue  chan *pending
	ended  chan struct{}
}

func newWriter(ctx context.Context, db *sql.DB, clock func() time.Time, log *slog.Logger) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	w := &writer{
		db: db, conn: conn, cache: newStatements(conn, true), clock: clock, log: log,
		queue: make(chan *pending, maxGroup), ended: make(chan struct{}),
	}
	if w.seqs.last, err = latest(ctx, conn); err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	go w.run()
	return w, nil
}

func (w *writer) enqueue(p *pending) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	w.queue <- p
	return nil
}

func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.ended
	w.cache.close()
	w.conn.Close()
	return w.db.Close()
}

func (w *writer) run() {
	defer close(w.ended)
	for p := range w.queue {
		w.commit(w.waiting([]*pending{p}))
	}
}

// waiting adds to the group what has come in the meantime.
func (w *writer) waiting(group []*pending) []*pending {
	for len(group) < maxGroup {
		select {
		case p, open := <-w.queue:
			if !open {
				return group
			}
			group = append(group, p)
		default:
			return group
		}
	}
	return group
}

// commit runs the group in one transaction. If a member fails after it has
// written something, the group is undone and run again with each member in a
// savepoint; savepoints from the start would make the search index write itself
// out for every member.
func (w *writer) commit(group []*pending) {
	err := w.transaction(group, w.plain)
	if errors.Is(err, errUndo) {
		err = w.transaction(group, w.guarded)
	}
	if err != nil {
		w.log.Error("a group of writes failed", "writes", len(group), "error", err)
	}
	for _, p := range group {
		if p.err == nil {
			p.err = err
		}
		p.done <- p.err
	}
}

// errUndo says that a member failed with something to undo.
var errUndo = errors.New("store: a member of the group must be undone")

func (w *writer) transaction(group []*pending, run func(*pending) error) error {
	err := w.exec("begin immediate")
	for _, p := range group {
		if p.err = p.ctx.Err(); p.err == nil && err == nil {
			err = run(p)
		}
	}
	if err == nil {
		err = w.exec("commit")
	}
	if err != nil {
		w.exec("rollback")
	}
	return err
}

func (w *writer) plain(p *pending) error {
	// A full disk, for one, has undone the whole transaction already.
	if wrote := w.member(p); p.err != nil && (wrote || ofSQLite(p.err)) {
		return errUndo
	}
	return nil
}

func (w *writer) guarded(p *pending) error {
	if err := w.exec("savepoint member"); err != nil {
		return err
	}
	if w.member(p); p.err != nil {
		if err := w.exec("rollback to member"); err != nil {
			return errors.Join(p.err, err) // a full disk, for one, has undone all
		}
	}
	return w.exec("release member")
}

// member runs the function of one member and reports whether it has written
// anything.
func (w *writer) member(p *pending) (wrote bool) {
	on := &direct{statements: w.cache}
	defer func() {
		wrote = on.wrote
		if value := recover(); value != nil {
			p.err = panicked{value}
		}
	}()
	// A statement that is interrupted would undo the whole group, so the
	// caller's cancellation ends here.
	ctx := context.WithoutCancel(p.ctx)
	w.now = max(w.now, roster.TimeOf(w.clock()))
	p.err = p.fn(Tx{Now: w.now, ctx: ctx, engine: sqliteEngine, on: on, seqs: &w.seqs})
	return
}

func (w *writer) exec(text string) error {
	_, err := w.cache.exec(context.Background(), text)
	return err
}

func (tx Tx) query(text string, args ...any) (cursor, error) {
	return tx.on.query(tx.ctx, postponed{text: text, args: args})
}

// returning executes a statement that changes rows and selects from them.
func (tx Tx) returning(text string, args ...any) (cursor, error) {
	return tx.on.query(tx.ctx, postponed{text: text, args: args, writes: true})
}

// exec executes a statement. The engine may wait with it until something is
// asked for or the transaction is committed; so may the error.
func (tx Tx) exec(text string, args ...any) error { return tx.unique(nil, text, args...) }

// unique executes a statement as exec does. If it violates a unique index, the
// error is what that means.
func (tx Tx) unique(meaning map[string]error, text string, args ...any) error {
	return tx.on.later(tx.ctx, postponed{text: text, args: args, meaning: meaning})
}

// rows executes a statement and returns how many rows it touched.
func (tx Tx) rows(text string, args ...any) (int64, error) {
	return tx.on.exec(tx.ctx, postponed{text: text, args: args})
}

// change executes a statement that must touch a row, else it returns missing.
func (tx Tx) change(missing error, text string, args ...any) error {
	n, err := tx.rows(text, args...)
	if err == nil && n == 0 {
		err = missing
	}
	return err
}

// direct runs each statement when it comes, and notes whether anything has been
// written.
type direct struct {
	*statements
	wrote bool
}

func (d *direct) query(ctx context.Context, s postponed) (cursor, error) {
	d.wrote = d.wrote || s.writes
	rows, err := d.statements.query(ctx, s.text, s.args...)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

func (d *direct) exec(ctx context.Context, s postponed) (int64, error) {
	result, err := d.statements.exec(ctx, s.text, s.args...)
	if err != nil {
		return 0, conflicting(err, s.meaning)
	}
	n, err := result.RowsAffected()
	d.wrote = d.wrote || n > 0
	return n, err
}

func (d *direct) later(ctx context.Context, s postponed) error {
	_, err := d.exec(ctx, s)
	return err
}

// seq makes the next number in the order of creation.
func (tx Tx) seq() int64 { return tx.seqs.next(tx.Now) }

// sequence makes numbers that grow with time: milliseconds in the upper bits,
// below them 20 bits that begin at random, so that two processes do not meet.
type sequence struct {
	mu   sync.Mutex
	last int64
}

func (s *sequence) next(now roster.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last>>20 < int64(now) {
		s.last = int64(now)<<20 | rand.Int64N(1<<19)
		return s.last
	}
	s.last++
	return s.last
}

// sequenced are the tables whose rows have numbers of the sequence.
var sequenced = append([]string{"users", "teams", "providers", "flows", "deliveries", "events"}, ownedByUser...)

// latest is the last number that was given, so that the order of creation
// outlives a clock that is set back between two starts.
func latest(ctx context.Context, conn *sql.Conn) (int64, error) {
	var each []string
	for _, table := range sequenced {
		each = append(each, "select (select max(seq) from "+table+" where project = number) as seq from projects")
	}
	rows, err := conn.QueryContext(ctx, "select coalesce(max(seq), 0) from ("+strings.Join(each, " union all ")+")")
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}
