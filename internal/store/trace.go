package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"modernc.org/sqlite"
)

// Statement is a query that was run.
type Statement struct {
	Text string
	Args []any
}

// Trace notes the statements that are read with its context. It is for one
// goroutine.
type Trace struct{ Statements []Statement }

type traceKey struct{}

// Traced returns a context whose statements are noted.
func Traced(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

func note(ctx context.Context, text string, args []any) {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		t.Statements = append(t.Statements, Statement{text, args})
	}
}

// Cost is what a statement does.
type Cost struct {
	Plan  string // in the engine's own words, a step a line
	Pages int64  // of tables and indexes that it looks at, from memory or not
	Rows  int64  // that it returns
}

// Explain runs the statement and tells what it does.
func (s *Store) Explain(ctx context.Context, q Statement) (Cost, error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return Cost{}, err
	}
	defer conn.Close()
	return s.engine.explain(ctx, conn, q)
}

func explainSQLite(ctx context.Context, conn *sql.Conn, q Statement) (c Cost, err error) {
	rows, err := conn.QueryContext(ctx, "explain query plan "+q.Text, q.Args...)
	lines, err := collect(rows, err, func(r row) (line string, err error) {
		var ignored any
		return line, r.Scan(&ignored, &ignored, &ignored, &line)
	})
	if err != nil {
		return c, err
	}
	c.Plan = strings.Join(lines, "\n")
	before, err := pagesOf(conn)
	if err == nil {
		c.Rows, err = drained(conn.QueryContext(ctx, q.Text, q.Args...))
	}
	if err != nil {
		return c, err
	}
	after, err := pagesOf(conn)
	c.Pages = after - before
	return c, err
}

// pagesOf is how many pages the connection has looked at.
func pagesOf(conn *sql.Conn) (n int64, err error) {
	err = conn.Raw(func(driver any) error {
		for _, op := range []sqlite.DBStatusOp{sqlite.DBStatusCacheHit, sqlite.DBStatusCacheMiss} {
			count, _, err := driver.(sqlite.DBStatus).Status(op, false)
			if err != nil {
				return err
			}
			n += int64(count)
		}
		return nil
	})
	return n, err
}

func drained(rows *sql.Rows, err error) (n int64, _ error) {
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func explainPostgres(ctx context.Context, conn *sql.Conn, q Statement) (c Cost, err error) {
	rows, err := conn.QueryContext(ctx, "explain (analyze, buffers, costs off, timing off, summary off) "+q.Text, q.Args...)
	lines, err := collect(rows, err, func(r row) (line string, err error) { return line, r.Scan(&line) })
	if err != nil {
		return c, err
	}
	for _, line := range lines {
		hit, read := int64(0), int64(0)
		if _, numbers, ok := strings.Cut(line, "Buffers: shared "); ok && c.Pages == 0 {
			for field := range strings.FieldsSeq(numbers) {
				fmt.Sscanf(field, "hit=%d", &hit)
				fmt.Sscanf(field, "read=%d", &read)
			}
			c.Pages = hit + read // the first line counts those below, too
		}
	}
	c.Plan = strings.Join(lines, "\n")
	c.Rows, err = drained(conn.QueryContext(ctx, q.Text, q.Args...))
	return c, err
}

// Described names the engine, its version and the settings that times depend on.
func (s *Store) Described(ctx context.Context) (string, error) {
	rows, err := s.read.QueryContext(ctx, s.engine.described)
	return first(rows, err, nil, func(r row) (text string, err error) { return text, r.Scan(&text) })
}
