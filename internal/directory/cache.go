package directory

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"roster"
)

// memory is how long a node remembers projects and keys at most. What changes
// is dropped before: at once if this process changed it or PostgreSQL tells, and
// else when the node looks the next time (see [store.Store.Patience]).
const memory = time.Minute

// accessCache points to what is remembered. Forgetting replaces all of it, so
// that a slow read cannot put an old answer back.
type accessCache struct {
	current atomic.Pointer[remembered]
	notice  atomic.Int64
}

type remembered struct {
	since    time.Time
	projects sync.Map // id to roster.Project
	keys     sync.Map // keyName to *roster.Key
}

type keyName struct {
	project roster.ProjectNumber
	digest  string
}

func (d *Directory) remembered() *remembered {
	now := time.Now()
	m := d.access.current.Load()
	if m == nil || now.Sub(m.since) > memory {
		fresh := &remembered{since: now}
		if !d.access.current.CompareAndSwap(m, fresh) {
			return d.access.current.Load()
		}
		return fresh
	}
	return m
}

func (d *Directory) forget() { d.access.current.Store(&remembered{since: time.Now()}) }

// cachedProject asks the store only for what can be a project's id: other text
// may be none that PostgreSQL takes.
func (d *Directory) cachedProject(ctx context.Context, id string) (roster.Project, error) {
	if !roster.ValidID(id) {
		return roster.Project{}, roster.ErrProjectNotFound
	}
	m := d.remembered()
	if p, ok := m.projects.Load(id); ok {
		return p.(roster.Project), nil
	}
	p, err := d.Store.Project(ctx, id)
	if err == nil {
		m.projects.Store(id, p)
	}
	return p, err
}

func (d *Directory) cachedKey(ctx context.Context, p roster.ProjectNumber, digest string) (*roster.Key, error) {
	m := d.remembered()
	if k, ok := m.keys.Load(keyName{p, digest}); ok {
		return k.(*roster.Key), nil
	}
	k, err := d.Store.KeyByDigest(ctx, p, digest)
	if err != nil {
		return nil, err
	}
	m.keys.Store(keyName{p, digest}, &k)
	return &k, nil
}

// Watch forgets what another process has changed, until ctx ends. A node that
// cannot ask does not trust what it remembers.
func (d *Directory) Watch(ctx context.Context) {
	go d.Store.Listen(ctx, d.forget)
	ticker := time.NewTicker(d.Store.Patience())
	defer ticker.Stop()
	for {
		if n, err := d.Store.Notice(ctx); err != nil || d.access.notice.Swap(n) != n {
			d.forget()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
