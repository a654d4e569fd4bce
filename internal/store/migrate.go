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
	have, want, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("opening %s: %w", file, err)
	}
	if have > want {
		return fmt.Errorf("%s has tables of version %d, written by a newer Roster; this one knows versions up to %d: use the newer one", file, have, want)
	}
	if have == want {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing the tables of %s up to date: %w", file, err)
	}
	return nil
}

func migrationsOf(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithLogger(goose.NopLogger()))
}
