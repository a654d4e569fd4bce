package crash

import (
	"database/sql"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"roster/test/postgres"
)

// TestACopyThatIsKilledGoesOn kills the program again and again while it copies
// a directory, and lets it finish then.
func TestACopyThatIsKilledGoesOn(t *testing.T) {
	binary := build(t)
	dir, back := crowd(t, binary), t.TempDir()
	server, err := postgres.Start("fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	there := open(t, "pgx", server.URL("roster"))
	killCopies(t, there, 10, binary, "--from", "sqlite:"+dir, "--to", server.URL("roster"))
	again := open(t, "sqlite", "file:"+filepath.Join(back, "roster.db")+"?mode=ro&_pragma=busy_timeout(1000)")
	killCopies(t, again, 5, binary, "--from", server.URL("roster"), "--to", "sqlite:"+back)
	if out, err := exec.Command(binary, "copy", "--verify", "--from", "sqlite:"+dir, "--to", "sqlite:"+back).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func open(t *testing.T, driver, place string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// crowd makes a data folder with 800 users and a long log.
func crowd(t *testing.T, binary string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command(binary, "project", "create", "shop", "--data", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	db := open(t, "sqlite", "file:"+filepath.Join(dir, "roster.db"))
	for _, statement := range []string{
		`insert into users (project, seq, id, created_at, updated_at, registered_at, name, name_lower, hash, hash_options,
			enabled, email_verified, phone_verified, mfa, impersonator, labels, prefs)
			select 1, n, 'user' || n, n, n, n, 'Somebody ' || n, 'somebody ' || n, 'argon2', '{}', true, false, false, false, false, '["vip"]', '{}' from numbers where n <= 800`,
		`insert into user_labels (project, label, user_seq) select 1, 'vip', n from numbers where n <= 800`,
		`insert into events (project, seq, at, event, audit, user_id, resource, actor_type, actor_id, actor_name, actor_email, ip, country, user_agent)
			select 1, n, n, 'users.create', 'user.create', 'user' || n % 800, '', 'key', 'k', 'key', '', '', '--', 'curl' from numbers`,
	} {
		if _, err := db.Exec("create temp table numbers as with recursive count (n) as (select 1 union all select n + 1 from count where n < 4000) select n from count;" + statement + "; drop table numbers"); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// killCopies kills the program several times, unless it is done before, and lets
// it finish.
func killCopies(t *testing.T, target *sql.DB, times int, binary string, args ...string) {
	t.Helper()
	args = append([]string{"copy"}, args...)
	n, complete := 0, false
	for ; n < times && !complete; n++ {
		cmd := exec.Command(binary, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for enough := written(target) + 1 + rand.IntN(1000); written(target) < enough && len(ended) == 0; {
			time.Sleep(time.Millisecond) // the program needs the processor, too
		}
		cmd.Process.Kill()
		complete = <-ended == nil
	}
	if n < times/2 {
		t.Errorf("the program was only killed %d times", n)
	}
	if complete {
		return
	}
	if out, err := exec.Command(binary, args...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// written counts rows of the target so far.
func written(db *sql.DB) (n int) {
	for _, table := range []string{"events", "user_labels", "users"} {
		var more int
		if db.QueryRow("select count(*) from "+table).Scan(&more) == nil { // there may be no table yet
			n += more
		}
	}
	return n
}
