package directory

import (
	"context"
	"errors"
	"time"

	"roster"
	"roster/internal/oidc"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// Directory is the rule book over a store. Its fields are set once.
type Directory struct {
	Store   *store.Store
	Secrets *secret.Keyring
	Hasher  *password.Hasher
	OIDC    *oidc.Client
	Country func(ip string) string // two lower-case letters or "--"
	Mailing Mailing
	Clock   func() time.Time
	NewID   func(time.Time) string

	access accessCache
	limits limiter
	posted map[string]chan struct{} // by channel
}

// New returns a directory that uses the system's clock and random ids and knows
// no countries.
func New(s *store.Store, secrets *secret.Keyring, hasher *password.Hasher) *Directory {
	d := &Directory{
		Store: s, Secrets: secrets, Hasher: hasher, Clock: time.Now, NewID: roster.NewID,
		Country: func(string) string { return "--" },
		posted:  map[string]chan struct{}{roster.Email: make(chan struct{}, 1), roster.SMS: make(chan struct{}, 1)},
	}
	d.OIDC = oidc.New(func() time.Time { return d.Clock() })
	return d
}

// ErrForeignKey is returned for a master key that is not the directory's.
var ErrForeignKey = errors.New("the master key is not the one that the directory's secrets are sealed with")

// CheckKey wants the master key to be the directory's, or to come with it: with
// another one, what is sealed could not be opened, and JWTs of other nodes would
// count as forged. The first key that comes is the directory's.
func (d *Directory) CheckKey(ctx context.Context) error {
	return d.Store.Write(ctx, func(tx store.Tx) error {
		known, err := tx.Remembered("master-key", d.Secrets.Newest())
		switch {
		case err != nil || known == d.Secrets.Newest():
			return err
		case !d.Secrets.Holds(known):
			return ErrForeignKey
		}
		return tx.Remember("master-key", d.Secrets.Newest())
	})
}

func (d *Directory) now() roster.Time { return roster.TimeOf(d.Clock()) }

func (d *Directory) newID() string { return d.NewID(d.Clock()) }

// write runs fn in a transaction on behalf of a caller.
func (d *Directory) write(ctx context.Context, by Caller, fn func(change) error) error {
	var posted bool
	err := d.Store.Write(ctx, func(tx store.Tx) error {
		posted = false
		return fn(change{tx, by, &posted})
	})
	if err == nil && posted {
		d.wake()
	}
	return err
}

// change is a transaction together with who makes it.
type change struct {
	store.Tx
	by     Caller
	posted *bool // whether something is left to be sent
}

func (c change) project() roster.ProjectNumber { return c.by.Project.Number }

// record writes what happened to the user, in the same transaction. Resource is
// the id of the user's session, target, … or empty for the user; changes may be
// empty.
func (c change) record(e *roster.Event, user, resource, changes string) error {
	r := roster.Record{Event: e.Suffix, Audit: e.Audit, UserID: user, Resource: resource, Actor: c.by.Actor, Changes: changes}
	if c.by.target != nil {
		r.Target = c.by.target.ID
	}
	return c.Record(c.project(), &r)
}

// subject reads the user whom the change is about. Users who were blocked since
// their request began change nothing of their own any more.
func (c change) subject(id string) (roster.User, error) {
	u, err := c.User(c.project(), id)
	if err == nil && !u.Enabled && c.by.key == nil && c.by.user != nil && c.by.user.ID == id {
		err = roster.ErrUserBlocked
	}
	return u, err
}

// Ready returns nil if the database answers before long.
func (d *Directory) Ready(ctx context.Context) error { return d.Store.Ready(ctx) }
