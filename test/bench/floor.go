package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"roster/internal/store"
)

// serveFloor answers the same requests with as little as possible: bare with a
// fixed number of bytes, statement with the rows that the statements give, pgx
// and batch with those that they give on PostgreSQL, where dir is its URL.
func serveFloor(kind, dir, listen string, size int) error {
	switch kind {
	case "bare":
		body := bytes.Repeat([]byte("x"), size)
		return http.ListenAndServe(listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			reply(w, body)
		}))
	case "pgx", "batch":
		f, err := newPgxFloor(dir, kind == "batch")
		if err != nil {
			return err
		}
		return http.ListenAndServe(listen, f)
	}
	f, err := newStatementFloor(filepath.Join(dir, store.FileName))
	if err != nil {
		return err
	}
	return http.ListenAndServe(listen, f)
}

func reply(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

// The statements that Roster's work comes down to.
const (
	userFields = `seq, id, created_at, updated_at, registered_at, name, email, email_canonical, email_free, email_disposable, email_corporate,
		email_is_canonical, phone, password, hash, hash_options, password_updated_at, enabled, email_verified, phone_verified, mfa, impersonator,
		labels, prefs, accessed_at`
	targetFields = `targets.seq, targets.id, targets.created_at, targets.updated_at, targets.name, targets.provider_id, targets.provider_type,
		targets.identifier, targets.expired`
	joined = " page left join targets on targets.project = 1 and targets.user_id = page.id order by page.seq, targets.seq"

	getUser    = "select page.*, " + targetFields + " from (select " + userFields + " from users where project = 1 and lower(id) = lower($1) and id = $1)" + joined
	listUsers  = "select page.*, " + targetFields + " from (select " + userFields + " from users where project = 1 order by seq limit 25)" + joined
	countUsers = "select cast(coalesce(sum(users), 0) as bigint) from user_tallies where project = 1"
	found      = " from users where project = 1 and seq in (select rowid from user_words where user_words match $1)"
	findUsers  = "select page.*, " + targetFields + " from (select " + userFields + found + " order by seq limit 25)" + joined
	countFound = "select count(*)" + found

	insertUser   = "insert into users (" + userFields + ", name_lower, project) values ($1, $2, $3, $3, $3, $4, $5, $5, false, false, true, true, null, null, 'argon2', '{}', null, true, false, false, false, false, '[]', '{}', null, $6, 1)"
	insertTarget = "insert into targets (id, user_id, created_at, updated_at, name, provider_type, identifier, expired, seq, project) values ($1, $2, $3, $3, '', 'email', $4, false, $5, 1)"
	insertEvent  = "insert into events (seq, at, event, audit, user_id, resource, actor_type, actor_id, actor_name, actor_email, ip, country, user_agent, changes, project) values ($1, $2, 'create', 'user.create', $3, '', 'keyProject', '6b04c61d37fbfbdf37ce', 'bench', '', '127.0.0.1', '--', 'AppwriteNodeJSSDK/26.2.0 (linux; x64) Node.js/v20.11.0', $4, 1)"
	updateName   = "update users set name = $2, name_lower = $3, updated_at = $4 where project = 1 and seq = $1"
	byID         = "select seq from users where project = 1 and lower(id) = lower($1) and id = $1"
)

// statementFloor has one writer that commits what waits, and readers.
type statementFloor struct {
	get, list, count, find, countFound *sql.Stmt
	writes                             chan *floorWrite
	seq                                atomic.Int64
}

type floorWrite struct {
	run  func(*floorWriter) error
	done chan error
}

func newStatementFloor(file string) (*statementFloor, error) {
	const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-16384)"
	read, err := sql.Open("sqlite", "file:"+file+pragmas)
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(4)
	read.SetMaxIdleConns(4)
	f := &statementFloor{writes: make(chan *floorWrite, 128)}
	f.seq.Store(time.Now().UnixMilli() << 20)
	for _, s := range []struct {
		text string
		into **sql.Stmt
	}{{getUser, &f.get}, {listUsers, &f.list}, {countUsers, &f.count}, {findUsers, &f.find}, {countFound, &f.countFound}} {
		if *s.into, err = read.Prepare(s.text); err != nil {
			return nil, err
		}
	}
	write, err := sql.Open("sqlite", "file:"+file+pragmas)
	if err != nil {
		return nil, err
	}
	w, err := newFloorWriter(write)
	if err != nil {
		return nil, err
	}
	go w.run(f.writes)
	return f, nil
}

