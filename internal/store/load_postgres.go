package store

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"roster"
)

// loadPostgres writes with COPY, in one transaction.
func loadPostgres(ctx context.Context, o Options, p roster.ProjectNumber, all iter.Seq[Arrival]) error {
	config, err := o.postgres()
	if err != nil {
		return err
	}
	config.RuntimeParams["statement_timeout"] = "0" // an index of millions of rows is one statement
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	c := &copying{tx: tx, project: p, users: make(map[int64]int64)}
	err = inTurn(
		func() error { return c.fill(ctx, all) },
		func() error { return c.tally(ctx) },
		func() error { return tx.Commit(ctx) },
	)
	if err == nil {
		_, err = conn.Exec(ctx, "vacuum analyze")
	}
	return err
}

type copying struct {
	tx      pgx.Tx
	project roster.ProjectNumber
	users   map[int64]int64
}

func (c *copying) fill(ctx context.Context, all iter.Seq[Arrival]) error {
	later, err := c.dropIndexes(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	to := make(chan *batch, 4)
	group.Go(func() error { return batches(ctx, c.project, postgresEngine.shards, all, to) })
	group.Go(func() error {
		for b := range to {
			if err := c.copy(ctx, b); err != nil {
				return err
			}
		}
		for _, index := range later {
			if _, err := c.tx.Exec(ctx, index); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// dropIndexes drops the indexes of the loaded tables and returns what makes
// them again.
func (c *copying) dropIndexes(ctx context.Context) (later []string, err error) {
	rows, err := c.tx.Query(ctx, `select tablename, indexname, indexdef from pg_indexes where schemaname = current_schema()
		and not exists (select 1 from pg_constraint where conname = indexname) order by tablename, indexname`)
	if err != nil {
		return nil, err
	}
	type index struct{ Table, Name, Text string }
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[index])
	for _, x := range found {
		if !isLoaded(x.Table) && x.Table != "user_search" {
			continue
		}
		if _, err := c.tx.Exec(ctx, "drop index "+x.Name); err != nil {
			return nil, err
		}
		later = append(later, x.Text)
	}
	return later, err
}

func (c *copying) copy(ctx context.Context, b *batch) error {
	for part, n := range b.users {
		c.users[part] += n
	}
	for i, values := range b.rows {
		if err := c.copyRows(ctx, loadedTables[i].name, loadedTables[i].columns, values); err != nil {
			return err
		}
	}
	var values []any
	for i, seq := range b.seqs {
		values = append(values, c.project, seq, vector(b.words[i], true), vector(b.trigrams[i], false))
	}
	return c.copyRows(ctx, "user_search", []string{"project", "user_seq", "words", "trigrams"}, values)
}

func (c *copying) copyRows(ctx context.Context, table string, columns []string, values []any) error {
	var b bytes.Buffer
	for row := range slices.Chunk(values, len(columns)) {
		for i, v := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(copied(v))
		}
		b.WriteByte('\n')
	}
	_, err := c.tx.Conn().PgConn().CopyFrom(ctx, &b, "copy "+table+" ("+strings.Join(columns, ", ")+") from stdin")
	return err
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// copied writes a value in COPY's text form.
func copied(v any) string {
	switch v := v.(type) {
	case nil:
		return `\N`
	case string:
		return copyEscapes.Replace(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return fmt.Sprint(v)
}

func (c *copying) tally(ctx context.Context) error {
	for part, n := range c.users {
		if _, err := c.tx.Exec(ctx, "insert into user_tallies (project, shard, users) values ($1, $2, $3)", c.project, part, n); err != nil {
			return err
		}
	}
	return nil
}
