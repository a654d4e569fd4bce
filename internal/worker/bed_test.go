package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/letter"
	"roster/internal/mail"
	"roster/internal/mail/inbox"
	"roster/internal/secret"
	"roster/internal/store"
)

// began is when the clock of every test stands at first.
var began = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// ring seals in every test.
var ring = func() *secret.Keyring {
	ring, err := secret.Parse(secret.Random(32))
	if err != nil {
		panic(err)
	}
	return ring
}()

// blank is a database with its tables and nothing in them, which is quicker to
// copy than to make.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "roster-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.FileName))
})

// bed is a database and a clock that the test moves.
type bed struct {
	t      *testing.T
	folder string
	store  *store.Store // of the test itself
	p      roster.Project
	log    *logbook

	mu  sync.Mutex
	now time.Time
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{t: t, folder: t.TempDir(), now: began, log: &logbook{}}
	source, err := blank()
	if err == nil {
		err = os.WriteFile(filepath.Join(b.folder, store.FileName), source, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	d := b.process()
	b.store = d.Store
	if b.p, err = d.CreateProject(t.Context(), "shop", "Analytical Shop"); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bed) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bed) forward(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// process opens the database as another process does.
func (b *bed) process() *directory.Directory {
	b.t.Helper()
	s, err := store.Open(b.t.Context(), store.Options{Dir: b.folder, Clock: b.clock})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	d := directory.New(s, ring, nil)
	d.Clock, d.Mailing = b.clock, directory.MailSent
	return d
}

// worker sends to the server, in a process of its own.
func (b *bed) worker(s *inbox.Server) *Worker {
	b.t.Helper()
	return &Worker{
		Directory: b.process(), Log: slog.New(slog.NewTextHandler(b.log, nil)),
		Mail: &mail.Server{
			Host: s.Host, Port: s.Port, Security: mail.None,
			From: netmail.Address{Name: "Analytical Shop", Address: "no-reply@shop.example"},
		},
	}
}

// challenge leaves a mail with the code to be sent, as the directory does: the
// words, sealed for their row.
func (b *bed) challenge(to, code string) {
	b.t.Helper()
	words, err := letter.Mail(letter.Challenge, "", map[string]string{"project": b.p.Name, "minutes": "60", "code": code})
	if err != nil {
		b.t.Fatal(err)
	}
	b.post(roster.Email, to, words)
}

func (b *bed) post(channel, to string, words letter.Letter) {
	b.t.Helper()
	source, err := json.Marshal(directory.Content{Letter: words, ID: secret.Random(16), ExpiresAt: roster.TimeOf(b.clock().Add(time.Hour))})
	if err != nil {
		b.t.Fatal(err)
	}
	err = b.store.Write(b.t.Context(), func(tx store.Tx) error {
		out := roster.Delivery{Channel: channel, Recipient: to, DueAt: tx.Now, State: roster.DeliveryWaiting}
		return tx.CreateDelivery(b.p.Number, &out, func(seq int64) string {
			return ring.Seal(string(source), fmt.Sprintf("deliveries.content:%d:%d", b.p.Number, seq))
		})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// signInTwice makes a user who signs in twice, the second time of which the user
// is told by mail.
func (b *bed) signInTwice(d *directory.Directory) {
	b.t.Helper()
	p := b.p
	p.Settings.SessionAlerts = true
	by := directory.Caller{Project: p}
	if _, err := d.CreateUser(b.t.Context(), by, directory.NewUser{ID: "ada", Email: "ada@example.com"}); err != nil {
		b.t.Fatal(err)
	}
	for range 2 {
		_, plain, err := d.CreateToken(b.t.Context(), by, "ada", 32, time.Hour)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, _, err := d.Exchange(b.t.Context(), by, "ada", plain); err != nil {
			b.t.Fatal(err)
		}
	}
}

// deliveries are those of the state, newest first.
func (b *bed) deliveries(state string) []roster.Delivery {
	b.t.Helper()
	list, err := b.store.Deliveries(b.t.Context(), b.p.Number, state)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// wantLeft wants as many deliveries to be waiting and to have failed.
func (b *bed) wantLeft(waiting, failed int) {
	b.t.Helper()
	if w, f := len(b.deliveries(roster.DeliveryWaiting)), len(b.deliveries(roster.DeliveryFailed)); w != waiting || f != failed {
		b.t.Errorf("%d are waiting and %d have failed, want %d and %d; the log:\n%s", w, f, waiting, failed, b.log)
	}
}

// clear sends what is due and returns when that is done.
func (b *bed) clear(w *Worker) {
	for _, l := range w.lanes() {
		l.clear(b.t.Context())
		l.sending.Wait()
	}
}

// logbook is a log that a test reads.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
