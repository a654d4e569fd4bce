package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"roster"
)

// replica is a standby that answers lists. It is asked only when it has replayed
// all that the primary had written before: a list shows what was acknowledged to
// anybody by any node, whichever server it comes from.
type replica struct {
	db    *sql.DB
	lines *lines
	log   *slog.Logger
	rests atomic.Int64 // until then it is not asked, in nanoseconds since 1970; 0: it is in use
}

const (
	maxLag      = 50 * time.Millisecond // that a list waits for the replica to catch up
	silentTime  = time.Second           // without an answer of the replica, until it counts as away
	restTime    = 2 * time.Second       // that a replica is not asked which was away or behind
	replicaTime = 10 * time.Second      // for a list; then the primary is asked
)

func openReplica(o Options) (*replica, error) {
	config, err := configOf(o.Replica)
	if err != nil {
		return nil, err
	}
	if config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsStandby
	}
	r := &replica{lines: &lines{}, log: o.Log}
	config.DialFunc = r.lines.through(config.DialFunc)
	r.db = o.pool(stdlib.GetConnector(*config))
	return r, nil
}

// list runs what a client has composed, on the replica if it can be.
func (s *Store) list(ctx context.Context, text string, args ...any) (*results, error) {
	if conn := s.upToDate(ctx); conn != nil {
		limit, done := context.WithTimeout(ctx, replicaTime)
		found, err := queryOn(limit, conn, done, text, args)
		if !errors.Is(err, roster.ErrUnavailable) {
			return found, err
		}
	}
	return s.lists.query(ctx, text, args...)
}

// upToDate is a connection to the replica if it knows all that the primary has
// acknowledged up to now, else nil.
func (s *Store) upToDate(ctx context.Context) *sql.Conn {
	r := s.replica
	if r == nil || r.busy() || !r.mayBeAsked() {
		return nil
	}
	want, err := s.written(ctx)
	if err != nil {
		return nil // the list will tell
	}
	conn, err := r.reaches(ctx, want)
	switch {
	case err == nil:
		r.use()
	case ctx.Err() == nil:
		r.rest(err)
	}
	return conn
}

// busy reports whether a list would wait for a connection.
func (r *replica) busy() bool {
	now := r.db.Stats()
	return now.InUse == now.MaxOpenConnections
}

// mayBeAsked lets everybody ask a replica in use, and one who tries one that has
// rested.
func (r *replica) mayBeAsked() bool {
	now, until := time.Now(), r.rests.Load()
	return until == 0 || now.UnixNano() > until && r.rests.CompareAndSwap(until, now.Add(restTime).UnixNano())
}

func (r *replica) use() {
	if r.rests.Swap(0) != 0 {
		r.log.Info("the replica answers lists")
	}
}

// rest has lists go to the primary. If the replica is away, whatever else it was
// asked gets no answer either.
func (r *replica) rest(err error) {
	before := r.rests.Swap(time.Now().Add(restTime).UnixNano())
	if errors.Is(err, errBehind) {
		return
	}
	if r.lines.cut(); before == 0 {
		r.log.Warn("the replica answers no lists", "error", err)
	}
}

// position is how far a server has come in what the primary writes. Bytes can only
// be compared on one history: a primary that was lost may have written what its
// successor never knew, and a standby may have followed it there. So nodes note a
// number for each history, which finds its way to those who follow.
type position struct {
	history int64
	bytes   int64
}

// written is what the primary has acknowledged: a commit is on its disk before. The
// timeline, of which PostgreSQL begins a new one with each promotion, is the upper
// half of the history's number.
func (s *Store) written(ctx context.Context) (at position, err error) {
	rows, err := s.cache.query(ctx, `select (select value from notices where name = 'history'), (flushed - '0/0')::bigint,
		('x' || left(pg_walfile_name(flushed), 8))::bit(32)::bigint from pg_current_wal_flush_lsn() flushed`)
	var history sql.NullInt64
	timeline, err := first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&history, &at.bytes, &n) })
	if at.history = history.Int64; err != nil || at.history>>32 == timeline {
		return at, err
	}
	history.Int64 = timeline<<32 | int64(rand.Uint32())
	if err := s.Write(ctx, func(tx Tx) error { return tx.Remember("history", history.Int64) }); err != nil {
		return at, err
	}
	return s.written(ctx)
}

var errBehind = errors.New("the replica does not know what the primary does")

// reaches returns a connection to the replica as soon as it has come as far as
// wanted.
func (r *replica) reaches(ctx context.Context, want position) (*sql.Conn, error) {
	ctx, done := context.WithTimeout(ctx, silentTime)
	defer done()
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(maxLag); ; time.Sleep(time.Millisecond) {
		at, err := replayed(ctx, conn)
		switch {
		case err != nil:
			return nil, errors.Join(err, conn.Close())
		case at.history == want.history && at.bytes >= want.bytes:
			return conn, nil
		case time.Now().After(end):
			return nil, errors.Join(errBehind, conn.Close())
		}
	}
}

// replayed is how far the replica of the connection has come. One that follows
// nobody has come nowhere.
func replayed(ctx context.Context, conn *sql.Conn) (at position, err error) {
	err = conn.QueryRowContext(ctx, `select coalesce((select value from notices where name = 'history'), 0),
		coalesce(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() - '0/0' end, 0)::bigint`).Scan(&at.history, &at.bytes)
	return at, err
}
