package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// maxStatements and maxText (in bytes) bound the prepared statements: lists
// make their own text from a client's queries, and one of 500 values takes a
// megabyte on each connection.
const (
	maxStatements = 512
	maxText       = 4096
)

// preparer is a pool or a single connection.
type preparer interface {
	PrepareContext(context.Context, string) (*sql.Stmt, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}

// statements keeps a connection's or a pool's prepared statements by their
// text.
type statements struct {
	on       preparer
	patient  bool // a statement goes on when its caller has left
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

// newStatements keeps statements that can be interrupted, which costs a
// goroutine for each, or patient ones, which must be quick.
func newStatements(on preparer, patient bool) *statements {
	return &statements{on: on, patient: patient, prepared: make(map[string]*sql.Stmt)}
}

// statement returns the prepared text, or nil when it is too long or there are
// too many.
func (c *statements) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	c.mu.RLock()
	stmt, full := c.prepared[text], len(c.prepared) >= maxStatements
	c.mu.RUnlock()
	if stmt != nil || full || len(text) > maxText {
		return stmt, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if stmt := c.prepared[text]; stmt != nil || len(c.prepared) >= maxStatements {
		return stmt, nil
	}
	stmt, err := c.on.PrepareContext(ctx, text)
	if err == nil {
		c.prepared[text] = stmt
	}
	return stmt, err
}

func (c *statements) query(ctx context.Context, text string, args ...any) (*results, error) {
	note(ctx, text, args)
	if c.patient {
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := c.rows(ctx, text, args)
	if err != nil {
		return nil, failure(err)
	}
	return &results{rows, func() {}}, nil
}

func (c *statements) rows(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	stmt, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.on.QueryContext(ctx, text, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// limited ends ctx after the limit, if there is one.
func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

// results are the rows of a query. What goes wrong has its meaning.
type results struct {
	rows interface {
		cursor
		Columns() ([]string, error)
	}
	done func()
}

// Next finds the next row.
func (r *results) Next() bool { return r.rows.Next() }

// Scan reads the row that Next has found.
func (r *results) Scan(to ...any) error { return failure(r.rows.Scan(to...)) }

// Err is why Next has found no row, if not because there are no more.
func (r *results) Err() error { return failure(r.rows.Err()) }

// Close ends the query.
func (r *results) Close() error {
	defer r.done()
	return r.rows.Close()
}

func (c *statements) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	stmt, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.on.ExecContext(ctx, text, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

func (c *statements) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, stmt := range c.prepared {
		stmt.Close()
	}
	clear(c.prepared)
}