// ServeHTTP implements [http.Handler].
func (f *statementFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body []byte
	var err error
	switch {
	case r.Method == http.MethodPost:
		err = f.create(r)
	case r.Method == http.MethodPatch:
		err = f.rename(r)
	case r.URL.Path != "/v1/users":
		body, err = rows(f.get.Query(r.URL.Path[len("/v1/users/"):]))
	case strings.Contains(r.URL.RawQuery, "search="):
		body, err = f.search(r)
	default:
		if _, err = rows(f.count.Query()); err == nil {
			body, err = rows(f.list.Query())
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if body == nil {
		body = bytes.Repeat([]byte("x"), 900)
	}
	reply(w, body)
}

func (f *statementFloor) search(r *http.Request) ([]byte, error) {
	first, last, _ := strings.Cut(strings.ToLower(r.URL.Query().Get("search")), " ")
	match := fmt.Sprintf(`"1w%s" AND "1w%s" *`, first, last)
	if _, err := rows(f.countFound.Query(match)); err != nil {
		return nil, err
	}
	return rows(f.find.Query(match))
}

// rows reads all rows as bytes, one after the other.
func rows(rows *sql.Rows, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, pointers := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	body := make([]byte, 0, 2048)
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		for _, v := range values {
			body = append(append(body, v...), ',')
		}
	}
	return body, rows.Err()
}

func (f *statementFloor) create(r *http.Request) error {
	var in struct{ UserID, Email, Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	return f.write(func(w *floorWriter) error { return w.create(f.seq.Add(3)-2, in.UserID, in.Email, in.Name) })
}

func (f *statementFloor) rename(r *http.Request) error {
	var in struct{ Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	id := strings.Split(r.URL.Path, "/")[3]
	return f.write(func(w *floorWriter) error { return w.rename(f.seq.Add(1), id, in.Name) })
}

func (f *statementFloor) write(run func(*floorWriter) error) error {
	w := &floorWrite{run, make(chan error, 1)}
	f.writes <- w
	return <-w.done
}

// floorWriter owns the writing connection.
type floorWriter struct {
	conn                                                           *sql.Conn
	begin, commit, user, counts, target, event, words, grams, name *sql.Stmt
	byID                                                           *sql.Stmt
}

func newFloorWriter(db *sql.DB) (*floorWriter, error) {
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	w := &floorWriter{conn: conn}
	for _, s := range []struct {
		text string
		into **sql.Stmt
	}{
		{"begin immediate", &w.begin},
		{"commit", &w.commit},
		{insertUser, &w.user},
		{"update user_tallies set users = users + 1 where project = 1", &w.counts},
		{insertTarget, &w.target},
		{insertEvent, &w.event},
		{"insert or replace into user_words (rowid, words) values ($1, $2)", &w.words},
		{"insert or replace into user_trigrams (rowid, trigrams) values ($1, $2)", &w.grams},
		{updateName, &w.name},
		{byID, &w.byID},
	} {
		if *s.into, err = conn.PrepareContext(context.Background(), s.text); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *floorWriter) run(queue chan *floorWrite) {
	for first := range queue {
		group := []*floorWrite{first}
		for len(group) < cap(queue) && len(queue) > 0 {
			group = append(group, <-queue)
		}
		_, err := w.begin.Exec()
		for _, one := range group {
			if err == nil {
				err = one.run(w)
			}
		}
		if err == nil {
			_, err = w.commit.Exec()
		}
		for _, one := range group {
			one.done <- err
		}
	}
}

func (w *floorWriter) create(seq int64, id, email, name string) error {
	now := time.Now().UnixMilli()
	lower := strings.ToLower(name)
	return all(
		execute(w.user, seq, id, now, name, email, lower),
		execute(w.counts),
		execute(w.target, "t"+id, id, now, email, seq+1),
		execute(w.event, seq+2, now, id, nil),
		execute(w.words, seq, floorWords(id, email, lower)),
		execute(w.grams, seq, floorTrigrams("1n", lower)+floorTrigrams("1e", email)),
	)
}

func (w *floorWriter) rename(seq int64, id, name string) error {
	now := time.Now().UnixMilli()
	lower := strings.ToLower(name)
	var user int64
	if err := w.byID.QueryRow(id).Scan(&user); err != nil {
		return err
	}
	return all(
		execute(w.name, user, name, lower, now),
		execute(w.event, seq, now, id, `{"name":["`+name+`","`+name+`"]}`),
		execute(w.words, user, floorWords(id, id+"@example.com", lower)),
		execute(w.grams, user, floorTrigrams("1n", lower)+floorTrigrams("1e", id+"@example.com")),
	)
}

func all(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func execute(s *sql.Stmt, args ...any) error {
	_, err := s.Exec(args...)
	return err
}

func floorWords(texts ...string) string {
	split := func(r rune) bool { return r == ' ' || r == '@' || r == '.' }
	return "1w" + strings.Join(strings.FieldsFunc(strings.Join(texts, " "), split), " 1w")
}

func floorTrigrams(prefix, text string) string {
	text = "_" + strings.NewReplacer(" ", "_", "@", "_", ".", "_").Replace(text) + "_" // as long as with marks
	var b strings.Builder
	for i := 0; i+3 <= len(text); i++ {
		b.WriteString(prefix + strings.ReplaceAll(text[i:i+3], "_", "\ue020") + " ")
	}
	return b.String()
}
