package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/query"
)

// versions are those of a database that is up to date: 0 for an empty one, and
// one for each migration.
func versions(t *testing.T) []string {
	t.Helper()
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	list := []string{"0", "1", "2"} // and two that are Go
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".postgres.sql") { // which have the numbers of SQLite's
			list = append(list, strconv.Itoa(len(list)))
		}
	}
	return list
}

func TestFreshFileHasEveryTableAndItsVersion(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := []string{
			"authenticators", "buckets", "challenges", "deliveries", "events", "flows", "goose_db_version", "identities", "keys", "membership_roles", "memberships", "notices", "projects",
			"providers", "sessions", "targets", "teams", "tokens", "user_labels", "user_tallies", "user_trigrams", "user_words", "users",
		}
		if s.engine == postgresEngine {
			want = append(slices.DeleteFunc(want, func(name string) bool { return name == "user_trigrams" || name == "user_words" }), "user_search")
			slices.Sort(want)
		}
		wantEqual(t, want, tables(t, s))
		wantEqual(t, versions(t), columnOf(t, s, "select version_id from goose_db_version where is_applied order by id"))
	})
}

func TestReopenedFileKeepsItsRowsAndMigratesNothing(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir, ticking(day))
	create(t, s, home, named("ada", "Ada Lovelace"))
	before := dump(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openDir(t, dir, ticking(day.Add(time.Hour)))
	wantEqual(t, before, dump(t, s))
	wantSound(t, s)
}

func TestFileOfANewerRosterIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir, time.Now)
	write(t, s, func(tx Tx) error {
		return tx.exec("insert into goose_db_version (version_id, is_applied) values (99, true)")
	})
	s.Close()
	_, err := Open(t.Context(), Options{Dir: dir})
	all := versions(t)
	newest := all[len(all)-1]
	if err == nil {
		t.Fatal("opened a file whose tables are newer")
	}
	for _, word := range []string{FileName, "version 99", "newer Roster", "up to " + newest} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the message %q does not say %q", err, word)
		}
	}
}

func TestWhatIsNoDatabaseIsRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file, text := filepath.Join(dir, FileName), strings.Repeat("This is a diary, not a database.\n", 100)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), FileName) {
		t.Errorf("the error is %v; it should name the file", err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != text {
		t.Error("the file was changed")
	}
}

func TestDataFolderThatIsAFileIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: file}); err == nil || !strings.Contains(err.Error(), "data folder") {
		t.Errorf("the error is %v; it should be about the data folder", err)
	}
}

// A folder's name is part of a URL for the driver.
func TestDataFolderMayHaveAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `who? #1 100% & "ü"`, "deeper")
	s := openDir(t, dir, time.Now)
	create(t, s, home, person("ada"))
	if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
		t.Error(err)
	}
}

func TestDataFolderIsMadeForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	openDir(t, dir, time.Now)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, os.FileMode(0o700), info.Mode().Perm())
}

// A server and a command may be started together on a fresh folder.
func TestSeveralMayOpenAFreshFolderAtOnce(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := Open(context.Background(), Options{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	group.Wait()
	s := openDir(t, dir, time.Now)
	wantEqual(t, versions(t), columnOf(t, s, "select version_id from goose_db_version order by id"))
}

// Version 9 makes the trigrams of everybody, in another order than before and
// with marks at both ends.
func TestPartsOfTextsAreFoundAfterTheUpgrade(t *testing.T) {
	upgraded := func(t *testing.T, s *Store, on *sql.DB) {
		people := []*roster.User{named("wang", "王小明"), named("ada", "Ada"), named("petr", "Пётр Чайковский"), named("odd", "x\ue081\ue02dy"), person("none")}
		people[1].Email, people[1].Phone = "ada@analytical.example", "+442079460000"
		create(t, s, home, people...)
		create(t, s, other, named("ada", "Ada 王"))
		write(t, s, func(tx Tx) error { return tx.forget(people) })
		if n, err := s.CountUsers(t.Context(), home, asked(t, query.Users, q("contains", "name", "小明"))); n != 0 || err != nil {
			t.Errorf("before the upgrade %d are found, error %v", n, err)
		}
		migrations, err := s.engine.migrations(on)
		wantError(t, nil, err)
		_, err = migrations.ApplyVersion(t.Context(), 9, true)
		wantError(t, nil, err)
		for line, want := range map[string]string{
			q("contains", "name", "小明"): "wang", q("contains", "name", "小"): "wang", q("startsWith", "name", "王"): "wang", q("endsWith", "name", "王"): "",
			q("contains", "name", "чайк"): "petr", q("startsWith", "name", "пё"): "petr", q("endsWith", "name", "кий"): "petr", q("contains", "name", "\ue081\ue02dy"): "odd",
			q("startsWith", "name", "ad"): "ada", q("endsWith", "email", ".example"): "ada", q("startsWith", "phone", "+44"): "ada",
		} {
			if got := strings.Join(found(t, s, home, asked(t, query.Users, line)), " "); got != want {
				t.Errorf("%s finds %q, want %q", line, got, want)
			}
		}
		if s.engine == sqliteEngine {
			wantSound(t, s)
			wantEqual(t, []string{"version"}, columnOf(t, s, "select k from user_trigrams_config"))
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := migratedDir(t)
		db, err := openFile(filepath.Join(dir, FileName), 1)
		wantError(t, nil, err)
		defer db.Close()
		upgraded(t, openDir(t, dir, ticking(day)), db)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := openURL(t, freshDatabase(t), ticking(day))
		upgraded(t, s, s.read)
	})
}

// forget goes back to before version 9: the trigrams are of the names alone, each
// once and without marks, and the index does not know where they stand.
func (tx Tx) forget(people []*roster.User) error {
	if tx.engine == sqliteEngine {
		file, err := migrations.ReadFile("migrations/00002_search.sqlite.sql")
		if err != nil {
			return err
		}
		_, made, _ := strings.Cut(string(file), "using fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');\n")
		if err := tx.each([]string{"drop table user_trigrams", made}); err != nil {
			return err
		}
	}
	for _, u := range people {
		var old []string
		for runes := []rune(strings.ToLower(u.Name)); len(runes) > 2; runes = runes[1:] {
			old = append(old, "1n"+string(runes[:3]))
		}
		if err := tx.engine.reindex(tx, home, u.Seq, userWords(home, u), old); err != nil {
			return err
		}
	}
	return tx.exec("delete from goose_db_version where version_id = 9")
}
