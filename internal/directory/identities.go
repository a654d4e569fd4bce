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
	for _, sealed := range []*string{&i.ProviderAccessToken, &i.ProviderRefreshToken} {
		if *sealed == "" {
			continue
		}
		plain, err := d.Secrets.Open(*sealed, IdentityPlace(p, i.ID))
		if err != nil {
			return err
		}
		*sealed = plain
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
		if err := c.Tx.DeleteIdentity(c.project(), &i); err != nil {
			return err
		}
		return c.record(roster.IdentityDeleted, i.UserID, id, "")
	})
}
