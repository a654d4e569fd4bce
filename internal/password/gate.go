package password

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"roster"
)

// cost is what one operation takes while it runs. No cpus means one.
type cost struct{ cpus, bytes int64 }

// gate admits operations in the order in which they came, as long as their
// costs fit into what there is. Who is at the head of the line holds turn while
// it waits for CPUs and then for memory; because nobody else waits for either,
// the two cannot deadlock and a large operation is not overtaken for ever by
// small ones.
type gate struct {
	limit cost
	cpus  *semaphore.Weighted
	bytes *semaphore.Weighted
	turn  *semaphore.Weighted

	behind    atomic.Int64 // those in line behind the head
	maxBehind int64
}

func newGate(limit cost, queue int) *gate {
	return &gate{
		limit:     limit,
		cpus:      semaphore.NewWeighted(limit.cpus),
		bytes:     semaphore.NewWeighted(limit.bytes),
		turn:      semaphore.NewWeighted(1),
		maxBehind: int64(queue),
	}
}

// enter waits until c is available and returns what gives it back. More than
// there is counts as all there is, so that such an operation runs alone.
func (g *gate) enter(ctx context.Context, c cost) (leave func(), err error) {
	c.cpus = min(max(c.cpus, 1), g.limit.cpus)
	c.bytes = min(c.bytes, g.limit.bytes)
	if err := g.lineUp(ctx); err != nil {
		return nil, err
	}
	defer g.turn.Release(1)
	if err := g.cpus.Acquire(ctx, c.cpus); err != nil {
		return nil, err
	}
	if err := g.bytes.Acquire(ctx, c.bytes); err != nil {
		g.cpus.Release(c.cpus)
		return nil, err
	}
	return func() {
		g.bytes.Release(c.bytes)
		g.cpus.Release(c.cpus)
	}, nil
}

// lineUp waits for the head of the line, or fails at once if it is too long.
func (g *gate) lineUp(ctx context.Context) error {
	if g.turn.TryAcquire(1) {
		return nil
	}
	defer g.behind.Add(-1)
	if g.behind.Add(1) > g.maxBehind {
		return roster.ErrBusy
	}
	return g.turn.Acquire(ctx, 1)
}
