package store

import "roster"

const deliveryColumns = "seq, channel, recipient, content, created_at, due_at, attempts, state, problem, project"

// CreateDelivery inserts the delivery and sets its Seq. Its content is what
// seal makes for that number.
func (tx Tx) CreateDelivery(p roster.ProjectNumber, d *roster.Delivery, seal func(seq int64) string) error {
	d.Project, d.Seq, d.CreatedAt = p, tx.seq(), tx.Now
	d.Content = seal(d.Seq)
	return tx.exec(insertDelivery, d.Seq, d.Channel, d.Recipient, d.Content, int64(d.CreatedAt), moment(d.DueAt), d.Attempts, d.State, d.Problem, p)
}

var insertDelivery = "insert into deliveries (" + deliveryColumns + ") values (" + placeholders(10) + ")"

// TrimDeliveries deletes the project's oldest deliveries in the state until no
// more than most are left.
func (tx Tx) TrimDeliveries(p roster.ProjectNumber, state string, most int) error {
	return tx.exec(`delete from deliveries where project = $1 and state = $2 and seq <= (
		select seq from deliveries where project = $1 and state = $2 order by seq desc limit 1 offset $3)`, p, state, most)
}
