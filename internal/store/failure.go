package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"roster"
)

// failure gives an error its meaning where the database is to blame and not what
// it was asked: [roster.ErrUnavailable]. Every read and every write ends here.
func failure(err error) error {
	if err == nil || !unavailable(err) {
		return err
	}
	return roster.ErrUnavailable.From(err)
}

func unavailable(err error) bool {
	var known *roster.Error
	var connect *pgconn.ConnectError
	var answer *pgconn.PgError
	var file *sqlite.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled): // who asked has gone
		return false
	case errors.As(err, &connect), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrTxDone): // whose time was over
		return true
	case errors.As(err, &answer):
		return cannotNow(answer.Code)
	case errors.As(err, &file):
		return slices.Contains(fileTroubles, file.Code()&0xFF)
	}
	return broken(err)
}

// broken reports whether the connection broke.
func broken(err error) bool {
	var network net.Error
	return errors.As(err, &network) || slices.ContainsFunc([]error{
		driver.ErrBadConn, sql.ErrConnDone, pgconn.ErrConnClosed, net.ErrClosed, io.EOF, io.ErrUnexpectedEOF,
	}, func(known error) bool { return errors.Is(err, known) })
}

// cannotNow reports whether PostgreSQL says with the code that it cannot do now
// what it could do at another time, or that another server could.
func cannotNow(code string) bool {
	switch code[:min(2, len(code))] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system
		return true
	}
	return slices.Contains([]string{
		readOnly,
		"25P03", "25P04", // the transaction was idle or took too long
		"40001", "40003", "40P01", // serialization failure, unknown completion, deadlock: again and again
		"55P03", // another transaction keeps a lock
	}, code)
}

// readOnly is what a standby answers to a write.
const readOnly = "25006"

// fileTroubles are SQLite's codes for a file that cannot be used just now: the
// disk is full, fails or is read-only, or another process keeps the lock.
var fileTroubles = []int{
	sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
}

// inTheWay reports whether PostgreSQL has undone a transaction only because of
// another one.
func inTheWay(err error) bool {
	var answer *pgconn.PgError
	// Serialization failure, deadlock, unique violation that nobody has given a meaning.
	return errors.As(err, &answer) && slices.Contains([]string{"40001", "40P01", "23505"}, answer.Code)
}

// elsewhere reports whether another connection may do what this one could not:
// it broke, or its server was shut down or has become a standby. If there was
// none to be had, or no time left, another one is no better.
func elsewhere(err error) bool {
	var connect *pgconn.ConnectError
	var answer *pgconn.PgError
	switch {
	case errors.As(err, &connect), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &answer):
		return slices.Contains([]string{readOnly, "57P01", "57P02"}, answer.Code)
	}
	return broken(err)
}
