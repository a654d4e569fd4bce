package directory

import (
	"context"
	"time"

	"roster"
)

// Logs returns what was done by or to the user, newest first, and, if asked
// for, how much there is in all.
func (d *Directory) Logs(ctx context.Context, by Caller, user string, limit, offset int64, total bool) ([]roster.Record, int64, error) {
	u, err := d.User(ctx, by, user)
	if err != nil {
		return nil, 0, err
	}
	records, err := d.Store.Records(ctx, by.Project.Number, user, u.Seq, limit, offset)
	if err != nil || !total {
		return records, 0, err
	}
	n, err := d.Store.CountRecords(ctx, by.Project.Number, user, u.Seq)
	return records, n, err
}

// Usage is how many users and sessions a project has, and how many were
// created in each period of a range.
type Usage struct {
	Users, Sessions               int64
	UsersCreated, SessionsCreated []Count
}

// Count is a number at the beginning of a period.
type Count struct {
	Value int64
	Date  roster.Time
}

// Usage counts the last periods up to now.
func (d *Directory) Usage(ctx context.Context, by Caller, periods int, period time.Duration) (Usage, error) {
	var u Usage
	var err error
	p := by.Project.Number
	if u.Users, err = d.Store.UserCount(ctx, p); err != nil {
		return u, err
	}
	if u.Sessions, err = d.Store.CountSessions(ctx, p); err != nil {
		return u, err
	}
	from := roster.TimeOf(d.Clock().Truncate(period)).Add(-time.Duration(periods-1) * period)
	if u.UsersCreated, err = d.created(ctx, p, "users", from, periods, period); err != nil {
		return u, err
	}
	u.SessionsCreated, err = d.created(ctx, p, "sessions", from, periods, period)
	return u, err
}

func (d *Directory) created(ctx context.Context, p roster.ProjectNumber, table string, from roster.Time, periods int, period time.Duration) ([]Count, error) {
	found, err := d.Store.Created(ctx, p, table, from, period.Milliseconds())
	counts := make([]Count, periods)
	for i := range counts {
		counts[i] = Count{found[int64(i)], from.Add(time.Duration(i) * period)}
	}
	return counts, err
}
