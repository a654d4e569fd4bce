package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
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
	return goose.NewProvider(e.dialect, db, files, goose.WithLogger(goose.NopLogger()), goose.WithExcludeNames(foreign))
}

// foreign are the migrations of other engines: name.engine.sql.
func (e *engine) foreign(files fs.FS) ([]string, error) {
	all, err := fs.Glob(files, "*.*.sql")
	return slices.DeleteFunc(all, func(name string) bool { return strings.HasSuffix(name, "."+e.name+".sql") }), err
}
