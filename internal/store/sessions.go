package store

import (
	"context"

	"roster"
)

const sessionColumns = `id, user_id, created_at, updated_at, expires_at, provider, provider_uid,
	provider_access_token, provider_refresh_token, provider_access_token_expiry,
	secret_digest, user_agent, ip, country, factors, mfa_updated_at, seq`

func scanSession(r row) (roster.Session, error) {
	var s roster.Session
	err := r.Scan(&s.ID, &s.UserID, &s.CreatedAt, &s.UpdatedAt, &s.ExpiresAt, &s.Provider, &s.ProviderUID,
		&s.ProviderAccessToken, &s.ProviderRefreshToken, nullTime{&s.ProviderAccessTokenExpiry},
		&s.SecretDigest, &s.UserAgent, &s.IP, &s.Country, words{&s.Factors}, nullTime{&s.MFAUpdatedAt}, &s.Seq)
	return s, err
}

// maxSessions is how many of a user's sessions are read at once (contract
// section 3.16).
const maxSessions = 1000

// Sessions returns the user's sessions, oldest first, expired ones included.
func (s *Store) Sessions(ctx context.Context, p roster.ProjectNumber, user string) ([]roster.Session, error) {
	rows, err := s.cache.query(ctx, "select "+sessionColumns+" from sessions where project = $1 and user_id = $2 order by seq limit $3", p, user, maxSessions)
	return collect(rows, err, scanSession)
}

// Session returns the user's session.
func (s *Store) Session(ctx context.Context, p roster.ProjectNumber, user, id string) (roster.Session, error) {
	rows, err := s.cache.query(ctx, sessionByID, p, user, id)
	return first(rows, err, roster.ErrSessionNotFound, scanSession)
}

const sessionByID = "select " + sessionColumns + " from sessions where project = $1 and user_id = $2 and id = $3"

// LatestSession returns the user's newest session, expired or not.
func (s *Store) LatestSession(ctx context.Context, p roster.ProjectNumber, user string) (roster.Session, error) {
	rows, err := s.cache.query(ctx, "select "+sessionColumns+" from sessions where project = $1 and user_id = $2 order by seq desc limit 1", p, user)
	return first(rows, err, roster.ErrSessionNotFound, scanSession)
}

// SessionByDigest returns the user's session whose secret has the digest.
func (s *Store) SessionByDigest(ctx context.Context, p roster.ProjectNumber, user, digest string) (roster.Session, error) {
	rows, err := s.cache.query(ctx, "select "+sessionColumns+" from sessions where project = $1 and secret_digest = $3 and user_id = $2", p, user, digest)
	return first(rows, err, roster.ErrSessionNotFound, scanSession)
}

// Session reads as [Store.Session] does, within the transaction.
func (tx Tx) Session(p roster.ProjectNumber, user, id string) (roster.Session, error) {
	rows, err := tx.query(sessionByID, p, user, id)
	return first(rows, err, roster.ErrSessionNotFound, scanSession)
}

// CreateSession inserts the session and sets its Seq.
func (tx Tx) CreateSession(p roster.ProjectNumber, s *roster.Session) error {
	s.Seq = tx.seq()
	return tx.exec(insertSession, append(sessionValues(s), p)...)
}

func sessionValues(s *roster.Session) []any {
	return []any{
		s.ID, s.UserID, int64(s.CreatedAt), int64(s.UpdatedAt), int64(s.ExpiresAt), s.Provider, s.ProviderUID,
		s.ProviderAccessToken, s.ProviderRefreshToken, moment(s.ProviderAccessTokenExpiry),
		s.SecretDigest, s.UserAgent, s.IP, s.Country, wordsJSON(s.Factors), moment(s.MFAUpdatedAt), s.Seq,
	}
}

var insertSession = "insert into sessions (" + sessionColumns + ", project) values (" + placeholders(18) + ")"

