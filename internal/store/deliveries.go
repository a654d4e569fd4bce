package store

import (
	"context"

	"roster"
)

const deliveryColumns = "seq, channel, recipient, content, created_at, due_at, attempts, state, problem, project"

func scanDelivery(r row) (roster.Delivery, error) {
	var d roster.Delivery
	return d, r.Scan(&d.Seq, &d.Channel, &d.Recipient, &d.Content, &d.CreatedAt, nullTime{&d.DueAt}, &d.Attempts, &d.State, &d.Problem, &d.Project)
}

// Deliveries returns the project's deliveries in the state, newest first.
func (s *Store) Deliveries(ctx context.Context, p roster.ProjectNumber, state string) ([]roster.Delivery, error) {
	rows, err := s.cache.query(ctx, "select "+deliveryColumns+" from deliveries where project = $1 and state = $2 order by seq desc", p, state)
	return collect(rows, err, scanDelivery)
}

// DeliveryDue returns when the next delivery of the channel, in whatever
// project, is due; zero if none waits.
func (s *Store) DeliveryDue(ctx context.Context, channel string) (roster.Time, error) {
	rows, err := s.cache.query(ctx, "select due_at from deliveries where due_at is not null and channel = $1 order by due_at limit 1", channel)
	list, err := collect(rows, err, func(r row) (t roster.Time, err error) { return t, r.Scan(&t) })
	if len(list) == 0 {
		return 0, err
	}
	return list[0], err
}

// CreateDelivery inserts the delivery and sets its Seq. Its content is what
// seal makes for that number.
func (tx Tx) CreateDelivery(p roster.ProjectNumber, d *roster.Delivery, seal func(seq int64) string) error {
	d.Project, d.Seq, d.CreatedAt = p, tx.seq(), tx.Now
	d.Content = seal(d.Seq)
	return tx.exec(insertDelivery, d.Seq, d.Channel, d.Recipient, d.Content, int64(d.CreatedAt), moment(d.DueAt), d.Attempts, d.State, d.Problem, p)
}

var insertDelivery = "insert into deliveries (" + deliveryColumns + ") values (" + placeholders(10) + ")"

// ClaimDelivery takes the channel's delivery that is due for longest, in
// whatever project: it counts an attempt and makes it due again at the moment,
// so that nobody else takes it until then. Without any, found is false.
func (tx Tx) ClaimDelivery(channel string, until roster.Time) (d roster.Delivery, found bool, err error) {
	rows, err := tx.query("select "+deliveryColumns+" from deliveries where due_at <= $1 and channel = $2 order by due_at limit 1"+tx.engine.claim, int64(tx.Now), channel)
	list, err := collect(rows, err, scanDelivery)
	if err != nil || len(list) == 0 {
		return d, false, err
	}
	d = list[0]
	n, err := tx.rows("update deliveries set due_at = $4, attempts = attempts + 1 where project = $1 and seq = $2 and attempts = $3",
		d.Project, d.Seq, d.Attempts, int64(until))
	d.DueAt, d.Attempts = until, d.Attempts+1
	return d, n > 0, err
}

// UpdateDelivery stores how the attempt went: content, state, problem and when
// the next one is due. If another attempt has begun since, it changes nothing.
func (tx Tx) UpdateDelivery(d *roster.Delivery) error {
	return tx.exec("update deliveries set content = $4, due_at = $5, state = $6, problem = $7 where project = $1 and seq = $2 and attempts = $3",
		d.Project, d.Seq, d.Attempts, d.Content, moment(d.DueAt), d.State, d.Problem)
}

// DeleteDelivery deletes the delivery, if it is still there.
func (tx Tx) DeleteDelivery(p roster.ProjectNumber, seq int64) error {
	return tx.exec("delete from deliveries where project = $1 and seq = $2", p, seq)
}

// TrimDeliveries deletes the project's oldest deliveries in the state until no
// more than most are left.
func (tx Tx) TrimDeliveries(p roster.ProjectNumber, state string, most int) error {
	return tx.exec(`delete from deliveries where project = $1 and state = $2 and seq <= (
		select seq from deliveries where project = $1 and state = $2 order by seq desc limit 1 offset $3)`, p, state, most)
}

// ForgetDeliveries deletes the project's deliveries that were made before the
// moment, but for those that are kept.
func (tx Tx) ForgetDeliveries(p roster.ProjectNumber, before roster.Time) error {
	return tx.exec("delete from deliveries where project = $1 and seq < $2 and state <> $3", p, int64(before)<<20, roster.DeliveryKept)
}
