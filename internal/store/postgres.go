package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"

	"roster"
)

// postgresEngine keeps words in a table of its own, as tsvectors made here and
// not by PostgreSQL's parsers, so that both engines find the same.
var postgresEngine = &engine{
	name: "postgres", dialect: goose.DialectPostgres,
	lock: " for update", claim: " for update skip locked", fence: " offset 0", shards: 16, domain: "substr(email, strpos(email, '@') + 1)",
	notify: "select pg_notify('" + channel + "', '')", patience: 2 * time.Second,
	belongs: "seq = number",
	matching: func(index, place string) string {
		return "select user_seq as number from user_search where project = $1 and " + index + " @@ (" + place + "::text)::tsquery"
	},
	terms: func(terms []term) string {
		texts := make([]string, len(terms))
		for i, t := range terms {
			quoted := make([]string, len(t.words))
			for j, word := range t.words {
				quoted[j] = lexeme(word)
			}
			if t.prefix {
				quoted[len(quoted)-1] += ":*"
			}
			texts[i] = "(" + strings.Join(quoted, " <-> ") + ")"
		}
		return strings.Join(texts, " & ")
	},
	reindex: func(tx Tx, p roster.ProjectNumber, seq int64, words, trigrams []string) error {
		return tx.exec(`insert into user_search (project, user_seq, words, trigrams) values ($1, $2, ($3::text)::tsvector, ($4::text)::tsvector)
			on conflict (project, user_seq) do update set words = excluded.words, trigrams = excluded.trigrams`,
			p, seq, vector(words, true), vector(trigrams, false))
	},
	unindex: func(tx Tx, p roster.ProjectNumber, seq int64) error {
		return tx.exec("delete from user_search where project = $1 and user_seq = $2", p, seq)
	},
	unindexProject: func(tx Tx, p roster.ProjectNumber) error {
		return tx.exec("delete from user_search where project = $1", p)
	},
	emptied: []string{"drop index user_search_trigrams"},
	retrigram: func(tx Tx, users []projectUser) error {
		projects, seqs, trigrams := make([]int64, len(users)), make([]int64, len(users)), make([]string, len(users))
		for i, u := range users {
			projects[i], seqs[i], trigrams[i] = int64(u.project), u.Seq, vector(userTrigrams(u.project, &u.User), false)
		}
		return tx.exec(`update user_search set trigrams = made.trigrams::tsvector
			from unnest($1::bigint[], $2::bigint[], $3::text[]) as made (project, seq, trigrams)
			where user_search.project = made.project and user_seq = made.seq`, projects, seqs, trigrams)
	},
	filled:    []string{"create index user_search_trigrams on user_search using gin (trigrams)"},
	described: `select 'PostgreSQL ' || current_setting('server_version') || ', shared_buffers ' || current_setting('shared_buffers') || ', fsync ' || current_setting('fsync')`,
	explain:   explainPostgres,
	catalogue: `select t.relname, c.attname, format_type(c.atttypid, c.atttypmod), coalesce(array_position(k.indkey::int2[], c.attnum) + 1, 0)
		from pg_class t
		join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
		left join pg_index k on k.indrelid = t.oid and k.indisprimary
		where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p') and not t.relispartition`,
	derived:  []string{"user_search"},
	exists:   "select count(*) from pg_tables where schemaname = current_schema() and tablename = $1",
	snapshot: slices.Concat(unhurried, []string{"select 1"}), // the first read fixes the moment
	freeze: func(tables []Table) []string {
		list := make([]string, len(tables))
		for i, t := range tables {
			list[i] = t.Name
		}
		return slices.Concat(unhurried, []string{"set local lock_timeout = '3s'", "lock table " + strings.Join(list, ", ") + " in share mode"})
	},
	thaw:    []string{"rollback"},
	inUse:   func(err error) bool { return codeOf(err) == "55P03" },
	settle:  []string{"set local statement_timeout = 0", "analyze"}, // or lists are slow until the server has done so by itself
	refuses: unfit,
	check:   func(ctx context.Context, s *Store) ([]string, error) { return nil, s.read.PingContext(ctx) },
}

// unhurried begins a long transaction that only reads.
var unhurried = []string{"begin isolation level repeatable read, read only", "set local statement_timeout = 0", "set local idle_in_transaction_session_timeout = 0"}

// codeOf is PostgreSQL's code of the error, or empty.
func codeOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// unfit says why PostgreSQL cannot hold a value that SQLite does.
func unfit(kind string, v any) string {
	switch v := v.(type) {
	case string:
		switch {
		case strings.ContainsRune(v, 0):
			return "contains the character U+0000"
		case !utf8.ValidString(v):
			return "is not valid UTF-8"
		}
	case int64:
		if kind == "integer" && int64(int32(v)) != v {
			return "is no number of 32 bits"
		}
	}
	return ""
}

// maxPosition is the last position that a tsvector tells from others.
const maxPosition = 16383

