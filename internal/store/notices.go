package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"roster"
)

// channel is PostgreSQL's channel for notices.
const channel = "roster"

// notice tells every process that projects or keys have changed.
func (tx Tx) notice() error {
	err := tx.exec("insert into notices (name, value) values ('access', 1) on conflict (name) do update set value = notices.value + 1")
	if err != nil || tx.engine.notify == "" {
		return err
	}
	return tx.exec(tx.engine.notify)
}

// Notice returns a number that grows whenever projects or keys change, in this
// process or another.
func (s *Store) Notice(ctx context.Context) (int64, error) {
	rows, err := s.cache.query(ctx, "select coalesce(max(value), 0) from notices where name = 'access'")
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// readyTime is how long [Store.Ready] waits.
const readyTime = 2 * time.Second

// Ready returns nil if the database answers before long.
func (s *Store) Ready(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, readyTime)
	defer done()
	_, err := s.Notice(ctx)
	return err
}

// Patience is how long to wait between two looks at [Store.Notice]: a file is
// looked at often, since nobody tells; PostgreSQL tells, unless a connection was
// broken just then.
func (s *Store) Patience() time.Duration { return s.engine.patience }

// Listen calls heard whenever another process may have changed projects or
// keys, until ctx ends. Where nobody tells, it returns at once.
//
// It also finds out when the server gives no sign of life or takes no writes any
// more: then no other connection to it is any good either.
func (s *Store) Listen(ctx context.Context, heard func()) {
	if s.servers == nil {
		return
	}
	for ctx.Err() == nil {
		err := s.hear(ctx, heard)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, pgconn.ErrReadOnlyConnection) {
			s.servers.distrust()
			s.lines.cut()
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second): // before the next try
		}
	}
}

// How long the server may be silent until it is asked for a sign of life, and
// how long it may take to give it.
const (
	silence  = time.Second
	lifeTime = 3 * time.Second
)

// hear listens on one connection until it breaks.
func (s *Store) hear(ctx context.Context, heard func()) error {
	made, err := s.servers.Connect(ctx)
	if err != nil {
		return err
	}
	conn := made.(*stdlib.Conn).Conn()
	defer conn.Close(ctx)
	begin, done := context.WithTimeout(ctx, lifeTime)
	_, err = conn.Exec(begin, "set application_name = 'roster notices'; listen "+channel)
	done()
	heard() // what was told before
	for err == nil {
		if err = next(ctx, conn); err == nil {
			heard()
		}
	}
	return err
}

// next waits for a notice as long as the server lives and takes writes.
func next(ctx context.Context, conn *pgx.Conn) error {
	for {
		quiet, done := context.WithTimeout(ctx, silence)
		_, err := conn.WaitForNotification(quiet)
		done()
		if err == nil || conn.IsClosed() || ctx.Err() != nil {
			return err
		}
		sign, done := context.WithTimeout(ctx, lifeTime)
		err = pgconn.ValidateConnectTargetSessionAttrsReadWrite(sign, conn.PgConn())
		done()
		if err != nil {
			return err
		}
	}
}

// Remembered returns the number that is kept under the name: this one, if there
// was none.
func (tx Tx) Remembered(name string, number int64) (int64, error) {
	if err := tx.exec("insert into notices (name, value) values ($1, $2) on conflict (name) do nothing", name, number); err != nil {
		return 0, err
	}
	rows, err := tx.query("select value from notices where name = $1", name)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// Remember keeps the number under the name.
func (tx Tx) Remember(name string, number int64) error {
	return tx.exec("insert into notices (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value", name, number)
}

// Shared reports whether several processes may serve the directory, so that
// what they count must be counted in the database.
func (s *Store) Shared() bool { return s.servers != nil }

// Attempts returns how many attempts the bucket has seen in its window, which
// ends at a moment in seconds since 1970.
func (tx Tx) Attempts(p roster.ProjectNumber, bucket string, ends int64) (int64, error) {
	rows, err := tx.query("select coalesce(max(attempts), 0) from buckets where project = $1 and bucket = $2 and ends_at = $3", p, bucket, ends)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// CountAttempt adds one to the bucket and returns how many there were before.
func (tx Tx) CountAttempt(p roster.ProjectNumber, bucket string, ends int64) (int64, error) {
	rows, err := tx.returning(`insert into buckets (project, bucket, ends_at, attempts) values ($1, $2, $3, 1)
		on conflict (project, bucket) do update set
			attempts = case when buckets.ends_at = excluded.ends_at then buckets.attempts + 1 else 1 end, ends_at = excluded.ends_at
		returning attempts - 1`, p, bucket, ends)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// EmptyBucket forgets the attempts of the bucket.
func (tx Tx) EmptyBucket(p roster.ProjectNumber, bucket string) error {
	return tx.exec("delete from buckets where project = $1 and bucket = $2", p, bucket)
}

// ForgetBuckets deletes those whose window has ended, in seconds since 1970.
func (tx Tx) ForgetBuckets(p roster.ProjectNumber, now int64) error {
	return tx.exec("delete from buckets where project = $1 and ends_at <= $2", p, now)
}