// UpdateSession stores when the session expires, which factors it has, when it
// last solved a challenge and the provider's tokens.
func (tx Tx) UpdateSession(p roster.ProjectNumber, s *roster.Session) error {
	s.UpdatedAt = tx.Now
	return tx.change(roster.ErrSessionNotFound, updateSession, p, s.Seq, int64(s.UpdatedAt), int64(s.ExpiresAt), wordsJSON(s.Factors), moment(s.MFAUpdatedAt),
		s.ProviderAccessToken, s.ProviderRefreshToken, moment(s.ProviderAccessTokenExpiry))
}

const updateSession = `update sessions set updated_at = $3, expires_at = $4, factors = $5, mfa_updated_at = $6,
	provider_access_token = $7, provider_refresh_token = $8, provider_access_token_expiry = $9 where project = $1 and seq = $2`

// FirstSession reports whether the user has no session but the one with the id.
func (tx Tx) FirstSession(p roster.ProjectNumber, user, id string) (bool, error) {
	rows, err := tx.query("select 1 from sessions where project = $1 and user_id = $2 and id <> $3 limit 1", p, user, id)
	others, err := collect(rows, err, func(r row) (n int, err error) { return n, r.Scan(&n) })
	return len(others) == 0, err
}

// TrimSessions deletes the user's oldest sessions until no more than most are
// left.
func (tx Tx) TrimSessions(p roster.ProjectNumber, user string, most int) error {
	return tx.exec(`delete from sessions where project = $1 and user_id = $2 and seq <=
		(select seq from sessions where project = $1 and user_id = $2 order by seq desc limit 1 offset $3)`, p, user, most)
}

// DeleteOtherSessions deletes the user's sessions but one.
func (tx Tx) DeleteOtherSessions(p roster.ProjectNumber, user, but string) error {
	return tx.exec("delete from sessions where project = $1 and user_id = $2 and id <> $3", p, user, but)
}

// DeleteSession deletes the user's session.
func (tx Tx) DeleteSession(p roster.ProjectNumber, user, id string) error {
	return tx.change(roster.ErrSessionNotFound, "delete from sessions where project = $1 and user_id = $2 and id = $3", p, user, id)
}

// DeleteSessions deletes all sessions of the user and returns how many.
func (tx Tx) DeleteSessions(p roster.ProjectNumber, user string) (int64, error) {
	return tx.rows("delete from sessions where project = $1 and user_id = $2", p, user)
}

// CreateToken inserts the token.
func (tx Tx) CreateToken(p roster.ProjectNumber, t *roster.Token) error {
	return tx.exec(insertToken, t.ID, t.UserID, int(t.Type), int64(t.CreatedAt), int64(t.ExpiresAt), t.SecretDigest, t.UserAgent, t.IP, tx.seq(), p)
}

const tokenColumns = "id, user_id, type, created_at, expires_at, secret_digest, user_agent, ip, seq"

var insertToken = "insert into tokens (" + tokenColumns + ", project) values (" + placeholders(10) + ")"

// TokenByDigest returns the user's token whose secret has the digest, expired
// or not.
func (tx Tx) TokenByDigest(p roster.ProjectNumber, user, digest string) (roster.Token, error) {
	rows, err := tx.query("select "+tokenColumns+" from tokens where project = $1 and user_id = $2 and secret_digest = $3", p, user, digest)
	return first(rows, err, roster.ErrToken, func(r row) (t roster.Token, err error) {
		var seq int64
		return t, r.Scan(&t.ID, &t.UserID, &t.Type, &t.CreatedAt, &t.ExpiresAt, &t.SecretDigest, &t.UserAgent, &t.IP, &seq)
	})
}

// DeleteToken deletes the user's token.
func (tx Tx) DeleteToken(p roster.ProjectNumber, user, id string) error {
	return tx.change(roster.ErrToken, "delete from tokens where project = $1 and user_id = $2 and id = $3", p, user, id)
}
