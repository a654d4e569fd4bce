package directory

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"roster"
	"roster/internal/secret"
	"roster/internal/store"
)

// Bucket holds the attempts that one caller has at one endpoint in a window.
// Windows are fixed and begin at multiples of their length since 1970
// (companion section 5).
type Bucket struct {
	Key    string // what the attempts are counted by
	Max    int
	Window time.Duration
	Refill bool // a success gives all attempts back
}

// Allowance is what is left of a bucket.
type Allowance struct {
	Limit, Remaining int
	Reset            int64 // when the window ends, in seconds since 1970
}

// limiter counts the attempts of a single node in memory: they are few,
// short-lived, and not worth a write to disk.
type limiter struct {
	mu     sync.Mutex
	counts map[string]attempts
	pruned int64 // when windows that have ended were last dropped, in seconds since 1970
}

type attempts struct {
	n, ends int64
}

// pruneEvery is how often windows that have ended are dropped, in seconds.
const pruneEvery = 60

// Spend takes one attempt from each bucket and says what is left of the
// scarcest. If any is empty, none is touched and the error is
// [roster.ErrRateLimit]. API keys spend nothing.
func (d *Directory) Spend(ctx context.Context, by Caller, buckets []Bucket) (Allowance, error) {
	if d.Store.Shared() {
		return d.spendShared(ctx, by, buckets)
	}
	now := d.Clock().Unix()
	l := &d.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune(now)
	left, err := remaining(by, buckets, now, func(b Bucket) (int64, error) { return l.count(b, now), nil })
	if err != nil || by.key != nil {
		return left, err
	}
	for _, b := range buckets {
		l.counts[b.name()] = attempts{l.count(b, now) + 1, b.ends(now)}
	}
	return left, nil
}

// remaining is what is left of the scarcest bucket after one more attempt.
func remaining(by Caller, buckets []Bucket, now int64, used func(Bucket) (int64, error)) (Allowance, error) {
	left, refused := Allowance{Remaining: -1}, error(nil)
	for _, b := range buckets {
		n, err := used(b)
		if err != nil {
			return left, err
		}
		if n >= int64(b.Max) && by.key == nil {
			refused = roster.ErrRateLimit
		}
		if rest := max(0, b.Max-int(n)-1); left.Remaining < 0 || rest < left.Remaining {
			left = Allowance{b.Max, rest, b.ends(now)}
		}
	}
	return left, refused
}

// spendShared is Spend for several nodes: the attempts are counted in the
// database. A bucket that is empty undoes the transaction.
func (d *Directory) spendShared(ctx context.Context, by Caller, buckets []Bucket) (left Allowance, err error) {
	now := d.Clock().Unix()
	err = d.Store.Write(ctx, func(tx store.Tx) (err error) {
		count := tx.CountAttempt
		if by.key != nil {
			count = tx.Attempts
		}
		left, err = remaining(by, buckets, now, func(b Bucket) (int64, error) {
			n, err := count(by.Project.Number, secret.Digest(b.name()), b.ends(now))
			if err == nil && n == 0 { // a new bucket pays for those that are over
				err = tx.ForgetBuckets(by.Project.Number, now)
			}
			return n, err
		})
		return err
	})
	return left, err
}

// Refill gives back the attempts of the buckets that a success refills.
func (d *Directory) Refill(ctx context.Context, by Caller, buckets []Bucket) error {
	buckets = slices.DeleteFunc(slices.Clone(buckets), func(b Bucket) bool { return !b.Refill })
	if len(buckets) == 0 {
		return nil
	}
	if !d.Store.Shared() {
		d.limits.mu.Lock()
		defer d.limits.mu.Unlock()
		for _, b := range buckets {
			delete(d.limits.counts, b.name())
		}
		return nil
	}
	return d.Store.Write(ctx, func(tx store.Tx) error {
		for _, b := range buckets {
			if err := tx.EmptyBucket(by.Project.Number, secret.Digest(b.name())); err != nil {
				return err
			}
		}
		return nil
	})
}

// name folds case, so that spelling an address differently gives no new bucket.
func (b Bucket) name() string { return strings.ToLower(b.Key) }

func (b Bucket) ends(now int64) int64 {
	window := int64(b.Window / time.Second)
	return now - now%window + window
}

func (l *limiter) count(b Bucket, now int64) int64 {
	if a := l.counts[b.name()]; a.ends > now {
		return a.n
	}
	return 0
}

func (l *limiter) prune(now int64) {
	if l.counts == nil {
		l.counts = make(map[string]attempts)
	}
	if now < l.pruned+pruneEvery {
		return
	}
	l.pruned = now
	for key, a := range l.counts {
		if a.ends <= now {
			delete(l.counts, key)
		}
	}
}

// Network is by what attempts from an address are counted: the address itself,
// or for IPv6 the /64 that one customer usually has.
func (c Caller) Network() string {
	addr, err := netip.ParseAddr(c.Actor.IP)
	if err != nil || addr.Unmap().Is4() {
		return c.Actor.IP
	}
	network, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return c.Actor.IP
	}
	return network.String()
}
