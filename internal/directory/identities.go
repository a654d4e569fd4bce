package directory

import (
	"context"
	"fmt"

	"roster"
	"roster/internal/store"
)

// Identities returns a page of the project's identities, their tokens in clear,
// and, if asked for, how many match in all.
func (d *Directory) Identities(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Identity, int64, error) {
	list, n, err := listed(ctx, by, page, total, d.Store.Identities, d.Store.CountIdentities)
	for i := range list {
		if err := d.openIdentity(by.Project, &list[i]); err != nil {
			return nil, 0, err
		}
	}
	return list, n, err
}

func (d *Directory) openIdentity(p roster.Project, i *roster.Identity) error {
	return d.unseal(IdentityPlace(p, i.ID), &i.ProviderAccessToken, &i.ProviderRefreshToken)
}

// seal encrypts what may be empty.
func (d *Directory) seal(text, place string) string {
	if text == "" {
		return ""
	}
	return d.Secrets.Seal(text, place)
}

// unseal decrypts what seal has made.
func (d *Directory) unseal(place string, texts ...*string) error {
	for _, text := range texts {
		if *text == "" {
			continue
		}
		plain, err := d.Secrets.Open(*text, place)
		if err != nil {
			return err
		}
		*text = plain
	}
	return nil
}

// IdentityPlace is what an identity's tokens are sealed to.
func IdentityPlace(p roster.Project, id string) string {
	return fmt.Sprintf("identities.tokens:%d:%s", p.Number, id)
}

// DeleteIdentity unlinks the identity.
func (d *Directory) DeleteIdentity(ctx context.Context, by Caller, id string) error {
	return d.write(ctx, by, func(c change) error {
		i, err := c.Identity(c.project(), id)
		if err != nil {
			return err
		}
		return c.unlink(&i)
	})
}

// DeleteOwnIdentity unlinks an identity of the caller's; that of somebody else
// is [roster.ErrUnauthorized] (companion section 8.3).
func (d *Directory) DeleteOwnIdentity(ctx context.Context, by Caller, id string) error {
	return d.write(ctx, by, func(c change) error {
		u, err := c.subject(by.user.ID)
		if err != nil {
			return err
		}
		i, err := c.Identity(c.project(), id)
		if err == nil && i.UserID != u.ID {
			err = roster.ErrUnauthorized.With("The identity belongs to another user.")
		}
		if err != nil {
			return err
		}
		return c.unlink(&i)
	})
}

func (c change) unlink(i *roster.Identity) error {
	if err := c.Tx.DeleteIdentity(c.project(), i); err != nil {
		return err
	}
	return c.record(roster.IdentityDeleted, i.UserID, i.ID, "")
}
