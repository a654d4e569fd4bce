package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/people"
	"roster/internal/query"
	"roster/internal/store"
)

// bed is a loaded directory.
type bed struct {
	Plan
	ctx   context.Context
	d     *directory.Directory
	by    directory.Caller
	crowd people.Crowd
	made  atomic.Int64 // users that the measurement has made itself
}

// Result is what was measured of one class.
type Result struct {
	Class   string   `json:"class"`
	Of      string   `json:"of"` // page, total, get or write
	Asked   int      `json:"asked"`
	P50     float64  `json:"p50"` // milliseconds, as all times
	P95     float64  `json:"p95"`
	P99     float64  `json:"p99"`
	Rows    int64    `json:"rows"`  // of the page, or the total
	Pages   int64    `json:"pages"` // of the database that were looked at
	Plan    []string `json:"plan,omitempty"`
	Rate    float64  `json:"rate,omitempty"`    // per second, of writes by many clients
	Against float64  `json:"against,omitempty"` // the rate of bare inserts
}

func (b *bed) all() (results []Result, err error) {
	for _, c := range b.classes() {
		if !strings.Contains(c.name, b.Only) {
			continue
		}
		found, err := b.ask(c)
		if err != nil {
			return results, fmt.Errorf("%s: %w", c.name, err)
		}
		for _, r := range found {
			b.tell("%-44s %-6s p50 %9.3f ms  p99 %9.3f ms  %9d rows %8d pages", r.Class, r.Of, r.P50, r.P99, r.Rows, r.Pages)
		}
		results = append(results, found...)
	}
	if !strings.Contains("writes", b.Only) {
		return results, nil
	}
	writes, err := b.writes()
	return append(results, writes...), err
}

