package api

import (
	"context"
	"database/sql"
	"errors"
	"os"

	_ "github.com/jackc/pgx/v5/stdlib"

	"roster/internal/store"
	"roster/test/postgres"
)

// onPostgres has the whole suite run on PostgreSQL instead of files; see the
// Makefile.
var onPostgres = os.Getenv("ROSTER_TEST_ENGINE") == "postgres"

func (w *world) openPostgres() error {
	url, err := postgres.Fresh(migrated)
	if err != nil {
		return err
	}
	return w.open(store.Options{Database: url, Connections: 8}, "pgx", url, "select count(*) from touched")
}

// migrated makes the tables, and a trigger on each that notes which transactions
// have changed a row of it.
func migrated(url string) error {
	s, err := store.Open(context.Background(), store.Options{Database: url})
	if err != nil {
		return err
	}
	db, err := sql.Open("pgx", url)
	if err == nil {
		_, err = db.Exec(`create table touched (transaction text primary key);
			create function touch() returns trigger language plpgsql as $$
			begin
				insert into touched values (pg_current_xact_id()::text) on conflict do nothing;
				return null;
			end $$;
			do $$
			declare name text;
			begin
				for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'touched' loop
					execute format('create trigger touching after insert or update or delete on %I for each row execute function touch()', name);
				end loop;
			end $$`)
		err = errors.Join(err, db.Close())
	}
	return errors.Join(err, s.Close())
}
