package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"
)

// FileName is the name of the database in a data folder.
const FileName = "roster.db"

// Store is an open database.
type Store struct {
	engine *engine
	read   *sql.DB
	lists  queries // what clients compose
	cache  queries
	writes writes

	servers *servers // of PostgreSQL; nil: there are none
	lines   *lines   // to them
	replica *replica // nil: there is none
}

// Options say where the database is and what it uses.
type Options struct {
	Dir         string           // the data folder; made if it is not there
	Database    string           // the URL of a PostgreSQL database, instead of a file in the data folder
	Replica     string           // the URL of a standby of that database, for lists
	Connections int              // to PostgreSQL, at most, and as many to the replica; 0: 20
	Limit       time.Duration    // how long PostgreSQL may take for a read or a write, lists aside; 0: as long as it likes
	Clock       func() time.Time // nil: the system's
	Log         *slog.Logger     // nil: none
	Copying     bool             // an unfinished copy may be opened, to finish it
}

func (o Options) connections() int {
	if o.Connections == 0 {
		return 20
	}
	return o.Connections
}

// Open opens the database, makes it if it is not there, and brings its tables up
// to date. A database that a newer Roster has written is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	open := openSQLite
	if o.Database != "" {
		open = openPostgres
	}
	s, err := open(ctx, o)
	if err != nil || o.Copying {
		return s, err
	}
	if err := s.refuseUnfinished(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for the writes that were accepted and closes the database.
func (s *Store) Close() error {
	err := s.writes.close()
	s.cache.close()
	s.lists.close()
	if s.replica != nil {
		err = errors.Join(err, s.replica.db.Close())
	}
	return errors.Join(err, s.read.Close())
}

// Check examines the database for damage and returns what it found wrong.
func (s *Store) Check(ctx context.Context) ([]string, error) { return s.engine.check(ctx, s) }

// queries run statements that read.
type queries interface {
	query(ctx context.Context, text string, args ...any) (*results, error)
	close()
}

// row is one row of a result.
type row interface{ Scan(...any) error }

// cursor goes through the rows of a result.
type cursor interface {
	row
	Next() bool
	Err() error
	Close() error
}

// collect scans all rows. It takes a query's results as they come.
func collect[T any](rows cursor, err error, scan func(row) (T, error)) ([]T, error) {
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
func first[T any](rows cursor, err error, missing error, scan func(row) (T, error)) (T, error) {
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
