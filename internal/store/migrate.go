package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables of the file up to date. Migrations only go forward.
func migrate(ctx context.Context, file string) error {
	db, err := openFile(file, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := migrationsOf(db)
	if err != nil {
		return err
	}
	err = upgrade(ctx, provider, file)
	for tries := 1; busy(err) && tries < maxTries; tries++ {
		err = upgrade(ctx, provider, file)
	}
	return err
}

// maxTries bounds how often a fresh file is opened. While one connection
// switches it to WAL, SQLite refuses others at once, whatever busy_timeout says.
const maxTries = 100

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

func migrationsOf(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithLogger(goose.NopLogger()))
}
