package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// remote queries PostgreSQL on any of the pool's connections. It asks the driver
// itself, which prepares and remembers statements, and reads values where they
// shall be: database/sql would take a third of the node's time for a list.
type remote struct {
	db    *sql.DB
	limit time.Duration // how long a query may take until all rows are read; 0: as long as it likes
	long  bool          // the limit is only on waiting for a connection
}

func (r *remote) close() {}

func (r *remote) query(ctx context.Context, text string, args ...any) (*results, error) {
	note(ctx, text, args)
	waiting, done := limited(ctx, r.limit)
	if !r.long {
		ctx = waiting
	}
	conn, rows, err := r.rows(waiting, ctx, text, args)
	if err != nil {
		done()
		return nil, failure(err)
	}
	return &results{rows, func() { conn.Close(); done() }}, nil
}

// maxConnections bounds how many connections are tried that turn out to be closed.
const maxConnections = 3

// queryOn queries on a connection of PostgreSQL's, gives it back when all rows are
// read, and calls done.
func queryOn(ctx context.Context, conn *sql.Conn, done func(), text string, args []any) (*results, error) {
	note(ctx, text, args)
	end := func() { conn.Close(); done() }
	native, err := nativeOf(conn)
	if err != nil {
		end()
		return nil, failure(err)
	}
	rows, err := answered(native.Query(ctx, text, args...))
	if err != nil {
		end()
		return nil, failure(err)
	}
	return &results{rows, end}, nil
}

func (r *remote) rows(waiting, ctx context.Context, text string, args []any) (*sql.Conn, *response, error) {
	for tries := 1; ; tries++ {
		conn, native, err := nativeConn(waiting, r.db)
		if err != nil {
			return nil, nil, err
		}
		rows, err := answered(native.Query(ctx, text, args...))
		if err == nil {
			return conn, rows, nil
		}
		conn.Close()
		if tries == maxConnections || !pgconn.SafeToRetry(err) {
			return nil, nil, err
		}
	}
}

// nativeConn takes a connection from the pool, and what the driver calls it.
func nativeConn(ctx context.Context, db *sql.DB) (conn *sql.Conn, native *pgx.Conn, err error) {
	if conn, err = db.Conn(ctx); err != nil {
		return nil, nil, err
	}
	if native, err = nativeOf(conn); err != nil {
		conn.Close()
		return nil, nil, err
	}
	return conn, native, nil
}

func nativeOf(conn *sql.Conn) (native *pgx.Conn, err error) {
	err = conn.Raw(func(c any) error { native = c.(*stdlib.Conn).Conn(); return nil })
	return native, err
}

// response are rows of which it is known that there are some, or none.
type response struct {
	pgx.Rows
	first, more bool
}

// answered waits for the first row: until then the statement may fail.
func answered(rows pgx.Rows, err error) (*response, error) {
	if err != nil {
		return nil, err
	}
	more := rows.Next()
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return &response{rows, true, more}, nil
}

// Next finds the next row.
func (r *response) Next() bool {
	if r.first {
		r.first = false
		return r.more
	}
	return r.Rows.Next()
}

// Close ends the query.
func (r *response) Close() error {
	r.Rows.Close()
	return nil
}

// Columns are the names of the columns.
func (r *response) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}
