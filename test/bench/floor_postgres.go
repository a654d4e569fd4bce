package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pgxFloor is a bare handler around the statements that the work comes down to
// on PostgreSQL, sent by pgx and its pool. Writes are transactions whose
// statements go one by one, as one would write it, or all at once.
type pgxFloor struct {
	pool   *pgxpool.Pool
	atOnce bool
	seq    atomic.Int64
}

func newPgxFloor(url string, atOnce bool) (*pgxFloor, error) {
	pool, err := pgxpool.New(context.Background(), fmt.Sprint(url, "&pool_max_conns=", connections))
	if err != nil {
		return nil, err
	}
	f := &pgxFloor{pool: pool, atOnce: atOnce}
	f.seq.Store(time.Now().UnixMilli() << 20)
	return f, nil
}

const (
	foundPostgres      = " from users where project = 1 and seq in (select user_seq from user_search where project = 1 and words @@ ($1::text)::tsquery)"
	findUsersPostgres  = "select page.*, " + targetFields + " from (select " + userFields + foundPostgres + " order by seq limit 25)" + joined
	countFoundPostgres = "select count(*)" + foundPostgres
	addSearch          = `insert into user_search (project, user_seq, words, trigrams) values (1, $1, ($2::text)::tsvector, ($3::text)::tsvector)
		on conflict (project, user_seq) do update set words = excluded.words, trigrams = excluded.trigrams`
)

// ServeHTTP implements [http.Handler].
func (f *pgxFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body []byte
	var err error
	ctx := r.Context()
	switch {
	case r.Method == http.MethodPost:
		err = f.create(r)
	case r.Method == http.MethodPatch:
		err = f.rename(r)
	case r.URL.Path != "/v1/users":
		body, err = f.rows(ctx, getUser, r.URL.Path[len("/v1/users/"):])
	case strings.Contains(r.URL.RawQuery, "search="):
		body, err = f.search(r)
	default:
		if _, err = f.rows(ctx, countUsers); err == nil {
			body, err = f.rows(ctx, listUsers)
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

// rows reads all rows as bytes, one after the other.
func (f *pgxFloor) rows(ctx context.Context, text string, args ...any) ([]byte, error) {
	rows, err := f.pool.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	body := make([]byte, 0, 2048)
	for rows.Next() {
		for _, v := range rows.RawValues() {
			body = append(append(body, v...), ',')
		}
	}
	return body, rows.Err()
}

func (f *pgxFloor) search(r *http.Request) ([]byte, error) {
	first, last, _ := strings.Cut(strings.ToLower(r.URL.Query().Get("search")), " ")
	match := fmt.Sprintf("'1w%s' & '1w%s':*", first, last)
	if _, err := f.rows(r.Context(), countFoundPostgres, match); err != nil {
		return nil, err
	}
	return f.rows(r.Context(), findUsersPostgres, match)
}

// statement is one of a transaction.
type statement struct {
	text string
	args []any
}

func (f *pgxFloor) create(r *http.Request) error {
	var in struct{ UserID, Email, Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	now, seq, lower := time.Now().UnixMilli(), f.seq.Add(3)-2, strings.ToLower(in.Name)
	statements := []statement{
		{insertUser, []any{seq, in.UserID, now, in.Name, in.Email, lower}},
		{"update user_tallies set users = users + 1 where project = 1 and shard = $1", []any{seq % 16}},
		{insertTarget, []any{"t" + in.UserID, in.UserID, now, in.Email, seq + 1}},
		{insertEvent, []any{seq + 2, now, in.UserID, nil}},
		f.found(seq, in.UserID, in.Email, lower),
	}
	if f.atOnce {
		return f.pool.SendBatch(r.Context(), batchOf(statements)).Close()
	}
	return pgx.BeginFunc(r.Context(), f.pool, func(tx pgx.Tx) error { return f.run(r.Context(), tx, statements) })
}

func (f *pgxFloor) rename(r *http.Request) error {
	var in struct{ Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	id, now, lower := strings.Split(r.URL.Path, "/")[3], time.Now().UnixMilli(), strings.ToLower(in.Name)
	return pgx.BeginFunc(r.Context(), f.pool, func(tx pgx.Tx) error {
		var seq int64
		if err := tx.QueryRow(r.Context(), byID+" for update", id).Scan(&seq); err != nil {
			return err
		}
		return f.run(r.Context(), tx, []statement{
			{updateName, []any{seq, in.Name, lower, now}},
			{insertEvent, []any{f.seq.Add(1), now, id, `{"name":["` + in.Name + `","` + in.Name + `"]}`}},
			f.found(seq, id, id+"@example.com", lower),
		})
	})
}

// found is the statement that makes what a user is found by.
func (f *pgxFloor) found(seq int64, id, email, name string) statement {
	return statement{addSearch, []any{seq, floorVector(floorWords(id, email, name)), floorVector(floorTrigrams("1n", name) + floorTrigrams("1e", email))}}
}

func (f *pgxFloor) run(ctx context.Context, tx pgx.Tx, statements []statement) error {
	if f.atOnce {
		return tx.SendBatch(ctx, batchOf(statements)).Close()
	}
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

func batchOf(statements []statement) *pgx.Batch {
	b := &pgx.Batch{}
	for _, s := range statements {
		b.Queue(s.text, s.args...)
	}
	return b
}

// floorVector quotes words for a tsvector.
func floorVector(words string) string {
	return "'" + strings.Join(strings.Fields(words), "' '") + "'"
}
