package store

import (
	"testing"

	"roster"
)

func TestKeyIsFoundByItsDigestInItsProject(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		full := roster.Key{ID: "K2", Name: "Shop", Scopes: []roster.Scope{roster.UsersRead, roster.UsersWrite}, SDKs: []string{"Go"}, Digest: "d2", CreatedAt: 1, UpdatedAt: 2, ExpiresAt: 3, AccessedAt: 4}
		bare := roster.Key{ID: "K1", SDKs: []string{}, Digest: "d1", CreatedAt: 5, UpdatedAt: 6}
		for _, k := range []roster.Key{bare, full} {
			write(t, s, func(tx Tx) error { return tx.CreateKey(home, &k) })
			got, err := s.KeyByDigest(t.Context(), home, k.Digest)
			wantError(t, nil, err)
			wantEqual(t, k, got)
			_, err = s.KeyByDigest(t.Context(), other, k.Digest)
			wantError(t, roster.ErrUnauthorized, err)
		}
		list, err := s.Keys(t.Context(), home)
		wantError(t, nil, err)
		wantEqual(t, []roster.Key{full, bare}, list) // oldest first
	})
}

func TestUseOfAKeyIsStored(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		k := roster.Key{ID: "K1", SDKs: []string{}, Digest: "d1"}
		write(t, s, func(tx Tx) error { return tx.CreateKey(home, &k) })
		k.AccessedAt, k.SDKs = 7, []string{"Go", "Node.js"}
		write(t, s, func(tx Tx) error { return tx.TouchKey(home, &k) })
		got, err := s.KeyByDigest(t.Context(), home, "d1")
		wantError(t, nil, err)
		wantEqual(t, k, got)
	})
}

func TestDeletedKeyIsUnknown(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx Tx) error { return tx.CreateKey(home, &roster.Key{ID: "K1", Digest: "d1"}) })
		wantNotice(t, s, true, func() {
			write(t, s, func(tx Tx) error { return tx.DeleteKey(home, "K1") })
		})
		_, err := s.KeyByDigest(t.Context(), home, "d1")
		wantError(t, roster.ErrUnauthorized, err)
		wantNotice(t, s, false, func() {
			err = s.Write(t.Context(), func(tx Tx) error { return tx.DeleteKey(home, "K1") })
		})
		if err == nil || err.Error() != ErrKeyNotFound.Error() {
			t.Errorf("the error is %v", err)
		}
	})
}
