package bench

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"roster/internal/store"
)

// place is where a directory of the size goes, and how it is removed.
func (plan Plan) place(ctx context.Context, size int64) (store.Options, func() error, error) {
	name := fmt.Sprintf("roster_bench_%d", size)
	if plan.Database != "" {
		return plan.database(ctx, name)
	}
	dir := filepath.Join(plan.Dir, name)
	if !plan.Keep {
		if err := os.RemoveAll(dir); err != nil {
			return store.Options{}, nil, err
		}
	}
	return store.Options{Dir: dir}, func() error {
		if plan.Keep {
			return nil
		}
		return os.RemoveAll(dir)
	}, nil
}

// database makes a database beside the one that is named.
func (plan Plan) database(ctx context.Context, name string) (store.Options, func() error, error) {
	beside, err := url.Parse(plan.Database)
	if err != nil {
		return store.Options{}, nil, err
	}
	own := *beside
	own.Path = "/" + name
	if !plan.Keep {
		if err := plan.admin(ctx, "drop database if exists "+name); err != nil {
			return store.Options{}, nil, err
		}
	}
	if err := plan.admin(ctx, "create database "+name); err != nil && !plan.Keep {
		return store.Options{}, nil, err
	}
	return store.Options{Database: own.String()}, func() error {
		if plan.Keep {
			return nil
		}
		return plan.admin(ctx, "drop database if exists "+name+" with (force)")
	}, nil
}

func (plan Plan) admin(ctx context.Context, text string) error {
	conn, err := pgx.Connect(ctx, plan.Database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}
