package store

import (
	"context"

	"roster"
)

const eventColumns = "seq, at, event, audit, user_id, resource, actor_type, actor_id, actor_name, actor_email, ip, country, user_agent, changes"

// Record inserts the record of a change, in the change's own transaction.
func (tx Tx) Record(p roster.ProjectNumber, r *roster.Record) error {
	r.Seq, r.Time = tx.seq(), tx.Now
	return tx.exec(insertEvent, r.Seq, int64(r.Time), r.Event, r.Audit, r.UserID, r.Resource,
		string(r.Actor.Type), r.Actor.ID, r.Actor.Name, r.Actor.Email, r.Actor.IP, r.Actor.Country, r.Actor.UserAgent, text(r.Changes), p)
}

var insertEvent = "insert into events (" + eventColumns + ", project) values (" + placeholders(15) + ")"

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

func scanRecord(r row) (roster.Record, error) {
	var e roster.Record
	return e, r.Scan(&e.Seq, &e.Time, &e.Event, &e.Audit, &e.UserID, &e.Resource,
		&e.Actor.Type, &e.Actor.ID, &e.Actor.Name, &e.Actor.Email, &e.Actor.IP, &e.Actor.Country, &e.Actor.UserAgent, nullText{&e.Changes})
}
