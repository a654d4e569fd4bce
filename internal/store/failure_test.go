package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"roster"
)

func TestWhatTheDatabaseIsToBlameForIsUnavailability(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	said := func(code string) error { return &pgconn.PgError{Code: code} }
	for _, c := range []struct {
		err  error
		want bool
	}{
		{context.DeadlineExceeded, true},
		{driver.ErrBadConn, true},
		{sql.ErrConnDone, true},
		{sql.ErrTxDone, true},
		{io.ErrUnexpectedEOF, true},
		{pgconn.ErrConnClosed, true},
		{reset, true},
		{fmt.Errorf("failed: %w", reset), true},
		{&pgconn.ConnectError{}, true},
		{said("08006"), true},
		{said("25006"), true},
		{said("40001"), true},
		{said("53100"), true},
		{said("53300"), true},
		{said("55P03"), true},
		{said("57014"), true},
		{said("57P01"), true},
		{said("57P03"), true},
		{said("58030"), true},
		{said("22021"), false},
		{said("23505"), false},
		{said("42P01"), false},
		{said("XX001"), false},
		{said(""), false},
		{context.Canceled, false},
		{fmt.Errorf("failed: %w", context.Canceled), false},
		{errors.New("anything else"), false},
		{roster.ErrUserExists, false},
		{roster.ErrUserExists.From(reset), false},
		{nil, false},
	} {
		got := failure(c.err)
		if c.want != errors.Is(got, roster.ErrUnavailable) || !errors.Is(got, c.err) {
			t.Errorf("%v becomes %v", c.err, got)
		}
		if !c.want {
			wantError(t, c.err, got)
		}
	}
}

// border stands between a store and its server. It closes the connection on
// which the client sends the text, before it lets it pass or after the server
// has answered it.
type border struct {
	server string
	text   []byte
	passes bool

	mu    sync.Mutex
	times int // that it closes one; then it lets everything pass
}

func (b *border) closes(sent []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.times == 0 || !bytes.Contains(sent, b.text) {
		return false
	}
	b.times--
	return true
}

func (b *border) relay(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", b.server)
	if err != nil {
		return
	}
	defer server.Close()
	var silent atomic.Bool
	go func() {
		defer client.Close()
		for buffer := make([]byte, 1<<16); ; {
			n, err := server.Read(buffer)
			if err != nil || silent.Load() {
				return
			}
			client.Write(buffer[:n])
		}
	}()
	for buffer := make([]byte, 1<<16); ; {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if b.closes(buffer[:n]) {
			if silent.Store(true); !b.passes {
				return
			}
		}
		server.Write(buffer[:n])
	}
}

// behind opens a store of the database behind the border, which closes
// connections from then on.
func (b *border) behind(t *testing.T, database string) *Store {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b.server, u.Host = u.Host, l.Addr().String()
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go b.relay(client)
		}
	}()
	times := b.times
	b.times = 0
	s := openURL(t, u.String(), ticking(day))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.times = times
	return s
}

// stmtcache is what pgx calls a statement.
func stmtcache(statement string) string {
	digest := sha256.Sum256([]byte(statement))
	return "stmtcache_" + hex.EncodeToString(digest[:24])
}

func TestAWriteIsRepeatedOnlyIfItWasCertainlyNotCommitted(t *testing.T) {
	t.Parallel()
	named := func(statement string) []byte { return []byte("\x00" + stmtcache(statement) + "\x00") }
	for name, c := range map[string]struct {
		*border
		attempts int
		want     error
		stored   bool
	}{
		"the connection breaks within the transaction":    {&border{text: []byte("insert into users"), times: 2}, 3, nil, true},
		"it breaks while the commit is sent":              {&border{text: named("commit"), times: 1}, 1, roster.ErrUnavailable, false},
		"it breaks before the commit is confirmed":        {&border{text: named("commit"), times: 1, passes: true}, 1, roster.ErrUnavailable, true},
		"it breaks before the commit is prepared":         {&border{text: []byte("commit\x00"), times: 1}, 2, nil, true},
		"it breaks before anything was done":              {&border{text: []byte("begin\x00"), times: 2}, 3, nil, true},
		"it breaks while a statement's answer is awaited": {&border{text: []byte("insert into users"), times: 1, passes: true}, 2, nil, true},
		"it breaks while the last statement is sent":      {&border{text: named(insertEvent), times: 1}, 1, roster.ErrUnavailable, false},
		"it breaks before the last is confirmed":          {&border{text: named(insertEvent), times: 1, passes: true}, 1, roster.ErrUnavailable, true},
		"it always breaks":                                {&border{text: []byte("insert into users"), times: 1000}, maxAttempts, roster.ErrUnavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := freshDatabase(t)
			s := c.behind(t, database)
			attempts := 0
			err := s.Write(t.Context(), func(tx Tx) error {
				attempts++
				if err := adding("a")(tx); err != nil {
					return err
				}
				if _, err := tx.UserCount(home); err != nil {
					return err
				}
				return tx.Record(home, &roster.Record{}) // which goes with the commit
			})
			if !errors.Is(err, c.want) {
				t.Errorf("the error is %v, want %v", err, c.want)
			}
			wantEqual(t, c.attempts, attempts)
			want := []string{}
			if c.stored {
				want = append(want, "a")
			}
			// The server may be about to end what it was left alone with.
			direct := openURL(t, database, ticking(day))
			write(t, direct, func(tx Tx) error { _, err := tx.rows("lock table users in exclusive mode"); return err })
			wantEqual(t, want, idsOf(t, direct, home))
		})
	}
}

func TestAReadOnABrokenConnectionIsUnavailability(t *testing.T) {
	t.Parallel()
	b := &border{text: []byte("from keys"), times: 1, passes: true}
	s := b.behind(t, freshDatabase(t))
	_, err := s.Keys(t.Context(), home)
	if !errors.Is(err, roster.ErrUnavailable) {
		t.Errorf("the error is %v", err)
	}
	_, err = s.Keys(t.Context(), home)
	wantError(t, nil, err)
}

// A request waits neither for a lock nor for a connection that others hold.
func TestReadsAndWritesAreLimitedInTime(t *testing.T) {
	t.Parallel()
	database := freshDatabase(t)
	patient := openURL(t, database, ticking(day))
	create(t, patient, home, person("a"))
	s, err := Open(t.Context(), Options{Database: database, Connections: 2, Limit: 200 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	held, err := s.read.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = held.Exec("select * from users for update")
	}
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(tx Tx) error {
		_, err := tx.User(home, "a")
		return err
	})
	if !errors.Is(err, roster.ErrUnavailable) {
		t.Errorf("a write that waits for a lock: %v", err)
	}
	other, err := s.read.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Users(t.Context(), home, searching("a")); !errors.Is(err, roster.ErrUnavailable) {
		t.Errorf("a list without a connection: %v", err)
	}
	if _, err := s.User(t.Context(), home, "a"); !errors.Is(err, roster.ErrUnavailable) {
		t.Errorf("a read without a connection: %v", err)
	}
	if err := s.Write(t.Context(), adding("b")); !errors.Is(err, roster.ErrUnavailable) {
		t.Errorf("a write without a connection: %v", err)
	}
	other.Close()
	held.Rollback()
	wantEqual(t, []string{"a"}, idsOf(t, patient, home))
}

// Whoever has left is not told that the database is away.
func TestACallerWhoHasGoneIsNoFailureOfTheDatabase(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.CountUsers(gone, home, searching("a")); !errors.Is(err, context.Canceled) || errors.Is(err, roster.ErrUnavailable) {
			t.Errorf("the error is %v", err)
		}
	})
}
