package store

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pipeline runs the statements of one transaction on PostgreSQL with as few
// round trips as it can. A statement whose result nobody waits for is sent with
// the next one whose result somebody does, or with the commit; begin goes with
// the first. A user is created with three trips instead of ten.
//
// So a statement may fail when a later one is asked for. From then on the
// transaction is good for nothing, and that is the error that counts.
type pipeline struct {
	conn   *pgx.Conn
	begun  bool
	queued []postponed
	failed error // of a statement that was sent late
}

// postponed is a statement that is to be sent.
type postponed struct {
	text    string
	args    []any
	meaning map[string]error // of unique indexes that it violates
	writes  bool             // it changes rows, although it selects
}

// maxQueued bounds what waits in memory.
const maxQueued = 256

// later queues a statement whose result does not matter.
func (p *pipeline) later(ctx context.Context, s postponed) error {
	if p.failed != nil {
		return p.failed
	}
	p.queued = append(p.queued, s)
	if len(p.queued) < maxQueued {
		return nil
	}
	return p.flush(ctx)
}

// exec runs a statement now and returns how many rows it touched.
func (p *pipeline) exec(ctx context.Context, s postponed) (int64, error) {
	tag, err := p.run(ctx, s)
	return tag.RowsAffected(), conflicting(err, s.meaning)
}

func (p *pipeline) query(ctx context.Context, s postponed) (cursor, error) {
	results, err := p.send(ctx, s)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		results.Close()
		return nil, err
	}
	return pipelined{rows, results}, nil
}

// send sends what is queued and more, reads the results of what was queued, and
// leaves those of the rest to be read.
func (p *pipeline) send(ctx context.Context, more ...postponed) (pgx.BatchResults, error) {
	if p.failed != nil {
		return nil, p.failed
	}
	queued := p.queued
	if p.queued = nil; !p.begun {
		queued = append([]postponed{{text: "begin"}}, queued...)
	}
	results := p.conn.SendBatch(ctx, batchOf(append(queued, more...)))
	p.begun = true
	for _, s := range queued {
		if _, err := results.Exec(); err != nil {
			results.Close()
			p.failed = conflicting(err, s.meaning)
			return nil, p.failed
		}
	}
	return results, nil
}

func batchOf(list []postponed) *pgx.Batch {
	b := &pgx.Batch{}
	for _, s := range list {
		b.Queue(s.text, s.args...)
	}
	return b
}

// errUndone says that a commit was answered with a rollback.
var errUndone = errors.New("store: the transaction was undone")

// flush sends what is queued.
func (p *pipeline) flush(ctx context.Context) error {
	results, err := p.send(ctx)
	if err != nil {
		return err
	}
	return results.Close()
}

// run sends what is queued and a statement, and reads all results.
func (p *pipeline) run(ctx context.Context, s postponed) (tag pgconn.CommandTag, err error) {
	results, err := p.send(ctx, s)
	if err != nil {
		return tag, err
	}
	tag, err = results.Exec()
	return tag, cmp.Or(err, results.Close())
}

// commit commits together with what is queued. It reports whether the
// transaction has certainly been undone. To know that of a connection that
// breaks at once, it tries one that has not been used before.
func (p *pipeline) commit(ctx context.Context) (undone bool, err error) {
	if !p.begun {
		if len(p.queued) == 0 {
			return false, nil
		}
		if err := p.flush(ctx); err != nil {
			return true, err
		}
	}
	tag, err := p.run(ctx, postponed{text: "commit"})
	switch {
	case err != nil:
		return unsent(err) || p.failed != nil && said(err), err
	case tag.String() != "COMMIT":
		return true, errUndone
	}
	return false, nil
}

// unsent reports whether a commit has not reached the server: preparing it or
// what goes with it has failed.
func unsent(err error) bool {
	var before pgx.ErrPreprocessingBatch
	return errors.As(err, &before) || pgconn.SafeToRetry(err)
}

// said reports whether the error is PostgreSQL's own. It answers in order, so
// that of a statement before the commit means that there was none.
func said(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer)
}

// settled returns the error that counts for a function that has failed with
// err: that of a statement before, if one was to be sent.
func (p *pipeline) settled(ctx context.Context, err error) error {
	if p.failed == nil && len(p.queued) > 0 {
		p.flush(ctx)
	}
	if p.failed != nil {
		return p.failed
	}
	return err
}

// end undoes what was not committed. A connection that cannot is not used again.
func (p *pipeline) end(ctx context.Context) {
	if p.conn.IsClosed() || p.conn.PgConn().TxStatus() == 'I' {
		return
	}
	if _, err := p.conn.Exec(ctx, "rollback"); err != nil {
		p.conn.Close(ctx)
	}
}

// pipelined are the rows of a statement that was sent with others.
type pipelined struct {
	pgx.Rows
	results pgx.BatchResults
}

// Close ends the query.
func (r pipelined) Close() error {
	r.Rows.Close()
	return r.results.Close()
}
