package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/emaildomain"
	"roster/internal/people"
	"roster/internal/store"
)

// Plan says what is measured.
type Plan struct {
	Sizes    []int64 // numbers of users
	Seed     uint64
	Dir      string        // where data folders are made
	Database string        // a PostgreSQL server's database, beside which others are made; empty: SQLite
	Keep     bool          // leave the data there, and take what is there
	Span     time.Duration // how long a class is asked at most
	Only     string        // part of the names of the classes to ask, "writes" for those; empty: all
	Tell     func(string)  // what is going on
}

// Measure loads each size and asks all classes.
func Measure(ctx context.Context, plan Plan) (Report, error) {
	report := Report{Machine: machine(), Roster: "directory level: rules and store, without HTTP and JSON", Seed: plan.Seed}
	for _, size := range plan.Sizes {
		r, err := plan.measure(ctx, size, &report)
		if err != nil {
			return report, fmt.Errorf("with %d users: %w", size, err)
		}
		report.Runs = append(report.Runs, r)
	}
	return report, nil
}

// measure makes a directory of one size, measures it and removes it.
func (plan Plan) measure(ctx context.Context, size int64, report *Report) (run Run, err error) {
	o, remove, err := plan.place(ctx, size)
	if err != nil {
		return run, err
	}
	defer func() {
		if removed := remove(); err == nil {
			err = removed
		}
	}()
	memory := watchMemory()
	defer memory.stop()
	run = Run{Users: size}
	crowd := people.Of(size, plan.Seed)
	if run.Load, err = plan.load(ctx, o, crowd, memory); err != nil {
		return run, err
	}
	memory.peak()
	s, err := store.Open(ctx, o)
	if err != nil {
		return run, err
	}
	defer s.Close()
	if report.Engine, err = s.Described(ctx); err != nil {
		return run, err
	}
	b := &bed{Plan: plan, ctx: ctx, d: directory.New(s, nil, nil), crowd: crowd}
	b.made.Store(time.Now().UnixMilli() * 10 % 900_000_000) // a directory that is kept has those of the last time
	if b.by.Project, err = b.d.Project(ctx, project); err != nil {
		return run, err
	}
	run.Results, err = b.all()
	run.Resident = memory.peak()
	return run, err
}

// project is the one that all users are in.
const project = "bench"

// load fills the directory, or takes the one that was kept.
func (plan Plan) load(ctx context.Context, o store.Options, crowd people.Crowd, memory *memory) (Load, error) {
	s, err := store.Open(ctx, o)
	if err != nil {
		return Load{}, err
	}
	d := directory.New(s, nil, nil)
	p, err := d.CreateProject(ctx, project, "Bench")
	if errors.Is(err, store.ErrProjectExists) {
		plan.tell("taking the %d users that are there", crowd.Size)
		return recalled(o), s.Close()
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return Load{}, err
	}
	// A load holds more than a server, but little that a collection has to look at.
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	began, busy := time.Now(), cpuTime()
	if err := store.Load(ctx, o, p.Number, plan.arrivals(crowd, began)); err != nil {
		return Load{}, err
	}
	l := Load{Seconds: time.Since(began).Seconds(), CPUSeconds: (cpuTime() - busy).Seconds()}
	l.PerSecond, l.Resident = float64(crowd.Size)/l.Seconds, memory.peak()
	debug.FreeOSMemory() // what a load has held is no part of what answers hold
	if o.Database == "" {
		l.Bytes = sizeOf(filepath.Join(o.Dir, store.FileName))
	}
	plan.tell("loaded %d users in %.1f s, %.0f per second, %.1f s of CPU", crowd.Size, l.Seconds, l.PerSecond, l.CPUSeconds)
	if plan.Keep && o.Database == "" {
		return l, remember(o, l)
	}
	return l, nil
}

// loadFile tells later measurements of a directory that is kept how it was
// loaded.
const loadFile = "load.json"

func remember(o store.Options, l Load) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.Dir, loadFile), text, 0o600)
}

func recalled(o store.Options) (l Load) {
	if text, err := os.ReadFile(filepath.Join(o.Dir, loadFile)); err == nil {
		json.Unmarshal(text, &l) // or the load is told as unknown
	}
	return l
}

func (plan Plan) tell(format string, args ...any) {
	if plan.Tell != nil {
		plan.Tell(fmt.Sprintf(format, args...))
	}
}

func sizeOf(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// arrivals walks through the crowd.
func (plan Plan) arrivals(crowd people.Crowd, began time.Time) iter.Seq[store.Arrival] {
	return func(yield func(store.Arrival) bool) {
		for i := range crowd.Size {
			if i%500_000 == 0 && i > 0 {
				plan.tell("%d users handed over after %.0f s", i, time.Since(began).Seconds())
			}
			if !yield(arrival(crowd, i)) {
				return
			}
		}
	}
}

func arrival(crowd people.Crowd, i int64) store.Arrival {
	p := crowd.Person(i)
	if facts, ok := emaildomain.Of(p.Email); ok {
		p.EmailFacts = &roster.EmailFacts{
			Canonical: facts.Canonical, Free: facts.Free, Disposable: facts.Disposable, Corporate: facts.Corporate, IsCanonical: facts.IsCanonical,
		}
	}
	return store.Arrival{User: p.User, Sessions: p.Sessions, Record: roster.Record{
		Event: roster.UserCreated.Suffix, Audit: roster.UserCreated.Audit, UserID: p.ID, Actor: loader,
	}}
}

// loader is whom the records name.
var loader = roster.Actor{Type: roster.ActorKey, ID: "6b04c61d37fbfbdf37ce", Name: "bench", IP: "203.0.113.9", Country: "--", UserAgent: "bench"}
