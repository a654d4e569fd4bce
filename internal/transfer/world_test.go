package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/query"
	"roster/internal/secret"
	"roster/internal/store"
	"roster/test/postgres"
)

func TestMain(m *testing.M) {
	code := m.Run()
	postgres.Shutdown()
	os.Exit(code)
}

var masterKey = strings.Repeat("5e", 32)

// began is when the filled directory begins; it is long ago for no session.
var began = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// directoryOver is the directory in a store, which hashes in no time.
func directoryOver(s *store.Store) (*directory.Directory, error) {
	ring, err := secret.Parse(masterKey)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New(password.Config{Params: password.Params{Memory: 8, Time: 1, Threads: 1}})
	if err != nil {
		return nil, err
	}
	d := directory.New(s, ring, hasher)
	d.Clock = func() time.Time { return began.Add(time.Hour) }
	return d, d.CheckKey(context.Background())
}

// world is a directory with everything in it, and what opens it.
type world struct {
	file              []byte // of SQLite
	key, session, jwt string
}

// filled is made once; tests work on copies of its file.
var filled = sync.OnceValues(func() (w world, err error) {
	dir, err := os.MkdirTemp("", "roster-transfer-")
	if err != nil {
		return w, err
	}
	defer os.RemoveAll(dir)
	now := began
	clock := func() time.Time { now = now.Add(time.Millisecond); return now }
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Clock: clock})
	if err != nil {
		return w, err
	}
	f := filling{Context: context.Background()}
	if f.Directory, err = directoryOver(s); err != nil {
		return w, err
	}
	if err := f.fill(&w); err != nil {
		return w, err
	}
	if err := s.Close(); err != nil {
		return w, err
	}
	w.file, err = os.ReadFile(filepath.Join(dir, store.FileName))
	return w, err
})

// filling is a directory while it is filled.
type filling struct {
	*directory.Directory
	context.Context
	by directory.Caller
}

func (f filling) fill(w *world) (err error) {
	for _, id := range []string{"first", "demo"} {
		p, err := f.CreateProject(f, id, "Project "+id)
		if err != nil {
			return err
		}
		_, w.key, err = f.CreateKey(f, p, directory.NewKey{Name: "all", Scopes: roster.Scopes()})
		if err != nil {
			return err
		}
		if f.by, err = f.Identify(f, directory.Credentials{Project: id, ProjectHeader: id, Key: w.key}); err != nil {
			return err
		}
	}
	if err := f.people(w); err != nil {
		return err
	}
	if err := f.belongings(); err != nil {
		return err
	}
	return f.rest()
}

var names = []string{"", "Ada Lovelace", "Áda Löve", "Straße 7", "王小明", "Bob \"Bobby\" O'Neil", `back\slash % under_score`, "😀 smile", "\u0001control\ttab\n", "e\u0301 combining", "\ufffd"}

func (f filling) people(w *world) error {
	for i := range 130 {
		n := directory.NewUser{ID: fmt.Sprintf("user-%03d", i), Name: names[i%len(names)]}
		if i%3 > 0 {
			n.Email, n.Password = fmt.Sprintf("ada%d@mail.example", i), "correct horse "+fmt.Sprint(i)
		}
		if i%5 == 0 {
			n.Phone = fmt.Sprintf("+4420%06d", i)
		}
		u, err := f.CreateUser(f, f.by, n)
		if err != nil {
			return err
		}
		_, err = f.UpdateUser(f, f.by, u.ID, roster.UserLabelsUpdated, func(u *roster.User) {
			u.Labels = []string{"all", fmt.Sprint("group", i%7)}
			u.Prefs = `{"nul":"\u0000","n":` + fmt.Sprint(i) + `}`
			u.Enabled, u.Impersonator = i%11 > 0, i%13 == 0
		})
		if err != nil {
			return err
		}
		_, wire, err := f.CreateSession(f, f.by, u.ID)
		if err != nil {
			return err
		}
		if i == 1 {
			w.session = wire
			if w.jwt, err = f.CreateJWT(f, f.by, u.ID, directory.RecentSession, 24*time.Hour); err != nil {
				return err
			}
		}
	}
	return f.DeleteUser(f, f.by, "user-007") // whose records stay
}

