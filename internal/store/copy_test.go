package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roster"
	"roster/internal/query"
)

func tablesOfStore(t *testing.T, s *Store) []Table {
	t.Helper()
	list, err := s.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func tableNamed(t *testing.T, s *Store, name string) Table {
	t.Helper()
	list := tablesOfStore(t, s)
	i := slices.IndexFunc(list, func(t Table) bool { return t.Name == name })
	if i < 0 {
		t.Fatalf("there is no table %s", name)
	}
	return list[i]
}

func frozen(t *testing.T, s *Store) *Snapshot {
	t.Helper()
	v, err := s.Freeze(t.Context(), tablesOfStore(t, s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func change(s *Store, text string, args ...any) error {
	_, err := s.read.Exec(text, args...)
	return err
}

// TestNoTableIsLeftOut compares with what the database's catalogue says when it
// is asked in another way.
func TestNoTableIsLeftOut(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		names := append([]string{"goose_db_version"}, s.engine.derived...)
		for _, table := range tablesOfStore(t, s) {
			names = append(names, table.Name)
			rows, err := s.read.QueryContext(t.Context(), "select * from "+table.Name)
			if err != nil {
				t.Fatal(err)
			}
			columns, err := rows.Columns()
			rows.Close()
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(columns)
			wantEqual(t, strings.Join(columns, ", "), table.names())
		}
		slices.Sort(names)
		wantEqual(t, tables(t, s), names)
	})
}

func TestTablesAreTheSameOnEachEngine(t *testing.T) {
	sqlite, postgres := openDir(t, migratedDir(t), ticking(day)), openURL(t, freshDatabase(t), ticking(day))
	wantEqual(t, tablesOfStore(t, sqlite), tablesOfStore(t, postgres))
	labels := tableNamed(t, sqlite, "user_labels")
	wantEqual(t, Table{
		Name:    "user_labels",
		Columns: []Column{{"label", "text"}, {"project", "integer"}, {"user_seq", "bigint"}},
		Key:     []int{1, 0, 2},
	}, labels)
}

// A migration may add what cannot be copied in a way that is known here.
func TestTablesThatCannotBeCopiedAreNamed(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for statement, want := range map[string]string{
			"create table extra (id text primary key, picture numeric)": "the column picture of the table extra is of the kind",
			"create table extra (id text, name text)":                   "the table extra has no primary key",
		} {
			write(t, s, func(tx Tx) error { return tx.exec(statement) })
			if _, err := s.Tables(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error is %v", statement, err)
			}
			write(t, s, func(tx Tx) error { return tx.exec("drop table extra") })
		}
		write(t, s, func(tx Tx) error { return tx.exec("create table extra (id text primary key, picture bigint)") })
		tableNamed(t, s, "extra")
	})
}

func TestAnIndexThatCopiesDoNotKnowIsNamed(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error { return tx.exec("create virtual table team_words using fts5 (words)") })
		if _, err := s.Tables(t.Context()); err == nil || !strings.Contains(err.Error(), "team_words") {
			t.Errorf("the error is %v", err)
		}
	})
}

// odd are texts in whose order locales and engines differ.
var odd = []string{"", "A", "a", "B", "Z", "_", "a b", "ab", "aB", "á", "é", "ß", "ss", "z", "Å", "日本", "😀", "\ufffd", "~", "10", "9"}

func TestRowsComeInOneOrderOnEachEngine(t *testing.T) {
	slices.Sort(odd)
	eachEngine(t, func(t *testing.T, s *Store) {
		var want []string
		for _, p := range []roster.ProjectNumber{home, other} {
			for _, text := range odd {
				for seq := range 3 {
					write(t, s, func(tx Tx) error {
						return tx.exec("insert into user_labels (project, label, user_seq) values ($1, $2, $3)", p, text, 10-seq)
					})
					want = append(want, fmt.Sprint(p, text, 8+seq))
				}
			}
		}
		v, table := frozen(t, s), tableNamed(t, s, "user_labels")
		for limit := range 8 {
			var got []string
			for after := Row(nil); ; {
				rows, err := v.Rows(t.Context(), table, after, limit+1)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) == 0 {
					break
				}
				for _, r := range rows {
					got = append(got, fmt.Sprint(r[1], r[0], r[2]))
				}
				after = rows[len(rows)-1]
			}
			wantEqual(t, want, got)
		}
		last, err := s.Last(t.Context(), table)
		if err != nil || fmt.Sprint(last[1], last[0], last[2]) != want[len(want)-1] {
			t.Errorf("the last row is %v, error %v", last, err)
		}
		n, err := v.Count(t.Context(), table)
		if err != nil || n != int64(len(want)) {
			t.Errorf("%d rows, error %v", n, err)
		}
	})
}

