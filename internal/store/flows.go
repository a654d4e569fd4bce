package store

import "roster"

const flowColumns = "id, expires_at, browser, data"

// Flow returns the sign-in that is under way, expired or not.
func (tx Tx) Flow(p roster.ProjectNumber, id string) (roster.Flow, error) {
	rows, err := tx.query("select "+flowColumns+" from flows where project = $1 and id = $2"+tx.engine.lock, p, id)
	return first(rows, err, roster.ErrBadRequest, func(r row) (f roster.Flow, err error) {
		return f, r.Scan(&f.ID, &f.ExpiresAt, &f.Browser, &f.Data)
	})
}

// CreateFlow inserts the sign-in.
func (tx Tx) CreateFlow(p roster.ProjectNumber, f *roster.Flow) error {
	return tx.exec("insert into flows ("+flowColumns+", seq, project) values ($1, $2, $3, $4, $5, $6)", f.ID, int64(f.ExpiresAt), f.Browser, f.Data, tx.seq(), p)
}

// DeleteFlow deletes the sign-in.
func (tx Tx) DeleteFlow(p roster.ProjectNumber, id string) error {
	return tx.change(roster.ErrBadRequest, "delete from flows where project = $1 and id = $2", p, id)
}

// DeleteExpiredFlows deletes the sign-ins that nobody can finish any more.
func (tx Tx) DeleteExpiredFlows(p roster.ProjectNumber) error {
	return tx.exec("delete from flows where project = $1 and expires_at < $2", p, int64(tx.Now))
}
