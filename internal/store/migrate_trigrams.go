package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"

	"roster"
)

// What users are found by is made in Go, so that what older versions have made
// must be made anew in Go, too.

// goMigrations are those that are not SQL.
func (e *engine) goMigrations() goose.ProviderOption {
	return goose.WithGoMigrations(goose.NewGoMigration(8, &goose.GoFunc{RunTx: e.reindexWide}, nil))
}

// reindexWide makes the trigrams of everybody whose name has characters that
// version 8 treats otherwise.
func (e *engine) reindexWide(ctx context.Context, on *sql.Tx) error {
	tx := Tx{ctx: ctx, engine: e, on: &direct{statements: unprepared(on)}}
	project, seq := roster.ProjectNumber(0), int64(0)
	for {
		some, err := tx.named(project, seq)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, u := range some {
			if strings.ContainsFunc(u.Name, func(r rune) bool { return wide(r) || private(r) }) {
				if err := tx.index(u.project, &u.User); err != nil {
					return err
				}
			}
		}
		last := &some[len(some)-1]
		project, seq = last.project, last.Seq
	}
}

type projectUser struct {
	roster.User
	project roster.ProjectNumber
}

// named reads of some users who come next what they are found by.
func (tx Tx) named(project roster.ProjectNumber, seq int64) ([]projectUser, error) {
	rows, err := tx.query("select project, seq, id, name, email, phone, labels from users where (project, seq) > ($1, $2) order by project, seq limit 1000", project, seq)
	return collect(rows, err, func(r row) (u projectUser, err error) {
		return u, r.Scan(&u.project, &u.Seq, &u.ID, &u.Name, nullText{&u.Email}, nullText{&u.Phone}, words{&u.Labels})
	})
}
