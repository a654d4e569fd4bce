package store

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
	"roster/test/postgres"
)

// eachEngine runs test on a fresh database of every engine and then has the
// engine check what the test left behind.
func eachEngine(t *testing.T, test func(t *testing.T, s *Store)) {
	onSQLite(t, test)
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := openURL(t, freshDatabase(t), ticking(day))
		test(t, s)
		wantSound(t, s)
	})
}

// onSQLite is eachEngine for what only SQLite does.
func onSQLite(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := openDir(t, migratedDir(t), ticking(day))
		test(t, s)
		wantSound(t, s)
	})
}

// freshDatabase is the URL of a PostgreSQL database with empty tables.
func freshDatabase(t *testing.T) string {
	t.Helper()
	url, err := postgres.Fresh(func(url string) error {
		s, err := Open(context.Background(), Options{Database: url})
		if err != nil {
			return err
		}
		return s.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func openURL(t *testing.T, url string, clock func() time.Time) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Database: url, Connections: 8, Clock: clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// setClock lets the store's transactions tell the time by another clock.
func setClock(s *Store, clock func() time.Time) {
	switch w := s.writes.(type) {
	case *writer:
		w.clock = clock
	case *transactions:
		w.clock = clock
	}
}

// migratedDir is a data folder with empty tables. They are made once, because
// that is most of the time of a small test.
func migratedDir(t *testing.T) string {
	t.Helper()
	file, err := migratedFile()
	dir := t.TempDir()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, FileName), file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "roster")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, FileName))
})

// day is when the databases of tests begin.
var day = time.Date(2026, 3, 4, 8, 15, 30, 123e6, time.UTC)

// ticking is a clock that moves one millisecond whenever it is asked.
func ticking(from time.Time) func() time.Time {
	var asked atomic.Int64
	return func() time.Time { return from.Add(time.Duration(asked.Add(1)) * time.Millisecond) }
}

func openDir(t *testing.T, dir string, clock func() time.Time) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Clock: clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func wantSound(t *testing.T, s *Store) {
	t.Helper()
	if damage, err := s.Check(context.Background()); err != nil || damage != nil {
		t.Errorf("the integrity check says %q, error %v", damage, err)
	}
}

func TestTheIntegrityCheckIsNotMisledByWhatAConnectionRemembers(t *testing.T) {
	onSQLite(t, func(t *testing.T, s *Store) {
		for i := range int64(3) {
			write(t, s, func(tx Tx) error { return sqliteEngine.reindex(tx, home, i+1, distinctWords(10_000), nil) })
		}
		if _, err := s.Users(t.Context(), home, searching("word0")); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx Tx) error { return tx.exec("insert into user_words (user_words) values ('optimize')") })
		wantSound(t, s)
	})
}

func distinctWords(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprint("1wword", i)
	}
	return words
}

// home and other are two projects that share a database.
const (
	home  roster.ProjectNumber = 1
	other roster.ProjectNumber = 11
)

func write(t testing.TB, s *Store, fn func(Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func addProject(t testing.TB, s *Store, id string) roster.Project {
	t.Helper()
	p := roster.Project{ID: id, Name: id, Settings: roster.DefaultSettings()}
	write(t, s, func(tx Tx) error { return tx.CreateProject(&p) })
	return p
}

// person is a user with nothing but an id.
func person(id string) *roster.User {
	return &roster.User{ID: id, Hash: "argon2", HashOptions: `{"type":"argon2"}`, Enabled: true, Labels: []string{}, Prefs: "{}"}
}

func named(id, name string) *roster.User {
	u := person(id)
	u.Name = name
	return u
}

func create(t testing.TB, s *Store, p roster.ProjectNumber, users ...*roster.User) {
	t.Helper()
	for _, u := range users {
		write(t, s, func(tx Tx) error {
			u.CreatedAt, u.UpdatedAt, u.RegisteredAt = tx.Now, tx.Now, tx.Now
			return tx.CreateUser(p, u)
		})
	}
}

// edit stores what change does to the user.
func edit(t testing.TB, s *Store, id string, change func(*roster.User)) roster.User {
	t.Helper()
	var u roster.User
	write(t, s, func(tx Tx) error {
		before, err := tx.User(home, id)
		if err != nil {
			return err
		}
		u = before
		change(&u)
		_, err = tx.UpdateUser(home, &before, &u)
		return err
	})
	return u
}

func wantEqual[T any](t *testing.T, want, got T, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("not as expected (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, want, got error) {
	t.Helper()
	if got != want {
		t.Errorf("the error is %v, want %v", got, want)
	}
}

// columnOf reads the first column of all rows as text.
func columnOf(t *testing.T, s *Store, text string, args ...any) []string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), text, args...)
	list, err := collect(rows, err, func(r row) (v string, err error) { return v, r.Scan(&v) })
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

// tables lists the tables, also the virtual ones. Of an index of words the
// rows are looked at; its blocks keep what was deleted, unreachable, until
// they are merged.
func tables(t *testing.T, s *Store) []string {
	t.Helper()
	if s.engine == postgresEngine {
		return columnOf(t, s, "select table_name from information_schema.tables where table_schema = current_schema() order by table_name")
	}
	list := columnOf(t, s, "select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name")
	return slices.DeleteFunc(list, func(name string) bool {
		return strings.HasPrefix(name, "user_words_") || strings.HasPrefix(name, "user_trigrams_")
	})
}

// dump is every row of every table but those left out.
func dump(t *testing.T, s *Store, without ...string) map[string][]string {
	t.Helper()
	dump := make(map[string][]string)
	for _, table := range tables(t, s) {
		if !slices.Contains(without, table) {
			dump[table] = rowsOfTable(t, s, table)
		}
	}
	return dump
}

func rowsOfTable(t *testing.T, s *Store, table string) []string {
	t.Helper()
	columns := "*"
	if table == "user_words" || table == "user_trigrams" {
		columns = "rowid"
	}
	if table == "user_search" {
		columns = "project, user_seq"
	}
	rows, err := s.read.QueryContext(t.Context(), "select "+columns+" from "+table)
	if err != nil {
		t.Fatal(err)
	}
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	list, err := collect(rows, nil, func(r row) (string, error) {
		values, pointers := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			pointers[i] = &values[i]
		}
		err := r.Scan(pointers...)
		return fmt.Sprint(values...), err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