func (b *bed) ask(c class) (results []Result, err error) {
	if c.get != nil {
		r, err := b.sample(Result{Class: c.name, Of: "get", Rows: 1}, c.get)
		return []Result{r}, err
	}
	page, err := c.page(b)
	if err != nil {
		return nil, err
	}
	if !c.totalOnly {
		r, err := b.sample(Result{Class: c.name, Of: "page"}, func(ctx context.Context, _ *rand.Rand) (int64, error) {
			users, _, err := b.d.Users(ctx, b.by, page, false)
			return int64(len(users)), err
		})
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	if c.total || c.totalOnly {
		r, err := b.sample(Result{Class: c.name, Of: "total"}, func(ctx context.Context, _ *rand.Rand) (int64, error) {
			return b.d.Store.CountUsers(ctx, b.by.Project.Number, page)
		})
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// most bounds how often a class is asked, and warming, how often before that.
const (
	most    = 400
	warming = 100
)

// least is how often one is asked, however long it takes.
func (b *bed) least() int {
	if b.Span == 0 {
		return 1
	}
	return 5
}

// sample asks warm: the first answers, and the one that is explained, do not
// count.
func (b *bed) sample(r Result, do func(context.Context, *rand.Rand) (int64, error)) (Result, error) {
	random := rand.New(rand.NewPCG(b.Seed, 99))
	trace := &store.Trace{}
	rows, err := do(store.Traced(b.ctx, trace), random)
	if err != nil {
		return r, err
	}
	r.Rows = rows
	for _, statement := range trace.Statements {
		cost, err := b.d.Store.Explain(b.ctx, statement)
		if err != nil {
			return r, err
		}
		r.Pages += cost.Pages
		r.Plan = append(r.Plan, strings.Split(cost.Plan, "\n")...)
	}
	for n, began := 0, time.Now(); n < warming && time.Since(began) < b.Span/10; n++ {
		if _, err := do(b.ctx, random); err != nil {
			return r, err
		}
	}
	var times []time.Duration
	for began := time.Now(); len(times) < b.least() || len(times) < most && time.Since(began) < b.Span; {
		at := time.Now()
		if _, err := do(b.ctx, random); err != nil {
			return r, err
		}
		times = append(times, time.Since(at))
	}
	r.times(times)
	return r, nil
}

func (r *Result) times(times []time.Duration) {
	slices.Sort(times)
	at := func(percent int) float64 {
		return float64(times[min(len(times)-1, len(times)*percent/100)].Nanoseconds()) / 1e6
	}
	r.Asked, r.P50, r.P95, r.P99 = len(times), at(50), at(95), at(99)
}

// person is any user of the crowd that the condition wants.
func (b *bed) person(random *rand.Rand, wanted func(*people.Person) bool) people.Person {
	for {
		p := b.crowd.Person(random.Int64N(b.crowd.Size))
		if wanted(&p) {
			return p
		}
	}
}

func anybody(*people.Person) bool { return true }

// page reads queries as a client sends them.
func page(search string, queries ...string) (store.Page, error) {
	q, err := query.Parse(queries, query.Users)
	return store.Page{Query: q, Search: search}, err
}

// writes measures single writes one after the other and creates by many
// clients.
func (b *bed) writes() (results []Result, err error) {
	random := rand.New(rand.NewPCG(b.Seed, 7))
	var made []string
	for _, w := range []struct {
		name string
		do   func() error
	}{
		{"create a user", func() error {
			u, err := b.create()
			made = append(made, u.ID)
			return err
		}},
		{"change a name", func() error {
			_, err := b.d.UpdateUser(b.ctx, b.by, b.person(random, anybody).ID, roster.UserNameUpdated, func(u *roster.User) { u.Name += " Junior" })
			return err
		}},
		{"change a label", func() error {
			_, err := b.d.UpdateUser(b.ctx, b.by, b.person(random, anybody).ID, roster.UserLabelsUpdated, func(u *roster.User) { u.Labels = []string{"changed"} })
			return err
		}},
		{"delete a user", func() error {
			id := made[len(made)-1]
			made = made[:len(made)-1]
			return b.d.DeleteUser(b.ctx, b.by, id)
		}},
	} {
		var times []time.Duration
		for range max(b.least(), min(150, int(b.Span/(5*time.Millisecond)))) {
			at := time.Now()
			if err := w.do(); err != nil {
				return results, fmt.Errorf("%s: %w", w.name, err)
			}
			times = append(times, time.Since(at))
		}
		r := Result{Class: w.name, Of: "write"}
		r.times(times)
		b.tell("%-44s write  p50 %9.3f ms  p99 %9.3f ms", r.Class, r.P50, r.P99)
		results = append(results, r)
	}
	for _, more := range []func() (Result, error){b.laden, b.crowded} {
		r, err := more()
		if err != nil {
			return results, fmt.Errorf("%s: %w", r.Class, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// laden deletes users with thousands of sessions, and measures how long others
// wait who create users meanwhile.
func (b *bed) laden() (r Result, err error) {
	sessions := int(min(5000, b.crowd.Size))
	r = Result{Class: fmt.Sprintf("create while a user with %d sessions is deleted", sessions), Of: "write"}
	var times []time.Duration
	for range b.least() {
		u, err := b.create()
		if err == nil {
			err = b.signIn(&u, sessions)
		}
		if err != nil {
			return r, err
		}
		deleted := make(chan error, 1)
		go func() { deleted <- b.d.DeleteUser(b.ctx, b.by, u.ID) }()
		for waiting := true; waiting; {
			at := time.Now()
			if _, err := b.create(); err != nil {
				return r, err
			}
			times = append(times, time.Since(at))
			select {
			case err := <-deleted:
				if err != nil {
					return r, err
				}
				waiting = false
			default:
			}
		}
	}
	r.times(times)
	b.tell("%-44s write  p50 %9.3f ms  p99 %9.3f ms", r.Class, r.P50, r.P99)
	return r, nil
}

func (b *bed) signIn(u *roster.User, times int) error {
	return b.d.Store.Write(b.ctx, func(tx store.Tx) error {
		for n := range times {
			s := roster.Session{
				ID: fmt.Sprintf("%s%d", u.ID, n), UserID: u.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now, ExpiresAt: tx.Now.Add(time.Hour),
				Provider: "email", ProviderUID: u.Email, SecretDigest: fmt.Sprintf("%s%d", u.ID, n), UserAgent: "bench", IP: "203.0.113.9", Country: "--", Factors: []string{"password"},
			}
			if err := tx.CreateSession(b.by.Project.Number, &s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bed) create() (roster.User, error) {
	n := b.made.Add(1)
	p := b.crowd.Person(n % b.crowd.Size)
	return b.d.CreateUser(b.ctx, b.by, directory.NewUser{
		ID: roster.Unique, Name: p.Name, Email: fmt.Sprintf("new.%d@%s.example", n, "arrivals"), Phone: fmt.Sprintf("+4470%09d", n),
	})
}

// crowded lets many clients create users at once, and one who inserts the same
// rows in groups, without rules: what the tables and indexes alone allow.
func (b *bed) crowded() (r Result, err error) {
	const clients = 64
	r = Result{Class: "create a user, 64 clients", Of: "write"}
	var group sync.WaitGroup
	var mu sync.Mutex
	var times []time.Duration
	var warm sync.WaitGroup // each has made a user, for which connections are opened
	warm.Add(clients)
	var began time.Time
	for range clients {
		group.Go(func() {
			_, failed := b.create()
			mu.Lock()
			err, began = cmp.Or(err, failed), time.Now()
			mu.Unlock()
			warm.Done()
			warm.Wait()
			for {
				at := time.Now()
				_, failed := b.create()
				mu.Lock()
				times, err = append(times, time.Since(at)), cmp.Or(err, failed)
				mu.Unlock()
				if time.Since(began) >= b.Span {
					return
				}
			}
		})
	}
	group.Wait()
	if err != nil {
		return r, err
	}
	r.Rate = float64(len(times)) / time.Since(began).Seconds()
	r.times(times)
	r.Against, err = b.bare(clients)
	b.tell("%-44s write  %.0f per second, bare inserts %.0f", r.Class, r.Rate, r.Against)
	return r, err
}

func (b *bed) bare(group int) (float64, error) {
	n, began := 0, time.Now()
	for n == 0 || time.Since(began) < b.Span {
		err := b.d.Store.Write(b.ctx, func(tx store.Tx) error {
			for range group {
				if err := b.insert(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		n += group
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func (b *bed) insert(tx store.Tx) error {
	n := b.made.Add(1)
	p := b.crowd.Person(n % b.crowd.Size)
	at := time.Now()
	u := roster.User{
		ID: roster.NewID(at), Name: p.Name, Email: fmt.Sprintf("new.%d@arrivals.example", n), Phone: fmt.Sprintf("+4470%09d", n),
		CreatedAt: tx.Now, UpdatedAt: tx.Now, RegisteredAt: tx.Now, Hash: "argon2", HashOptions: "{}", Enabled: true, Labels: []string{}, Prefs: "{}",
	}
	if err := tx.CreateUser(b.by.Project.Number, &u); err != nil {
		return err
	}
	for kind, identifier := range map[string]string{"email": u.Email, "sms": u.Phone} {
		t := roster.Target{ID: roster.NewID(at), UserID: u.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now, ProviderType: kind, Identifier: identifier}
		if err := tx.CreateTarget(b.by.Project.Number, &t); err != nil {
			return err
		}
	}
	return tx.Record(b.by.Project.Number, &roster.Record{Event: roster.UserCreated.Suffix, Audit: roster.UserCreated.Audit, UserID: u.ID, Actor: loader})
}
