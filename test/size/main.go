// Size measures how many bytes a user takes on either engine: it makes users
// with an email target, a session, labels, preferences and the record of their
// creation, and asks the engines how large each table is with its indexes.
//
//	go run ./test/size [users]
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"roster"
	"roster/internal/secret"
	"roster/internal/store"
	"roster/test/postgres"
)

// home is the project that the users are in.
const home = 1

func main() {
	users := 20_000
	if len(os.Args) > 1 {
		n, err := strconv.Atoi(os.Args[1])
		if err != nil || n < 1 {
			log.Fatal("the number of users is not one")
		}
		users = n
	}
	for _, measure := range []func(context.Context, int) error{onSQLite, onPostgres} {
		if err := measure(context.Background(), users); err != nil {
			log.Fatal(err)
		}
	}
}

func onSQLite(ctx context.Context, users int) error {
	dir, err := os.MkdirTemp("", "roster-size-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := fill(ctx, store.Options{Dir: dir}, users); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.FileName))
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Printf("SQLite, %d users\n", users)
	return report(ctx, db, users, "select name, sum(pgsize) from dbstat group by name having sum(pgsize) > 100000 order by 2 desc")
}

func onPostgres(ctx context.Context, users int) error {
	server, err := postgres.Start("fsync=off")
	if err != nil {
		return err
	}
	defer server.Remove()
	url := server.URL("roster")
	if err := fill(ctx, store.Options{Database: url}, users); err != nil {
		return err
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Printf("PostgreSQL, %d users\n", users)
	return report(ctx, db, users, `select relname, pg_relation_size(oid) from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and pg_relation_size(oid) > 100000 order by 2 desc`)
}

// report prints the bytes of each table and index, in all and per user.
func report(ctx context.Context, db *sql.DB, users int, question string) error {
	rows, err := db.QueryContext(ctx, question)
	if err != nil {
		return err
	}
	defer rows.Close()
	var total int64
	for rows.Next() {
		var name string
		var bytes int64
		if err := rows.Scan(&name, &bytes); err != nil {
			return err
		}
		total += bytes
		fmt.Printf("  %-36s %12d bytes %7d per user\n", name, bytes, bytes/int64(users))
	}
	fmt.Printf("  %-36s %12d bytes %7d per user\n\n", "in all", total, total/int64(users))
	return rows.Err()
}

// batch is how many users are made in a transaction.
const batch = 500

func fill(ctx context.Context, o store.Options, users int) error {
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	for from := 0; from < users; from += batch {
		err := s.Write(ctx, func(tx store.Tx) error {
			for i := from; i < min(from+batch, users); i++ {
				if err := person(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	given  = []string{"Mira", "Jonas", "Noor", "Chinedu", "Aiko", "Łukasz", "Zoë", "Fatima", "Diego", "Ingrid", "Olena", "Ravi"}
	family = []string{"Okafor", "Weber", "Haddad", "Tanaka", "Kowalski", "García", "Nguyễn", "Petrova", "Silva", "Andersson", "Müller", "Kapoor"}
)

// person makes a user as sign-up and a first sign-in do.
func person(tx store.Tx, i int) error {
	id := roster.NewID(time.Now())
	name := given[i%len(given)] + " " + family[i/len(given)%len(family)]
	email := fmt.Sprintf("person%d@company%d.example", i, i%997)
	hash := "$argon2id$v=19$m=19456,t=2,p=1$MFJJZWdQT1owVnVPeXovZg$PntGXV9w/NSvUAxg15+KwdITADo7rwTe3MxAzeyCVI8"
	u := roster.User{
		ID: id, Name: name, Email: email, Phone: fmt.Sprintf("+4915%09d", i), Password: &hash, Hash: "argon2",
		HashOptions: `{"type":"argon2","memory_cost":19456,"time_cost":2,"threads":1}`, PasswordUpdatedAt: tx.Now, Enabled: true,
		Labels: []string{"vip", "beta"}[:i%3%2], Prefs: `{"theme":"dark","language":"de"}`, CreatedAt: tx.Now, UpdatedAt: tx.Now, RegisteredAt: tx.Now, AccessedAt: tx.Now,
	}
	if err := tx.CreateUser(home, &u); err != nil {
		return err
	}
	t := roster.Target{ID: roster.NewID(time.Now()), UserID: id, CreatedAt: tx.Now, UpdatedAt: tx.Now, ProviderType: "email", Identifier: email}
	if err := tx.CreateTarget(home, &t); err != nil {
		return err
	}
	session := roster.Session{
		ID: roster.NewID(time.Now()), UserID: id, CreatedAt: tx.Now, UpdatedAt: tx.Now, ExpiresAt: tx.Now.Add(8760 * time.Hour), Provider: "email", ProviderUID: email,
		SecretDigest: secret.Digest(id), UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", IP: "203.0.113.7", Country: "de", Factors: []string{"password"},
	}
	if err := tx.CreateSession(home, &session); err != nil {
		return err
	}
	actor := roster.Actor{Type: roster.ActorUser, ID: id, Name: name, Email: email, IP: session.IP, Country: "de", UserAgent: session.UserAgent}
	for _, e := range []*roster.Event{roster.UserCreated, roster.SessionCreated} {
		if err := tx.Record(home, &roster.Record{Event: e.Suffix, Audit: e.Audit, UserID: id, Actor: actor}); err != nil {
			return err
		}
	}
	return nil
}
