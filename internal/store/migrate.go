package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// upgrade runs the migrations that are missing. Another process may be doing
// the same and win the race for one: as long as the version moves, whoever
// lost tries again.
func upgrade(ctx context.Context, provider *goose.Provider, file string) error {
	var failed error
	for last := int64(-1); ; {
		have, want, err := provider.GetVersions(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("opening %s: %w", file, err)
		case have > want:
			return fmt.Errorf("%s has tables of version %d, written by a newer Roster; this one knows versions up to %d: use the newer one", file, have, want)
		case have == want:
			return nil
		case have == last:
			return fmt.Errorf("bringing the tables of %s up to date: %w", file, failed)
		}
		last = have
		_, failed = provider.Up(ctx)
	}
}

// Version reads the version of a database's tables as they are; opening it would
// bring them up to date.
func Version(ctx context.Context, o Options) (int64, error) {
	db, err := unmigrated(o)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version")
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// Exists reports whether there is a directory; opening it would make one.
func Exists(ctx context.Context, o Options) (bool, error) {
	e := postgresEngine
	if o.Database == "" {
		if _, err := os.Stat(filepath.Join(o.Dir, FileName)); errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		e = sqliteEngine
	}
	db, err := unmigrated(o)
	if err != nil {
		return false, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, e.exists, "goose_db_version")
	return first(rows, err, nil, func(r row) (there bool, err error) { return there, r.Scan(&there) })
}

func unmigrated(o Options) (*sql.DB, error) {
	if o.Database == "" {
		return openFile(filepath.Join(o.Dir, FileName), 1, "query_only(1)")
	}
	config, err := o.postgres()
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(serversOf(config)), nil
}

// migrations are those of the engine: the shared ones and its own, whose names
// say so.
func (e *engine) migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	foreign, err := e.foreign(files)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(e.dialect, db, files, goose.WithLogger(goose.NopLogger()), goose.WithExcludeNames(foreign), e.goMigrations())
}

// foreign are the migrations of other engines: name.engine.sql.
func (e *engine) foreign(files fs.FS) ([]string, error) {
	all, err := fs.Glob(files, "*.*.sql")
	return slices.DeleteFunc(all, func(name string) bool { return strings.HasSuffix(name, "."+e.name+".sql") }), err
}