// belongings are what only some users have.
func (f filling) belongings() error {
	for i := range 40 {
		id := fmt.Sprintf("user-%03d", 10+i)
		team := fmt.Sprint("team-", i%4)
		if i < 4 {
			if _, err := f.CreateTeam(f, f.by, team, names[i+1]); err != nil {
				return err
			}
		}
		if _, err := f.CreateMembership(f, f.by, directory.NewMembership{TeamID: team, UserID: id, Roles: []string{"owner", fmt.Sprint("role", i)}}); err != nil {
			return err
		}
		if _, err := f.CreateTarget(f, f.by, roster.Target{ID: fmt.Sprint("target-", i), UserID: id, Name: "device", ProviderType: "push", Identifier: fmt.Sprint("token ", i)}); err != nil {
			return err
		}
		if _, _, err := f.CreateToken(f, f.by, id, 6, time.Hour); err != nil {
			return err
		}
		if _, err := f.CreateRecoveryCodes(f, f.by, id); err != nil {
			return err
		}
	}
	return nil
}

// rest is what needs more than a key.
func (f filling) rest() error {
	kind := roster.ProviderKinds()[0]
	if _, err := f.CreateProvider(f, f.by, kind, "provider", directory.ProviderChange{Name: "Mails", Fields: map[string]any{}}); err != nil {
		return err
	}
	p := f.by.Project
	return f.Store.Write(f, func(tx store.Tx) error {
		for i := range 20 {
			id := fmt.Sprint("some-", i)
			user := fmt.Sprintf("user-%03d", 20+i)
			seal := func(int64) string { return f.Secrets.Seal("code", "deliveries") }
			for _, fn := range []func() error{
				func() error {
					return tx.CreateIdentity(p.Number, &roster.Identity{ID: id, UserID: user, Provider: "oidc", ProviderUID: names[1+i%5] + id, ProviderEmail: id + "@there.example",
						ProviderAccessToken: f.Secrets.Seal("token", directory.IdentityPlace(p, id)), CreatedAt: tx.Now, UpdatedAt: tx.Now})
				},
				func() error {
					return tx.CreateFlow(p.Number, &roster.Flow{ID: id, ExpiresAt: tx.Now, Browser: "digest", Data: "sealed"})
				},
				func() error {
					return tx.CreateChallenge(p.Number, &roster.Challenge{ID: id, UserID: user, Type: "email", CreatedAt: tx.Now, ExpiresAt: tx.Now, Code: "sealed"})
				},
				func() error {
					return tx.CreateAuthenticator(p.Number, &roster.Authenticator{ID: id, UserID: user, Type: "totp", CreatedAt: tx.Now, UpdatedAt: tx.Now, Verified: i%2 == 0, Data: "sealed"})
				},
				func() error {
					return tx.CreateDelivery(p.Number, &roster.Delivery{Channel: roster.Email, Recipient: id + "@x.example", State: roster.DeliveryWaiting, DueAt: tx.Now}, seal)
				},
				func() error { _, err := tx.CountAttempt(p.Number, id, 1<<40); return err },
			} {
				if err := fn(); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// inFile is the filled directory in a file of the test's own.
func inFile(t *testing.T) Directory {
	t.Helper()
	w, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), w.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return at(t, store.Options{Dir: dir})
}

// at opens a directory to copy it or into it.
func at(t *testing.T, o store.Options) Directory {
	t.Helper()
	o.Copying, o.Connections = true, 8
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return Directory{s, o.Dir + o.Database}
}

func emptyFile(t *testing.T) Directory { t.Helper(); return at(t, store.Options{Dir: t.TempDir()}) }

func emptyPostgres(t *testing.T) Directory {
	t.Helper()
	url, err := postgres.Fresh(func(url string) error {
		s, err := store.Open(context.Background(), store.Options{Database: url})
		if err != nil {
			return err
		}
		return s.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return at(t, store.Options{Database: url})
}

// answers is what the directory says to many questions.
func answers(t *testing.T, d Directory) map[string]any {
	t.Helper()
	w, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := directoryOver(d.Store)
	if err != nil {
		t.Fatal(err)
	}
	a := asking{t: t, Directory: dir, said: map[string]any{}}
	a.by = a.identify("the key", directory.Credentials{Project: "demo", ProjectHeader: "demo", Key: w.key})
	a.identify("the session", directory.Credentials{Project: "demo", Sessions: []string{w.session}})
	a.identify("the JWT", directory.Credentials{Project: "demo", JWT: w.jwt})
	a.lists()
	a.details()
	return a.said
}

type asking struct {
	*directory.Directory
	t    *testing.T
	by   directory.Caller
	said map[string]any
}

func (a asking) note(question string, answer any, err error) {
	a.said[question] = answer
	if err != nil {
		a.said[question] = err.Error()
	}
}

func (a asking) identify(what string, c directory.Credentials) directory.Caller {
	by, err := a.Identify(a.t.Context(), c)
	if err != nil || by.Actor.Type == roster.ActorGuest {
		a.t.Errorf("%s is no good: %v, error %v", what, by.Refusal(), err)
	}
	a.note(what, by.Actor, err)
	return by
}

func (a asking) lists() {
	ctx := a.t.Context()
	for _, page := range []store.Page{
		{}, {Search: "lovelace"}, {Search: "ada1"}, {Search: "label:group3"}, {Search: "strasse"}, {Search: "王小"}, {Search: `"bob bobby"`}, {Search: "nobody"},
		users(a.t, `{"method":"contains","attribute":"name","values":["ove"]}`), users(a.t, `{"method":"startsWith","attribute":"email","values":["ada2"]}`),
		users(a.t, `{"method":"contains","attribute":"labels","values":["group5"]}`, `{"method":"orderDesc","attribute":"name"}`),
		users(a.t, `{"method":"orderAsc","attribute":"name"}`), users(a.t, `{"method":"isNull","attribute":"email"}`, `{"method":"orderDesc","attribute":"$createdAt"}`),
		users(a.t, `{"method":"equal","attribute":"status","values":[false]}`), users(a.t, `{"method":"orderAsc","attribute":"email"}`, `{"method":"offset","values":[60]}`),
	} {
		if page.Limit == 0 {
			page.Limit = 1000
		}
		list, total, err := a.Users(ctx, a.by, page, true)
		a.note(fmt.Sprintf("users %+v", page), list, err)
		a.note(fmt.Sprintf("total of %+v", page), total, err)
	}
	teams, total, err := a.Teams(ctx, a.by, store.Page{Query: query.Query{Limit: 100}}, true)
	a.note("teams", teams, err)
	a.note("total of teams", total, err)
	identities, _, err := a.Identities(ctx, a.by, store.Page{Query: query.Query{Limit: 100}}, true)
	a.note("identities", identities, err)
	providers, _, err := a.Providers(ctx, a.by, store.Page{Query: query.Query{Limit: 100}}, true)
	a.note("providers", providers, err)
	projects, err := a.Projects(ctx)
	a.note("projects", projects, err)
}

func users(t *testing.T, queries ...string) store.Page {
	t.Helper()
	q, err := query.Parse(append(queries, `{"method":"limit","values":[50]}`), query.Users)
	if err != nil {
		t.Fatal(err)
	}
	return store.Page{Query: q}
}

func (a asking) details() {
	ctx := a.t.Context()
	for i := range 40 {
		id := fmt.Sprintf("user-%03d", i)
		sessions, err := a.Sessions(ctx, a.by, id)
		a.note("sessions of "+id, sessions, err)
		codes, err := a.RecoveryCodes(ctx, a.by, id)
		a.note("recovery codes of "+id, codes, err)
		prefs, err := a.Prefs(ctx, a.by, id)
		a.note("preferences of "+id, prefs, err)
		logs, total, err := a.Logs(ctx, a.by, id, 100, 0, true)
		a.note("log of "+id, logs, err)
		a.note("entries in the log of "+id, total, err)
	}
}
