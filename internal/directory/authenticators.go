package directory

import (
	"cmp"
	"context"
	"fmt"

	"roster"
	"roster/internal/totp"
)

// Enrol gives the caller a new authenticator app: a secret and the link with
// which an app learns it. It counts once a code of it was shown; until then it
// can be made anew (companion section 8.2).
func (d *Directory) Enrol(ctx context.Context, by Caller, typ string) (secret, link string, err error) {
	secret = totp.NewSecret()
	a := roster.Authenticator{ID: d.newID(), UserID: by.user.ID, Type: typ}
	a.Data = d.Secrets.Seal(secret, AuthenticatorPlace(by.Project, a.ID))
	err = d.write(ctx, by, func(c change) error {
		u, err := c.subject(by.user.ID)
		if err != nil {
			return err
		}
		if err := c.dropUnverified(typ); err != nil {
			return err
		}
		link = linkOf(secret, by.Project, &u)
		a.CreatedAt, a.UpdatedAt = c.Now, c.Now
		if err := c.CreateAuthenticator(c.project(), &a); err != nil {
			return err
		}
		return c.record(roster.AuthenticatorCreated, u.ID, a.ID, "")
	})
	return secret, link, err
}

// dropUnverified makes room for another authenticator in place of one that never
// counted.
func (c change) dropUnverified(typ string) error {
	old, err := c.Authenticator(c.project(), c.by.user.ID, typ)
	switch {
	case err == roster.ErrAuthenticator:
		return nil
	case err != nil:
		return err
	case old.Verified:
		return roster.ErrAppVerified
	}
	return c.Tx.DeleteAuthenticator(c.project(), old.UserID, old.ID)
}

// linkOf names the account in the app by what the user knows best.
func linkOf(secret string, p roster.Project, u *roster.User) string {
	return totp.URI(secret, p.Name, cmp.Or(u.Email, u.Phone, u.Name, u.ID))
}

// AuthenticatorPlace is what an authenticator's secret is sealed to.
func AuthenticatorPlace(p roster.Project, id string) string {
	return fmt.Sprintf("authenticators.data:%d:%s", p.Number, id)
}

// AuthenticatorPicture draws the link of the caller's new authenticator as a QR
// code. Once a code of it was shown nobody needs the secret any more: then it is
// [roster.ErrAuthenticator].
func (d *Directory) AuthenticatorPicture(ctx context.Context, by Caller, typ string, size int) ([]byte, error) {
	a, err := d.Store.Authenticator(ctx, by.Project.Number, by.user.ID, typ)
	if err == nil && a.Verified {
		err = roster.ErrAuthenticator
	}
	if err != nil {
		return nil, err
	}
	secret, err := d.Secrets.Open(a.Data, AuthenticatorPlace(by.Project, a.ID))
	if err != nil {
		return nil, err
	}
	return totp.Picture(linkOf(secret, by.Project, by.user), size)
}

// VerifyAuthenticator wants the caller's new authenticator to show a code, from
// when on it counts. It does not switch MFA on.
func (d *Directory) VerifyAuthenticator(ctx context.Context, by Caller, typ, code string) (roster.User, error) {
	var u roster.User
	err := d.write(ctx, by, func(c change) (err error) {
		if u, err = c.subject(by.user.ID); err != nil {
			return err
		}
		a, err := c.Authenticator(c.project(), u.ID, typ)
		if err != nil {
			return err
		}
		if a.Verified {
			return roster.ErrAppVerified
		}
		if err := c.spendStep(d, &a, code); err != nil {
			return err
		}
		if err := c.gain(typ); err != nil {
			return err
		}
		if err := c.record(roster.AuthenticatorVerified, u.ID, a.ID, ""); err != nil {
			return err
		}
		u.Targets, err = c.TargetsOf(c.project(), u.ID)
		return err
	})
	return u, err
}

// spendStep wants the code to be one that the authenticator shows now and that
// nobody has used. It is verified from then on, and the code, and all before it,
// are spent.
func (c change) spendStep(d *Directory, a *roster.Authenticator, code string) error {
	secret, err := d.Secrets.Open(a.Data, AuthenticatorPlace(c.by.Project, a.ID))
	if err != nil {
		return err
	}
	step, ok := totp.Match(secret, code, c.Now.Time())
	if !ok || step <= a.LastStep {
		return errWrongCode
	}
	a.Verified, a.LastStep, a.UpdatedAt = true, step, c.Now
	return c.SpendStep(c.project(), a)
}

// DeleteAuthenticator removes the user's newest authenticator of the type.
func (d *Directory) DeleteAuthenticator(ctx context.Context, by Caller, id, typ string) error {
	return d.write(ctx, by, func(c change) error {
		if _, err := c.subject(id); err != nil {
			return err
		}
		a, err := c.Authenticator(c.project(), id, typ)
		if err != nil {
			return err
		}
		if err := c.Tx.DeleteAuthenticator(c.project(), id, a.ID); err != nil {
			return err
		}
		return c.record(roster.AuthenticatorDeleted, id, a.ID, "")
	})
}