func TestASnapshotShowsOneMoment(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"))
		v, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		create(t, s, home, person("bob"))
		users := tableNamed(t, s, "users")
		if n, err := v.Count(t.Context(), users); n != 1 || err != nil {
			t.Errorf("%d users, error %v", n, err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		after, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := after.Count(t.Context(), users); n != 2 || err != nil {
			t.Errorf("%d users, error %v", n, err)
		}
		if err := after.Close(); err != nil {
			t.Error(err)
		}
	})
}

// options are how to open the database a second time.
func options(t *testing.T, s *Store) Options {
	t.Helper()
	if s.engine == postgresEngine {
		url := "select 'postgres://roster@127.0.0.1:' || inet_server_port() || '/' || current_database() || '?sslmode=disable'"
		return Options{Database: columnOf(t, s, url)[0], Connections: 2}
	}
	return Options{Dir: filepath.Dir(columnOf(t, s, "select file from pragma_database_list")[0])}
}

// impatient opens the database a second time, with statements that wait for
// nobody.
func impatient(t *testing.T, s *Store) *Store {
	t.Helper()
	o := options(t, s)
	if s.engine == postgresEngine {
		return openURL(t, o.Database+"&lock_timeout=1ms", ticking(day))
	}
	db, err := openFile(filepath.Join(o.Dir, FileName), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec("pragma busy_timeout = 0"); err != nil {
		t.Fatal(err)
	}
	return &Store{engine: sqliteEngine, read: db}
}

func TestNobodyWritesToAFrozenDirectory(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"))
		writer, v := impatient(t, s), frozen(t, s)
		for _, table := range tablesOfStore(t, s) {
			if err := change(writer, "delete from "+table.Name); err == nil || !s.engine.inUse(err) {
				t.Errorf("%s: the error is %v", table.Name, err)
			}
		}
		wantEqual(t, []string{"ada"}, columnOf(t, writer, "select id from users"))
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		if err := change(writer, "update users set name = 'Ada'"); err != nil {
			t.Errorf("it is frozen after the end: %v", err)
		}
		create(t, s, home, person("bob"))
	})
}

func TestWhoWritesKeepsADirectoryFromBeingFrozen(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		err := s.Write(t.Context(), func(tx Tx) error {
			if _, err := tx.rows("delete from users"); err != nil {
				return err
			}
			_, err := s.Freeze(t.Context(), tablesOfStore(t, s))
			wantError(t, ErrInUse, err)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		frozen(t, s)
	})
}

// SQLite takes any value in any column.
func TestValuesOfAnotherKindThanTheirColumnsAreNamed(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		create(t, s, home, person("ada"))
		users := tableNamed(t, s, "users")
		writer := impatient(t, s)
		for set, want := range map[string]string{
			"name = x'00ff'": "name is no text", "mfa = 2": "mfa is no boolean", "enabled = 'perhaps'": "enabled is no boolean",
			"created_at = 'now'": "created_at is no bigint", "updated_at = 1.5": "updated_at is no bigint",
		} {
			if err := change(writer, "update users set "+set); err != nil {
				t.Fatal(err)
			}
			_, err := frozenRows(t, s, users)
			if err == nil || !strings.Contains(err.Error(), `id="ada"`) || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s: the error is %v", set, err)
			}
			column, _, _ := strings.Cut(set, " ")
			if err := change(writer, "update users set "+column+" = 0"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func frozenRows(t *testing.T, s *Store, table Table) ([]Row, error) {
	v, err := s.Snapshot(t.Context())
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Rows(t.Context(), table, nil, 10)
}

func TestACopyBeginsOnlyInAnEmptyDirectory(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		all := tablesOfStore(t, s)
		write(t, s, func(tx Tx) error { return tx.Remember("master-key", 7) })
		for _, statement := range []string{
			"insert into user_labels (project, label, user_seq) values (1, 'vip', 2)", "insert into user_tallies (project, shard, users) values (1, 0, 2)",
		} {
			write(t, s, func(tx Tx) error { return tx.exec(statement) })
			wantError(t, ErrNotEmpty, s.Empty(t.Context(), all))
			wantError(t, ErrNotEmpty, s.Write(t.Context(), func(tx Tx) error { return tx.BeginCopy(Origin{"there", "abc"}, all) }))
			write(t, s, func(tx Tx) error {
				return errors.Join(tx.exec("delete from user_labels"), tx.exec("delete from user_tallies"))
			})
		}
		if o, err := s.Unfinished(t.Context()); o != (Origin{}) || err != nil {
			t.Errorf("it is a copy of %v, error %v", o, err)
		}
		write(t, s, func(tx Tx) error { return tx.BeginCopy(Origin{"there", "abc"}, all) })
		wantEqual(t, []string{}, columnOf(t, s, "select name from notices"))
		if o, err := s.Unfinished(t.Context()); o != (Origin{"there", "abc"}) || err != nil {
			t.Errorf("it is a copy of %v, error %v", o, err)
		}
		if err := s.Write(t.Context(), func(tx Tx) error { return tx.BeginCopy(Origin{"elsewhere", "def"}, all) }); err == nil {
			t.Error("another copy began")
		}
		wantEqual(t, all, tablesOfStore(t, s))
		write(t, s, Tx.EndCopy)
		if o, err := s.Unfinished(t.Context()); o != (Origin{}) || err != nil {
			t.Errorf("it is a copy of %v, error %v", o, err)
		}
	})
}