// vector writes words as a tsvector, with their positions if phrases are looked
// for.
func vector(words []string, positions bool) string {
	var b strings.Builder
	for i, word := range words {
		b.WriteString(lexeme(word))
		if positions {
			b.WriteString(":" + strconv.Itoa(min(i+1, maxPosition)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

var lexemeEscapes = strings.NewReplacer("'", "''", `\`, `\\`)

func lexeme(word string) string { return "'" + lexemeEscapes.Replace(word) + "'" }

// sessionSettings are those of every connection, unless the URL has its own: when
// the server ends a statement, which the client has given up long before, and
// the locks of a node that died or was cut off in a transaction.
var sessionSettings = map[string]string{
	"application_name":                    "roster",
	"statement_timeout":                   "60000", // milliseconds
	"idle_in_transaction_session_timeout": "5000",
}

// connectTime is how long it may take to connect to one of the servers in the
// URL, before the next one is tried.
const connectTime = 3 * time.Second

// maxLifetime is after how long a connection is made anew, which may lead to
// another server.
const maxLifetime = 5 * time.Minute

// CheckURL says what is wrong with the URL of a PostgreSQL database, without
// repeating its password.
func CheckURL(url string) error {
	_, err := pgx.ParseConfig(url)
	return err
}

// postgres is how connections to the database are made.
func (o Options) postgres() (*pgx.ConnConfig, error) {
	config, err := configOf(o.Database)
	if err == nil {
		onPrimary(config)
	}
	return config, err
}

func configOf(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database's URL: %w", err)
	}
	for name, value := range sessionSettings {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
	}
	return config, nil
}

// onPrimary has connections made to a server that takes writes, the first of
// those in the URL that does: a standby tells what was. A connection whose
// server has become a standby is given up.
func onPrimary(config *pgx.ConnConfig) {
	if config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	usable := config.OnPgError
	config.OnPgError = func(c *pgconn.PgConn, e *pgconn.PgError) bool { return e.Code != readOnly && usable(c, e) }
}

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	config, err := o.postgres()
	if err != nil {
		return nil, err
	}
	if err := migratePostgres(ctx, config.Copy()); err != nil {
		return nil, err
	}
	open := &lines{}
	config.DialFunc = open.through(config.DialFunc)
	servers := serversOf(config)
	db := o.pool(servers)
	s := &Store{engine: postgresEngine, servers: servers, lines: open, read: db, cache: &remote{db: db, limit: o.Limit}, lists: &remote{db: db, limit: o.Limit, long: true}}
	s.writes = &transactions{db: db, clock: o.Clock, limit: o.Limit, seqs: &sequence{}}
	if o.Replica != "" {
		if s.replica, err = openReplica(o); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return s, nil
}

func (o Options) pool(servers driver.Connector) *sql.DB {
	db := sql.OpenDB(servers)
	db.SetMaxOpenConns(o.connections())
	db.SetMaxIdleConns(o.connections())
	db.SetConnMaxIdleTime(maxLifetime)
	db.SetConnMaxLifetime(maxLifetime)
	return db
}

// migratePostgres brings the tables up to date, however long that takes. Only
// one process at a time does; the others wait.
func migratePostgres(ctx context.Context, config *pgx.ConnConfig) error {
	config.RuntimeParams["statement_timeout"] = "0"
	db := sql.OpenDB(serversOf(config))
	defer db.Close()
	// A lock of the transaction and not of the session, which a pooler may give to
	// somebody else.
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	defer tx.Rollback()
	for _, statement := range []string{"set local idle_in_transaction_session_timeout = 0", fmt.Sprint("select pg_advisory_xact_lock(", migrationLock, ")")} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("opening the database: %w", err)
		}
	}
	provider, err := postgresEngine.migrations(db)
	if err != nil {
		return err
	}
	if err := upgrade(ctx, provider, "the database"); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, bytewise); err != nil {
		return err
	}
	return tx.Commit()
}

// migrationLock is the number of the advisory lock that migrations hold, an
// arbitrary one.
const migrationLock = 0x526f73746572

// bytewise compares all text by its bytes, as SQLite does, whatever the
// database's locale is.
const bytewise = `do $$
declare c record;
begin
	for c in
		select table_name, column_name from information_schema.columns
		where table_schema = current_schema() and data_type = 'text' and collation_name is null and table_name <> 'goose_db_version'
	loop
		execute format('alter table %I alter column %I type text collate "C"', c.table_name, c.column_name);
	end loop;
end $$`

// transactions writes to PostgreSQL: each function in a transaction and on a
// connection of its own. Whoever changes a user has read its row for update,
// which is what keeps changes of one user apart.
type transactions struct {
	db    *sql.DB
	clock func() time.Time
	limit time.Duration // on the whole of a write
	seqs  *sequence
}

func (t *transactions) close() error { return nil }

// maxAttempts bounds how often a transaction is run that others got in the way
// of.
const maxAttempts = 10

// write runs fn until it meets no other transaction. It is run again only when
// it has certainly not been committed.
func (t *transactions) write(ctx context.Context, fn func(Tx) error) error {
	ctx, done := limited(context.WithoutCancel(ctx), t.limit)
	defer done()
	for attempt := 1; ; attempt++ {
		again, err := t.attempt(ctx, fn)
		if !again || attempt == maxAttempts || ctx.Err() != nil {
			return failure(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(attempt) * int64(5*time.Millisecond))))
	}
}

// attempt runs fn in a transaction. It reports whether it may be run again: it
// has certainly been undone, and not because of what it does. If the connection
// breaks while it is committed, nobody knows.
func (t *transactions) attempt(ctx context.Context, fn func(Tx) error) (again bool, err error) {
	conn, native, err := nativeConn(ctx, t.db)
	if err != nil {
		return elsewhere(err), err
	}
	defer conn.Close()
	p := &pipeline{conn: native}
	defer p.end(ctx)
	if err = fn(Tx{Now: roster.TimeOf(t.clock()), ctx: ctx, engine: postgresEngine, on: p, seqs: t.seqs}); err != nil {
		err = p.settled(ctx, err)
		return inTheWay(err) || elsewhere(err), err
	}
	undone, err := p.commit(ctx)
	return inTheWay(err) || undone && elsewhere(err), err
}

// postgresConflict names the unique index that err violates, or is empty.
func postgresConflict(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != "23505" {
		return ""
	}
	return strings.TrimSuffix(e.ConstraintName, "_key")
}
