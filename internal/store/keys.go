package store

import (
	"context"
	"errors"

	"roster"
)

const keyColumns = "id, created_at, updated_at, name, scopes, sdks, digest, expires_at, accessed_at"

func scanKey(r row) (roster.Key, error) {
	var k roster.Key
	var scopes []string
	err := r.Scan(&k.ID, &k.CreatedAt, &k.UpdatedAt, &k.Name, words{&scopes}, words{&k.SDKs}, &k.Digest, nullTime{&k.ExpiresAt}, nullTime{&k.AccessedAt})
	for _, s := range scopes {
		k.Scopes = append(k.Scopes, roster.Scope(s))
	}
	return k, err
}

// KeyByDigest returns the project's key whose secret has the digest.
func (s *Store) KeyByDigest(ctx context.Context, p roster.ProjectNumber, digest string) (roster.Key, error) {
	rows, err := s.cache.query(ctx, "select "+keyColumns+" from keys where project = $1 and digest = $2", p, digest)
	return first(rows, err, roster.ErrUnauthorized, scanKey)
}

// Keys returns the project's keys, oldest first.
func (s *Store) Keys(ctx context.Context, p roster.ProjectNumber) ([]roster.Key, error) {
	rows, err := s.cache.query(ctx, "select "+keyColumns+" from keys where project = $1 order by created_at, id", p)
	return collect(rows, err, scanKey)
}

// ErrKeyNotFound is returned for a key id that the project does not have.
var ErrKeyNotFound = errors.New("the project has no key with that id")

// CreateKey inserts the key.
func (tx Tx) CreateKey(p roster.ProjectNumber, k *roster.Key) error {
	err := tx.exec("insert into keys ("+keyColumns+", project) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		k.ID, int64(k.CreatedAt), int64(k.UpdatedAt), k.Name, wordsJSON(k.Scopes), wordsJSON(k.SDKs), k.Digest, moment(k.ExpiresAt), moment(k.AccessedAt), p)
	return errors.Join(err, tx.notice())
}

// TouchKey stores when and by which SDKs the key was last used.
func (tx Tx) TouchKey(p roster.ProjectNumber, k *roster.Key) error {
	return tx.exec("update keys set accessed_at = $3, sdks = $4 where project = $1 and id = $2", p, k.ID, moment(k.AccessedAt), wordsJSON(k.SDKs))
}

// DeleteKey deletes the key.
func (tx Tx) DeleteKey(p roster.ProjectNumber, id string) error {
	err := tx.change(ErrKeyNotFound, "delete from keys where project = $1 and id = $2", p, id)
	return errors.Join(err, tx.notice())
}
