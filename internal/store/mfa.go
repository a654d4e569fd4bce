package store

import (
	"context"

	"roster"
)

const authenticatorColumns = "id, user_id, type, created_at, updated_at, verified, data, last_step"

const newestAuthenticator = "select " + authenticatorColumns + " from authenticators where project = $1 and user_id = $2 and type = $3 order by seq desc limit 1"

func scanAuthenticator(r row) (roster.Authenticator, error) {
	var a roster.Authenticator
	return a, r.Scan(&a.ID, &a.UserID, &a.Type, &a.CreatedAt, &a.UpdatedAt, &a.Verified, &a.Data, &a.LastStep)
}

// Authenticator returns the user's newest authenticator of the type.
func (s *Store) Authenticator(ctx context.Context, p roster.ProjectNumber, user, typ string) (roster.Authenticator, error) {
	rows, err := s.cache.query(ctx, newestAuthenticator, p, user, typ)
	return first(rows, err, roster.ErrAuthenticator, scanAuthenticator)
}

// Authenticator reads as [Store.Authenticator] does, within the transaction.
func (tx Tx) Authenticator(p roster.ProjectNumber, user, typ string) (roster.Authenticator, error) {
	rows, err := tx.query(newestAuthenticator, p, user, typ)
	return first(rows, err, roster.ErrAuthenticator, scanAuthenticator)
}

// CreateAuthenticator inserts the authenticator.
func (tx Tx) CreateAuthenticator(p roster.ProjectNumber, a *roster.Authenticator) error {
	return tx.exec("insert into authenticators ("+authenticatorColumns+", seq, project) values ("+placeholders(10)+")",
		a.ID, a.UserID, a.Type, int64(a.CreatedAt), int64(a.UpdatedAt), a.Verified, a.Data, a.LastStep, tx.seq(), p)
}

// SpendStep stores that the user has shown the code of the authenticator's step
// a.LastStep: it is verified, and neither that code nor an older one counts any
// more. A step that was spent gives [roster.ErrToken].
func (tx Tx) SpendStep(p roster.ProjectNumber, a *roster.Authenticator) error {
	return tx.change(roster.ErrToken, spendStep, p, a.UserID, a.ID, int64(a.UpdatedAt), a.Verified, a.LastStep)
}

const spendStep = `update authenticators set updated_at = $4, verified = $5, last_step = $6
	where project = $1 and user_id = $2 and id = $3 and last_step < $6`

// DeleteAuthenticator deletes the user's authenticator.
func (tx Tx) DeleteAuthenticator(p roster.ProjectNumber, user, id string) error {
	return tx.change(roster.ErrAuthenticator, "delete from authenticators where project = $1 and user_id = $2 and id = $3", p, user, id)
}

const challengeColumns = "id, user_id, type, created_at, expires_at, code"

// Challenge returns the user's challenge, expired or not.
func (s *Store) Challenge(ctx context.Context, p roster.ProjectNumber, user, id string) (roster.Challenge, error) {
	rows, err := s.cache.query(ctx, challengeByID, p, user, id)
	return first(rows, err, roster.ErrToken, scanChallenge)
}

// Challenge reads as [Store.Challenge] does, within the transaction.
func (tx Tx) Challenge(p roster.ProjectNumber, user, id string) (roster.Challenge, error) {
	rows, err := tx.query(challengeByID, p, user, id)
	return first(rows, err, roster.ErrToken, scanChallenge)
}

const challengeByID = "select " + challengeColumns + " from challenges where project = $1 and id = $3 and user_id = $2"

func scanChallenge(r row) (roster.Challenge, error) {
	var c roster.Challenge
	return c, r.Scan(&c.ID, &c.UserID, &c.Type, &c.CreatedAt, &c.ExpiresAt, &c.Code)
}

// CreateChallenge inserts the challenge.
func (tx Tx) CreateChallenge(p roster.ProjectNumber, c *roster.Challenge) error {
	return tx.exec("insert into challenges ("+challengeColumns+", seq, project) values ($1, $2, $3, $4, $5, $6, $7, $8)",
		c.ID, c.UserID, c.Type, int64(c.CreatedAt), int64(c.ExpiresAt), c.Code, tx.seq(), p)
}

// DeleteChallenge deletes the user's challenge, or gives [roster.ErrToken] if it
// is gone already.
func (tx Tx) DeleteChallenge(p roster.ProjectNumber, user, id string) error {
	return tx.change(roster.ErrToken, "delete from challenges where project = $1 and user_id = $2 and id = $3", p, user, id)
}

// DropExpiredChallenges deletes those of the user's challenges that nobody can
// answer any more.
func (tx Tx) DropExpiredChallenges(p roster.ProjectNumber, user string) error {
	return tx.exec("delete from challenges where project = $1 and user_id = $2 and expires_at < $3", p, user, int64(tx.Now))
}
