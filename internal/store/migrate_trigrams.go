package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"

	"roster"
)

// What users are found by is made in Go, so that what older versions have made
// must be made anew in Go, too.

// goMigrations are those that are not SQL. Version 8 made the trigrams of some,
// which 9 makes anew for everybody.
func (e *engine) goMigrations() goose.ProviderOption {
	return goose.WithGoMigrations(
		goose.NewGoMigration(8, &goose.GoFunc{RunTx: func(context.Context, *sql.Tx) error { return nil }}, nil),
		goose.NewGoMigration(9, &goose.GoFunc{RunTx: e.retrigramAll}, nil),
	)
}

// retrigramAll makes the trigrams of everybody, in the order of the text and with
// its beginning and end. It is one transaction, or whoever opens the directory
// meanwhile would find only some.
func (e *engine) retrigramAll(ctx context.Context, on *sql.Tx) error {
	prepared := newStatements(on, true)
	defer prepared.close()
	tx := Tx{ctx: ctx, engine: e, on: &direct{statements: prepared}}
	return inTurn(
		func() error { return tx.each(e.emptied) },
		tx.retrigram,
		func() error { return tx.each(e.filled) },
	)
}

func (tx Tx) each(statements []string) error {
	for _, text := range statements {
		if _, err := tx.rows(text); err != nil {
			return err
		}
	}
	return nil
}

func (tx Tx) retrigram() error {
	project, seq := roster.ProjectNumber(0), int64(0)
	for {
		some, err := tx.named(project, seq)
		if err == nil && len(some) > 0 {
			err = tx.engine.retrigram(tx, some)
		}
		if err != nil || len(some) == 0 {
			return err
		}
		last := &some[len(some)-1]
		project, seq = last.project, last.Seq
	}
}

type projectUser struct {
	roster.User
	project roster.ProjectNumber
}

// named reads of some users who come next what has trigrams.
func (tx Tx) named(project roster.ProjectNumber, seq int64) ([]projectUser, error) {
	rows, err := tx.query("select project, seq, name, email, phone from users where (project, seq) > ($1, $2) order by project, seq limit 1000", project, seq)
	return collect(rows, err, func(r row) (u projectUser, err error) {
		return u, r.Scan(&u.project, &u.Seq, &u.Name, nullText{&u.Email}, nullText{&u.Phone})
	})
}
