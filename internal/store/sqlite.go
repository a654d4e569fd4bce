package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"roster"
)

// sqliteEngine keeps words in two FTS5 tables without content, whose rowid is
// the user's seq. One connection writes, so that nothing needs to be locked.
var sqliteEngine = &engine{
	name: "sqlite", dialect: goose.DialectSQLite3, shards: 1, streams: true, positions: true, domain: "substr(email, instr(email, '@') + 1)", patience: 100 * time.Millisecond,
	// The plus keeps SQLite from taking what is said of the number for something
	// said of seq: it would read all users behind a cursor for each of them.
	belongs: "seq = +number",
	matching: func(index, place string) string {
		return "select rowid as number from user_" + index + " where user_" + index + " match " + place
	},
	terms: func(terms []term) string {
		texts := make([]string, len(terms))
		for i, t := range terms {
			texts[i] = `"` + strings.Join(t.words, " ") + `"`
			if t.prefix {
				texts[i] += " *"
			}
		}
		return strings.Join(texts, " AND ")
	},
	pages: pagesOfWords,
	together: func(terms []string, all bool) string {
		word := ") OR ("
		if all {
			word = ") AND ("
		}
		return "(" + strings.Join(terms, word) + ")"
	},
	reindex: func(tx Tx, _ roster.ProjectNumber, seq int64, words, trigrams []string) error {
		if err := tx.exec("insert or replace into user_words (rowid, words) values ($1, $2)", seq, strings.Join(words, " ")); err != nil {
			return err
		}
		return tx.exec("insert or replace into user_trigrams (rowid, trigrams) values ($1, $2)", seq, strings.Join(trigrams, " "))
	},
	unindex: func(tx Tx, _ roster.ProjectNumber, seq int64) error {
		if err := tx.exec("delete from user_words where rowid = $1", seq); err != nil {
			return err
		}
		return tx.exec("delete from user_trigrams where rowid = $1", seq)
	},
	unindexProject: func(tx Tx, p roster.ProjectNumber) error {
		if err := tx.exec("delete from user_words where rowid in (select seq from users where project = $1)", p); err != nil {
			return err
		}
		return tx.exec("delete from user_trigrams where rowid in (select seq from users where project = $1)", p)
	},
	// Written out when it has 8 MiB, or the parts would be merged over and over.
	emptied: []string{
		"drop table user_trigrams", "create virtual table user_trigrams using fts5 (trigrams, content = '', contentless_delete = 1, tokenize = 'ascii')",
		"insert into user_trigrams (user_trigrams, rank) values ('hashsize', 8388608)",
	},
	retrigram: func(tx Tx, users []projectUser) error {
		for _, u := range users {
			if err := tx.exec("insert into user_trigrams (rowid, trigrams) values ($1, $2)", u.Seq, strings.Join(userTrigrams(u.project, &u.User), " ")); err != nil {
				return err
			}
		}
		return nil
	},
	filled:    []string{"delete from user_trigrams_config where k = 'hashsize'"},
	described: "select 'SQLite ' || sqlite_version() || ', WAL, synchronous=full, page cache of each connection 16 MiB'",
	explain:   explainSQLite,
	catalogue: `select t.name, c.name, lower(c.type), c.pk from pragma_table_list t join pragma_table_info(t.name) c
		where t.schema = 'main' and t.type in ('table', 'virtual') and t.name not like 'sqlite\_%' escape '\'`,
	derived:  []string{"user_words", "user_trigrams"},
	exists:   "select count(*) from sqlite_master where type = 'table' and name = $1",
	snapshot: []string{"begin", "select 1 from sqlite_master"}, // the first read fixes the moment
	freeze:   func([]Table) []string { return []string{"pragma query_only(0)", "begin immediate"} },
	thaw:     []string{"rollback", "pragma query_only(1)"},
	inUse:    busy,
	refuses:  func(string, any) string { return "" },
	check:    checkSQLite,
}

// checkSQLite has SQLite look at every page and index. FTS5 checks its segments
// by the list of them that the connection remembers, and would call damage what
// another connection has merged since; a search makes it read the list anew, and
// the transaction keeps it true.
func checkSQLite(ctx context.Context, s *Store) ([]string, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	for _, index := range []string{wordIndex, trigramIndex} {
		if _, err := tx.ExecContext(ctx, s.engine.matching(index, "$1")+" limit 1", `"0"`); err != nil {
			return nil, err
		}
	}
	rows, err := tx.QueryContext(ctx, "pragma integrity_check")
	lines, err := collect(rows, err, func(r row) (line string, err error) { return line, r.Scan(&line) })
	if len(lines) == 1 && lines[0] == "ok" {
		return nil, err
	}
	return lines, err
}

func openSQLite(ctx context.Context, o Options) (*Store, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	file := filepath.Join(o.Dir, FileName)
	if err := migrateFile(ctx, file); err != nil {
		return nil, err
	}
	writing, err := openFile(file, 1)
	if err != nil {
		return nil, err
	}
	reading, err := openFile(file, readers(), "query_only(1)")
	if err != nil {
		return nil, err
	}
	s := &Store{engine: sqliteEngine, read: reading, cache: newStatements(reading, true), lists: newStatements(reading, false)}
	s.writes, err = newWriter(ctx, writing, o.Clock, o.Log)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// readers is the number of reading connections: a few more than cores, since
// each costs memory and none waits for a network.
func readers() int { return max(4, 2*runtime.GOMAXPROCS(0)) }

func fileURL(file string, pragmas []string) string {
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + url.Values{"_pragma": pragmas}.Encode()
}

// openFile opens connections. What one sorts and has no place for in its cache
// goes to a temporary file, which SQLite makes where SQLITE_TMPDIR says, or else
// in /var/tmp or /tmp: some lists of ten million users would be a gigabyte.
func openFile(file string, connections int, pragmas ...string) (*sql.DB, error) {
	// busy_timeout comes first: switching to WAL needs a lock already.
	settings := append([]string{"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "cache_size(-16384)"}, pragmas...)
	db, err := sql.Open("sqlite", fileURL(file, settings))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// migrateFile brings the tables of the file up to date.
func migrateFile(ctx context.Context, file string) error {
	db, err := openFile(file, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := sqliteEngine.migrations(db)
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

// busy reports whether err says that another connection has the file locked.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xFF == sqlite3.SQLITE_BUSY
}

// ofSQLite reports whether err comes from SQLite itself.
func ofSQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e)
}

// sqliteConflict names the unique index that err violates, or is empty. The
// code does not say which; the text does: the index's name, or its columns as
// table.column.
func sqliteConflict(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE && e.Code() != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return ""
	}
	_, name, _ := strings.Cut(e.Error(), "constraint failed: ")
	_, name, _ = strings.Cut(name, "constraint failed: ")
	if _, index, ok := strings.Cut(name, "index '"); ok {
		index, _, _ = strings.Cut(index, "'")
		return index
	}
	name, _, _ = strings.Cut(name, " (")
	columns := strings.Split(name, ", ")
	return strings.ReplaceAll(columns[len(columns)-1], ".", "_")
}
