package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"roster"
	"roster/internal/directory"
)

// Limit is how often an endpoint may be called, counted by what (companion
// section 5).
type Limit struct {
	Max    int
	Window time.Duration // zero: an hour
	// By is "ip", "user", or the name of a parameter; what is counted together.
	By     []string
	Refill bool // a success gives all attempts back
}

// limited is the commonest limit: so many an hour.
func limited(most int, by ...string) []Limit { return []Limit{{Max: most, By: by}} }

// buckets are those that a call takes an attempt from. Parameters count as they
// were sent: a call that is wrong is an attempt, too.
func (e *Endpoint) buckets(by directory.Caller, path map[string]string, sent roster.Value) []directory.Bucket {
	var buckets []directory.Bucket
	for _, l := range e.Limits {
		b := directory.Bucket{Key: strconv.Itoa(int(by.Project.Number)) + " " + e.Name, Max: l.Max, Window: l.Window, Refill: l.Refill}
		if b.Window == 0 {
			b.Window = time.Hour
		}
		for _, name := range l.By {
			b.Key += "\x00" + name + "=" + counted(name, by, path, sent)
		}
		buckets = append(buckets, b)
	}
	return buckets
}

func counted(name string, by directory.Caller, path map[string]string, sent roster.Value) string {
	switch name {
	case "ip":
		return by.Network()
	case "user":
		if u := by.User(); u != nil {
			return u.ID
		}
		return ""
	}
	if id, ok := path[name]; ok {
		return id
	}
	v, _ := sent.Member(name)
	return v.Text
}

// spend takes the attempts and tells the client what is left.
func (a *API) spend(ctx context.Context, h http.Header, by directory.Caller, buckets []directory.Bucket) error {
	if len(buckets) == 0 || a.Unlimited {
		return nil
	}
	left, err := a.Directory.Spend(ctx, by, buckets)
	if err != nil && !errors.Is(err, roster.ErrRateLimit) {
		return err
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(left.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left.Remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(left.Reset, 10))
	return err
}
