package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// FileName is the name of the database in a data folder.
const FileName = "roster.db"

// Store is an open database.
type Store struct {
	read  *sql.DB
	lists *statements // what clients compose: bounded
	cache *statements
	write *writer
}

// Options say where the database is and what it uses.
type Options struct {
	Dir   string           // the data folder; made if it is not there
	Clock func() time.Time // nil: the system's
	Log   *slog.Logger     // nil: none
}

// Open opens the database in the data folder, makes it if it is not there, and
// brings its tables up to date. A database that a newer Roster has written is
// refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	file := filepath.Join(o.Dir, FileName)
	if err := migrate(ctx, file); err != nil {
		return nil, err
	}
	writing, err := openFile(file, 1)
	if err != nil {
		return nil, err
	}
	reading, err := openFile(file, readers(), "query_only(1)")
	if err != nil {
		return nil, err
	}
	s := &Store{read: reading, cache: newStatements(reading, true), lists: newStatements(reading, false)}
	s.write, err = newWriter(ctx, writing, o.Clock, o.Log)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// readers is the number of reading connections: a few more than cores, since
// each costs memory and none waits for a network.
func readers() int { return max(4, 2*runtime.GOMAXPROCS(0)) }

func openFile(file string, connections int, pragmas ...string) (*sql.DB, error) {
	// busy_timeout comes first: switching to WAL needs a lock already.
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "cache_size(-16384)", "temp_store(memory)"}, pragmas...)}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// Close waits for the writes that were accepted and closes the database.
func (s *Store) Close() error {
	err := s.write.close()
	s.cache.close()
	s.lists.close()
	if e := s.read.Close(); err == nil {
		err = e
	}
	return err
}

// Check runs SQLite's integrity check and returns what it found wrong.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "pragma integrity_check")
	lines, err := collect(rows, err, func(r row) (line string, err error) { return line, r.Scan(&line) })
	if len(lines) == 1 && lines[0] == "ok" {
		return nil, err
	}
	return lines, err
}

// row is one row of a result.
type row interface{ Scan(...any) error }

// collect scans all rows. It takes a query's results as they come.
func collect[T any](rows *sql.Rows, err error, scan func(row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

// first scans the first row; without one it returns missing.
func first[T any](rows *sql.Rows, err error, missing error, scan func(row) (T, error)) (T, error) {
	list, err := collect(rows, err, scan)
	if err == nil && len(list) == 0 {
		err = missing
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}
