package transfer

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/google/go-cmp/cmp"

	"roster/internal/directory"
	"roster/internal/query"
	"roster/internal/store"
)

func copied(t *testing.T, from, to Directory) Report {
	t.Helper()
	r, err := Copy(t.Context(), from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Equal {
		t.Fatalf("the copy differs: %+v", r)
	}
	return r
}

func wantEqual[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(directory.Caller{})); diff != "" {
		t.Errorf("not as expected (-want +got):\n%s", diff)
	}
}

func TestADirectoryComesBackAsItWas(t *testing.T) {
	source, middle, end := inFile(t), emptyPostgres(t), emptyFile(t)
	there := copied(t, source, middle)
	for _, table := range there.Tables {
		if table.Source.Rows == 0 {
			t.Errorf("the test has nothing in the table %s", table.Name)
		}
	}
	back := copied(t, middle, end)
	for i, table := range back.Tables {
		wantEqual(t, there.Tables[i].Source, table.Target)
	}
	want := answers(t, source)
	wantEqual(t, want, answers(t, middle))
	wantEqual(t, want, answers(t, end))
	for _, d := range []Directory{middle, end} {
		isAlive(t, d)
	}
}

// isAlive has people sign in, come and go.
func isAlive(t *testing.T, d Directory) {
	t.Helper()
	dir, err := directoryOver(d.Store)
	if err != nil {
		t.Fatal(err)
	}
	by, err := dir.Identify(t.Context(), directory.Credentials{Project: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"ada1@mail.example", "ada2@mail.example"} {
		if _, _, err := dir.SignIn(t.Context(), by, email, "correct horse "+email[3:4]); err != nil {
			t.Errorf("%s cannot sign in: %v", email, err)
		}
	}
	before, err := dir.Store.UserCount(t.Context(), by.Project.Number)
	if err != nil {
		t.Fatal(err)
	}
	u, err := dir.CreateUser(t.Context(), by, directory.NewUser{ID: "newcomer", Name: "Newcomer"})
	if err == nil {
		err = dir.DeleteUser(t.Context(), by, "user-010")
	}
	if err == nil {
		err = dir.DeleteUser(t.Context(), by, "user-011")
	}
	if err != nil {
		t.Fatal(err)
	}
	list, total, err := dir.Users(t.Context(), by, store.Page{Query: query.Query{Limit: 1000}}, true)
	if err != nil || total != before-1 || total != int64(len(list)) {
		t.Errorf("there are %d users and %d are counted; there were %d before two left and one came, error %v", len(list), total, before, err)
	}
	if last := list[len(list)-1]; last.ID != u.ID {
		t.Errorf("%s is younger than the newcomer", last.ID)
	}
	found, _, err := dir.Users(t.Context(), by, store.Page{Search: "newcomer", Query: users(t).Query}, true)
	if err != nil || len(found) != 1 {
		t.Errorf("%d newcomers are found, error %v", len(found), err)
	}
	if damage, err := d.Check(t.Context()); damage != nil || err != nil {
		t.Errorf("damage: %v, error %v", damage, err)
	}
}

// each way of copying, with a source of the test's own.
func eachWay(t *testing.T, test func(t *testing.T, from, to Directory)) {
	t.Run("to postgres", func(t *testing.T) { t.Parallel(); test(t, inFile(t), emptyPostgres(t)) })
	t.Run("to sqlite", func(t *testing.T) {
		t.Parallel()
		source := emptyPostgres(t)
		copied(t, inFile(t), source)
		test(t, source, emptyFile(t))
	})
}

// behind opens the directory's database behind Roster's back.
func behind(t *testing.T, d Directory) *sql.DB {
	t.Helper()
	driver, place := "sqlite", "file:"+filepath.Join(d.Place, store.FileName)+"?_pragma=busy_timeout(5000)"
	if strings.HasPrefix(d.Place, "postgres:") {
		driver, place = "pgx", d.Place
	}
	db, err := sql.Open(driver, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func do(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// cut ends a copy when it tells for the nth time how far the step is, unless it
// is complete by then.
func cut(t *testing.T, from, to Directory, step string, n int) (complete bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Copy(ctx, from, to, func(s string, _, _ int64) {
		if s != step {
			return
		}
		if n--; n < 0 {
			cancel()
		}
	})
	if err == nil && !r.Equal || err != nil && !errors.Is(err, context.Canceled) {
		t.Fatalf("a copy that was cut: %+v, error %v", r, err)
	}
	return err == nil
}

// Wherever a copy is cut, the next one goes on there.
func TestAnInterruptedCopyGoesOn(t *testing.T) {
	eachWay(t, func(t *testing.T, from, to Directory) {
		cut(t, from, to, "reading", rand.IntN(20))
		wantEqual(t, int64(0), rows(t, to))
		cuts, before := 0, int64(0)
		for ; !cut(t, from, to, "copying", 1+rand.IntN(4)); cuts++ {
			now := rows(t, to)
			if now < before {
				t.Fatalf("%d rows are left of %d", now, before)
			}
			before = now
			if now == rows(t, from) {
				cut(t, from, to, "comparing", rand.IntN(20))
			}
		}
		if cuts < 5 {
			t.Errorf("the copy was only cut %d times", cuts)
		}
		r, err := Compare(t.Context(), from, to, nil)
		if err != nil || !r.Equal {
			t.Errorf("the copy differs: %+v, error %v", r, err)
		}
		wantEqual(t, answers(t, from), answers(t, to))
	})
}

// rows is how many the directory has in all tables.
func rows(t *testing.T, d Directory) int64 {
	t.Helper()
	v, err := d.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	tables, err := d.Tables(t.Context())
	count := &step{}
	if err := errors.Join(err, count.over(t.Context(), v, tables)); err != nil {
		t.Fatal(err)
	}
	return count.all
}

func TestATargetWithSomethingInItIsRefused(t *testing.T) {
	for _, to := range []Directory{emptyPostgres(t), emptyFile(t)} {
		from := inFile(t)
		dir, err := directoryOver(to.Store) // which leaves a notice of its key
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dir.CreateProject(t.Context(), "other", "Other"); err != nil {
			t.Fatal(err)
		}
		_, err = Copy(t.Context(), from, to, nil)
		if !errors.Is(err, store.ErrNotEmpty) || !strings.HasPrefix(err.Error(), to.Place) {
			t.Errorf("the error is %v", err)
		}
		if err := dir.DeleteProject(t.Context(), "other"); err != nil {
			t.Fatal(err)
		}
		copied(t, from, to)
		if _, err = Copy(t.Context(), from, to, nil); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("after a copy, the error is %v", err)
		}
	}
}

func TestASourceWithNothingInItIsRefused(t *testing.T) {
	from, to := emptyPostgres(t), emptyFile(t)
	if _, err := directoryOver(from.Store); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(t.Context(), from, to, nil); !errors.Is(err, ErrNothing) || !strings.HasPrefix(err.Error(), from.Place) {
		t.Errorf("the error is %v", err)
	}
	if _, err := Copy(t.Context(), from, from, nil); !errors.Is(err, ErrNothing) {
		t.Errorf("into itself: %v", err)
	}
}

func TestADirectoryIsNotCopiedIntoItself(t *testing.T) {
	to := emptyPostgres(t)
	copied(t, inFile(t), to)
	if _, err := Copy(t.Context(), to, at(t, store.Options{Database: to.Place}), nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("the error is %v", err)
	}
}

// Whatever changes between two runs, the copy would be of no moment that was.
func TestASourceThatHasChangedIsNoticed(t *testing.T) {
	eachWay(t, func(t *testing.T, from, to Directory) {
		cut(t, from, to, "copying", 5)
		db, before := behind(t, from), rows(t, to)
		for _, change := range [][2]string{
			{"update users set prefs = '{}' where id = 'user-100'", `update users set prefs = '{"nul":"\u0000","n":100}' where id = 'user-100'`},
			{"update sessions set mfa_updated_at = 7 where user_id = 'user-001'", "update sessions set mfa_updated_at = null where user_id = 'user-001'"},
			{"insert into notices (name, value) values ('new', 1)", "delete from notices where name = 'new'"},
		} {
			do(t, db, change[0])
			_, err := Copy(t.Context(), from, to, nil)
			if !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), from.Place+" has changed since") {
				t.Errorf("%s: the error is %v", change[0], err)
			}
			do(t, db, change[1])
		}
		wantEqual(t, before, rows(t, to))
		copied(t, from, to)
	})
}

func TestAnUnfinishedCopyOfAnotherDirectoryIsRefused(t *testing.T) {
	from, other, to := inFile(t), inFile(t), emptyFile(t)
	do(t, behind(t, other), "update projects set name = 'Other'")
	cut(t, from, to, "copying", 5)
	_, err := Copy(t.Context(), other, to, nil)
	if !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), from.Place) || strings.Contains(err.Error(), "has changed") {
		t.Errorf("the error is %v", err)
	}
	copied(t, Directory{from.Store, "moved"}, to) // what counts is what is in it
}

