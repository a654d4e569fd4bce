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
	patient  bool          // a statement goes on when its caller has left
	limit    time.Duration // how long a query may take until all rows are read; 0: as long as it likes
	long     *sql.DB       // instead of on: the limit is only on waiting for a connection
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

// newStatements keeps statements that can be interrupted, which costs a
// goroutine for each, or patient ones, which must be quick.
func newStatements(on preparer, patient bool) *statements {
	return &statements{on: on, patient: patient, prepared: make(map[string]*sql.Stmt)}
}

// unprepared sends statements as they come, to a driver that prepares and
// remembers them by itself.
func unprepared(on preparer) *statements { return &statements{on: on} }

// statement returns the prepared text, or nil when it is too long or there are
// too many.
func (c *statements) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if c.prepared == nil {
		return nil, nil
	}
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
	if c.long != nil {
		return c.queryLong(ctx, text, args)
	}
	ctx, done := limited(ctx, c.limit)
	rows, err := c.rows(ctx, text, args)
	if err != nil {
		done()
		return nil, failure(err)
	}
	return &results{rows, done}, nil
}

func (c *statements) queryLong(ctx context.Context, text string, args []any) (*results, error) {
	waiting, done := limited(ctx, c.limit)
	defer done()
	conn, err := c.long.Conn(waiting)
	if err != nil {
		return nil, failure(err)
	}
	return queryOn(ctx, conn, func() {}, text, args)
}

// queryOn gives the connection back when all rows are read, and calls done.
func queryOn(ctx context.Context, conn *sql.Conn, done func(), text string, args []any) (*results, error) {
	end := func() { conn.Close(); done() }
	rows, err := conn.QueryContext(ctx, text, args...)
	if err != nil {
		end()
		return nil, failure(err)
	}
	return &results{rows, end}, nil
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

// results are the rows of a query with a limit. What goes wrong has its meaning.
type results struct {
	*sql.Rows
	done context.CancelFunc
}

// Scan reads the row that Next has found.
func (r *results) Scan(to ...any) error { return failure(r.Rows.Scan(to...)) }

// Err is why Next has found no row, if not because there are no more.
func (r *results) Err() error { return failure(r.Rows.Err()) }

// Close ends the query.
func (r *results) Close() error {
	defer r.done()
	return r.Rows.Close()
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
