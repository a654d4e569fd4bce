package cli

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"

	"roster/internal/store"
)

// schemaVersion reads the version of the tables as they are, before opening
// the store changes it. It is the only SQL outside package store, which has no
// way to open a file without migrating it.
func schemaVersion(ctx context.Context, dir string) (version int64, err error) {
	path := (&url.URL{Path: filepath.Join(dir, store.FileName)}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version").Scan(&version)
	return version, err
}