func TestNobodyChangesTheSourceMeanwhile(t *testing.T) {
	eachWay(t, func(t *testing.T, from, to Directory) {
		db := behind(t, from)
		db.SetMaxOpenConns(1)
		for _, setting := range []string{"pragma busy_timeout = 1", "set lock_timeout = 1"} {
			db.Exec(setting) // one for each engine
		}
		steps := map[string]bool{}
		_, err := Copy(t.Context(), from, to, func(step string, _, _ int64) {
			if !steps[step] {
				if _, err := db.Exec("update users set name = 'changed'"); err == nil {
					t.Errorf("the source was changed in the step %s", step)
				}
				if _, err := db.Exec("select name from users"); err != nil {
					t.Errorf("the source cannot be read: %v", err)
				}
			}
			steps[step] = true
		})
		if err != nil || len(steps) != 3 {
			t.Errorf("%d steps, error %v", len(steps), err)
		}
		do(t, db, "update users set name = 'changed'")
	})
}

func TestWhatTheTargetCannotHoldIsNamed(t *testing.T) {
	from, to := inFile(t), emptyPostgres(t)
	db := behind(t, from)
	do(t, db, "update users set password = 'a' || char(0) || 'b' where id = 'user-002'")
	do(t, db, "update sessions set user_agent = cast(x'636166e9' as text) where user_id = 'user-003'")
	do(t, db, "update deliveries set attempts = 3000000000")
	var unfit *UnfitError
	_, err := Copy(t.Context(), from, to, nil)
	if !errors.As(err, &unfit) {
		t.Fatalf("the error is %v", err)
	}
	if unfit.All != 22 || len(unfit.Named) != maxNamed || !strings.HasSuffix(err.Error(), "and 2 more") {
		t.Errorf("%d values, of which %d are named: %v", unfit.All, len(unfit.Named), err)
	}
	do(t, db, "update deliveries set attempts = 0")
	_, err = Copy(t.Context(), from, to, nil)
	for _, want := range []string{"2 of its values", `id="user-002": password contains the character U+0000`, "user_agent is not valid UTF-8"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if o, err := to.Unfinished(t.Context()); o != (store.Origin{}) || err != nil {
		t.Errorf("the target is marked: %v, error %v", o, err)
	}
	copied(t, from, emptyFile(t)) // SQLite holds it
	do(t, db, "update users set password = null where id = 'user-002'")
	do(t, db, "update sessions set user_agent = '' where user_id = 'user-003'")
	copied(t, from, to)
}

// Migrations to come add tables and columns.
func TestNewTablesAreNotForgotten(t *testing.T) {
	for _, migration := range []string{"create table visits (project integer not null, day text not null, visits bigint, primary key (project, day))", "alter table users add column nickname text"} {
		from, to := inFile(t), emptyPostgres(t)
		do(t, behind(t, from), migration)
		for _, way := range [][2]Directory{{from, to}, {to, from}} {
			if _, err := Copy(t.Context(), way[0], way[1], nil); err == nil || !strings.Contains(err.Error(), from.Place+": only here the table ") {
				t.Errorf("%s: the error is %v", migration, err)
			}
			if _, err := Compare(t.Context(), way[0], way[1], nil); err == nil {
				t.Errorf("%s: compared", migration)
			}
		}
	}
	migration := "create table visits (project integer not null, day text not null, visits bigint, primary key (project, day))"
	from, to := inFile(t), emptyPostgres(t)
	for _, d := range []Directory{from, to} {
		do(t, behind(t, d), migration)
	}
	do(t, behind(t, from), `with recursive days (n) as (select 0 union all select n + 1 from days where n < 999)
		insert into visits (project, day, visits) select n % 3, 'day ' || n, n from days`)
	r := copied(t, from, to)
	if i := slices.IndexFunc(r.Tables, func(table TableReport) bool { return table.Name == "visits" }); i < 0 || r.Tables[i].Target.Rows != 1000 {
		t.Errorf("the new table was not copied: %+v", r.Tables)
	}
}

func TestDifferencesAreTold(t *testing.T) {
	from, to := inFile(t), emptyPostgres(t)
	copied(t, from, to)
	db := behind(t, to)
	do(t, db, "update users set name = name || ' ' where id = 'user-004'")
	do(t, db, "delete from keys where project = 1")
	do(t, db, "insert into user_labels (project, label, user_seq) values (1, 'more', 7)")
	r, err := Compare(t.Context(), from, to, nil)
	if err != nil || r.Equal {
		t.Errorf("%+v, error %v", r, err)
	}
	for _, table := range r.Tables {
		more, different := map[string]int64{"keys": -1, "user_labels": 1}[table.Name], slices.Contains([]string{"users", "keys", "user_labels"}, table.Name)
		if table.Equal == different || table.Equal != (table.Source == table.Target) || table.Target.Rows-table.Source.Rows != more {
			t.Errorf("%+v", table)
		}
	}
}

// A target that does not give back what it was given is never used.
func TestACopyThatDiffersStaysUnfinished(t *testing.T) {
	from, to := inFile(t), emptyPostgres(t)
	do(t, behind(t, to), `create function spoil() returns trigger language plpgsql as 'begin new.name = upper(new.name); return new; end'`)
	do(t, behind(t, to), "create trigger spoil before insert on teams for each row execute function spoil()")
	r, err := Copy(t.Context(), from, to, nil)
	if err != nil || r.Equal {
		t.Fatalf("%+v, error %v", r, err)
	}
	if o, err := to.Unfinished(t.Context()); o.Place != from.Place || err != nil {
		t.Errorf("it is a copy of %v, error %v", o, err)
	}
}