// Half a directory is none.
func TestAnUnfinishedCopyIsOnlyOpenedToBeFinished(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		o := options(t, s)
		write(t, s, func(tx Tx) error { return tx.BeginCopy(Origin{"over there", "abc"}, tablesOfStore(t, s)) })
		if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "unfinished copy of over there") {
			t.Errorf("the error is %v", err)
		}
		o.Copying = true
		again, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		write(t, again, Tx.EndCopy)
		again.Close()
		o.Copying = false
		if again, err = Open(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		again.Close()
	})
}

func TestRowsArePastedAsTheyAre(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ada := named("ada", "Ada Lovelace")
		ada.Email, ada.Labels = "ada@x.example", []string{"vip"}
		create(t, s, home, ada)
		create(t, s, other, named("bob", ""))
		var many []*roster.User
		for i := range 50 {
			many = append(many, named(fmt.Sprint("u", i), odd[i%len(odd)]))
		}
		create(t, s, home, many...)
		target := openDir(t, migratedDir(t), ticking(day))
		if s.engine == sqliteEngine {
			target = openURL(t, freshDatabase(t), ticking(day))
		}
		for _, table := range tablesOfStore(t, s) {
			v := frozen(t, s)
			rows, err := v.Rows(t.Context(), table, nil, 1000)
			if err := errors.Join(err, v.Close()); err != nil {
				t.Fatal(err)
			}
			write(t, target, func(tx Tx) error { return tx.Paste(table, rows) })
			got := frozen(t, target)
			pasted, err := got.Rows(t.Context(), table, nil, 1000)
			if err := errors.Join(err, got.Close()); err != nil {
				t.Fatal(err)
			}
			wantEqual(t, rows, pasted)
			if len(rows) > 0 {
				wantError(t, errTaken, target.Write(t.Context(), func(tx Tx) error { return tx.Paste(table, rows[len(rows)-1:]) }))
			}
		}
		for _, words := range []string{"love", "label:vip", "ada x", "日本"} {
			wantEqual(t, found(t, s, home, searching(words)), found(t, target, home, searching(words)))
		}
		wantEqual(t, []string{"ada"}, found(t, target, home, asked(t, query.Users, q("contains", "name", "velac"))))
		wantSound(t, target)
	})
}

func TestWhatExistsIsKnownBeforeItIsOpened(t *testing.T) {
	empty := freshDatabase(t)
	blank := strings.TrimSuffix(empty, "?sslmode=disable")
	blank = blank[:strings.LastIndexByte(blank, '/')+1] + "postgres?sslmode=disable"
	for _, test := range []struct {
		o    Options
		want bool
	}{
		{Options{Dir: migratedDir(t)}, true}, {Options{Dir: t.TempDir()}, false}, {Options{Dir: filepath.Join(t.TempDir(), "nowhere")}, false},
		{Options{Database: empty}, true}, {Options{Database: blank}, false},
	} {
		if there, err := Exists(t.Context(), test.o); there != test.want || err != nil {
			t.Errorf("%+v: %v, error %v", test.o, there, err)
		}
	}
	if _, err := Exists(t.Context(), Options{Database: empty + "&dbname=nowhere"}); err == nil {
		t.Error("a database that is not there exists")
	}
}
