package directory

import (
	"context"
	"slices"
	"strings"

	"roster"
	"roster/internal/secret"
	"roster/internal/store"
)

// keyPrefix begins the secret of every key that Roster makes.
const keyPrefix = "standard_"

// foreignKind reports whether a key's prefix names another kind than standard;
// without "_" it is a standard one of old.
func foreignKind(key string) bool {
	return strings.Contains(key, "_") && !strings.HasPrefix(key, keyPrefix)
}

// serverSDKs are the names that X-SDK-Name may add to a key.
var serverSDKs = []string{"Node.js", "Deno", "Python", "PHP", "Ruby", "Go", "Rust", "Dart", "Kotlin", "Swift", ".NET", "Command Line"}

// touchKey stores that the key is in use, at most once in a while.
func (d *Directory) touchKey(ctx context.Context, by Caller) error {
	if by.key == nil {
		return nil
	}
	k, now := *by.key, d.now()
	known := by.sdk == "" || !slices.Contains(serverSDKs, by.sdk) || slices.Contains(k.SDKs, by.sdk)
	if known && k.AccessedAt.Add(keyRest) > now {
		return nil
	}
	k.AccessedAt = now
	if !known {
		k.SDKs = append(slices.Clip(k.SDKs), by.sdk)
	}
	err := d.Store.Write(ctx, func(tx store.Tx) error { return tx.TouchKey(by.Project.Number, &k) })
	d.forget()
	return err
}

// NewKey is what an API key is made of.
type NewKey struct {
	Name      string
	Scopes    []roster.Scope
	ExpiresAt roster.Time // zero: never
}

// CreateKey makes an API key and returns it with its secret, of which only a
// digest is kept.
func (d *Directory) CreateKey(ctx context.Context, p roster.Project, n NewKey) (roster.Key, string, error) {
	plain := keyPrefix + secret.Random(secretBytes)
	k := roster.Key{ID: d.newID(), Name: n.Name, Scopes: n.Scopes, ExpiresAt: n.ExpiresAt, Digest: secret.Digest(plain)}
	err := d.Store.Write(ctx, func(tx store.Tx) error {
		k.CreatedAt, k.UpdatedAt = tx.Now, tx.Now
		return tx.CreateKey(p.Number, &k)
	})
	d.forget()
	return k, plain, err
}

// Keys returns the project's keys, oldest first.
func (d *Directory) Keys(ctx context.Context, p roster.Project) ([]roster.Key, error) {
	return d.Store.Keys(ctx, p.Number)
}

// RevokeKey deletes the key. It is refused from then on.
func (d *Directory) RevokeKey(ctx context.Context, p roster.Project, id string) error {
	err := d.Store.Write(ctx, func(tx store.Tx) error { return tx.DeleteKey(p.Number, id) })
	d.forget()
	return err
}
