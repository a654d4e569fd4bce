package store

import (
	"context"

	"roster"
)

const eventColumns = "seq, at, event, audit, user_id, resource, actor_type, actor_id, actor_name, actor_email, ip, country, user_agent, target_id, changes"

// Record inserts the record of a change, in the change's own transaction.
func (tx Tx) Record(p roster.ProjectNumber, r *roster.Record) error {
	r.Seq, r.Time = tx.seq(), tx.Now
	return tx.exec(insertEvent, append(recordValues(r), p)...)
}

func recordValues(r *roster.Record) []any {
	return []any{
		r.Seq, int64(r.Time), r.Event, r.Audit, r.UserID, r.Resource,
		string(r.Actor.Type), r.Actor.ID, r.Actor.Name, r.Actor.Email, r.Actor.IP, r.Actor.Country, r.Actor.UserAgent, r.Target, text(r.Changes),
	}
}

var insertEvent = "insert into events (" + eventColumns + ", project) values (" + placeholders(16) + ")"

// aboutUser are the records of what was done to the user or by the user to
// others. Records older than since belong to a deleted user who had the id.
const aboutUser = ` from events where project = $1 and seq >= $3 and user_id = $2
	union all
	select ` + eventColumns + ` from events where project = $1 and seq >= $3 and actor_id = $2 and actor_type = 'user' and user_id <> $2`

// Records returns a part of the records about the user, newest first.
func (s *Store) Records(ctx context.Context, p roster.ProjectNumber, user string, since, limit, offset int64) ([]roster.Record, error) {
	rows, err := s.cache.query(ctx, "select "+eventColumns+aboutUser+" order by seq desc limit $4 offset $5", p, user, since, limit, offset)
	return collect(rows, err, scanRecord)
}

// CountRecords returns how many records there are about the user.
func (s *Store) CountRecords(ctx context.Context, p roster.ProjectNumber, user string, since int64) (int64, error) {
	rows, err := s.cache.query(ctx, "select count(*) from (select "+eventColumns+aboutUser+") about", p, user, since)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// byUser are the records of what the user did.
const byUser = " from events where project = $1 and seq >= $3 and actor_id = $2 and actor_type = 'user'"

// RecordsBy returns a part of the records of what the user did, newest first.
func (s *Store) RecordsBy(ctx context.Context, p roster.ProjectNumber, user string, since, limit, offset int64) ([]roster.Record, error) {
	rows, err := s.cache.query(ctx, "select "+eventColumns+byUser+" order by seq desc limit $4 offset $5", p, user, since, limit, offset)
	return collect(rows, err, scanRecord)
}

// CountRecordsBy returns how many records there are of what the user did.
func (s *Store) CountRecordsBy(ctx context.Context, p roster.ProjectNumber, user string, since int64) (int64, error) {
	rows, err := s.cache.query(ctx, "select count(*)"+byUser, p, user, since)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

func scanRecord(r row) (roster.Record, error) {
	var e roster.Record
	return e, r.Scan(&e.Seq, &e.Time, &e.Event, &e.Audit, &e.UserID, &e.Resource,
		&e.Actor.Type, &e.Actor.ID, &e.Actor.Name, &e.Actor.Email, &e.Actor.IP, &e.Actor.Country, &e.Actor.UserAgent, &e.Target, nullText{&e.Changes})
}

// ImpersonatedSince reports whether a record after the moment says that the
// actor impersonated the user.
func (tx Tx) ImpersonatedSince(p roster.ProjectNumber, actor, target string, after roster.Time) (bool, error) {
	rows, err := tx.query("select 1 from events where project = $1 and actor_id = $2 and seq > $3 and target_id = $4 limit 1", p, actor, int64(after)<<20, target)
	found, err := collect(rows, err, func(r row) (n int, err error) { return n, r.Scan(&n) })
	return len(found) > 0, err
}
