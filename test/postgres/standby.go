package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standby makes a server that follows the primary and starts it.
func Standby(primary *Server, options ...string) (*Server, error) {
	// A standby that has lost its primary sleeps between two looks for it, and
	// cannot be promoted meanwhile.
	s, err := prepare(append([]string{"wal_retrieve_retry_interval=100ms"}, options...))
	if err != nil {
		return nil, err
	}
	if err := s.Follow(primary); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// Follow makes the server, which must not be running, a standby of the primary:
// its files are replaced.
func (s *Server) Follow(primary *Server) error {
	if err := os.RemoveAll(s.data()); err != nil {
		return err
	}
	err := s.run("pg_basebackup", "--pgdata", s.data(), "--host", "127.0.0.1", "--port", strconv.Itoa(primary.Port), "--username", "roster",
		"--write-recovery-conf", "--checkpoint", "fast", "--no-sync")
	if err == nil {
		err = s.Up()
	}
	return err
}

// Synchronous has the server wait with every commit for its standby, which must
// be running: without one, it would wait for ever.
func (s *Server) Synchronous() error {
	_, err := s.Do("alter system set synchronous_standby_names = '*'")
	if err == nil {
		_, err = s.Do("select pg_reload_conf()::text")
	}
	if err == nil {
		err = s.await("select count(*)::text from pg_stat_replication where sync_state = 'sync'", "1")
	}
	return err
}

// Promote makes the standby a primary and returns when it takes writes.
func (s *Server) Promote() error { return s.run("pg_ctl", "promote", "--pgdata", s.data(), "--silent") }

// Do runs a statement in the database "roster" and returns the first column of
// its rows, which must be text.
func (s *Server) Do(text string, args ...any) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("roster"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// await repeats a statement until its first row is the one that is wanted.
func (s *Server) await(text, want string) error {
	for range 600 {
		rows, err := s.Do(text)
		if err != nil {
			return err
		}
		if len(rows) > 0 && rows[0] == want {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s does not become %s", text, want)
}
