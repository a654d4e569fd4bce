package directory

import (
	"context"
	"encoding/json"
	"fmt"

	"roster"
	"roster/internal/secret"
)

// A user's recovery codes: how many, and the random bytes of each (contract
// section 3.21).
const (
	recoveryCodes     = 6
	recoveryCodeBytes = 5
)

// Factors are the second factors that a user can answer with.
type Factors struct{ TOTP, Phone, Email, Custom bool }

// Factors says which factors the project allows and the user has.
func (d *Directory) Factors(ctx context.Context, by Caller, id string) (Factors, error) {
	u, err := d.User(ctx, by, id)
	if err != nil {
		return Factors{}, err
	}
	totp, err := d.Store.Authenticator(ctx, by.Project.Number, id, "totp")
	if err != nil && err != roster.ErrAuthenticator {
		return Factors{}, err
	}
	s := by.Project.Settings
	return Factors{
		TOTP:   s.MFATOTP && totp.Verified,
		Email:  s.MFAEmail && u.Email != "" && u.EmailVerified,
		Phone:  s.MFAPhone && u.Phone != "" && u.PhoneVerified,
		Custom: s.MFACustom,
	}, nil
}

// RecoveryCodes returns the user's codes, or [roster.ErrNoRecoveryCodes].
func (d *Directory) RecoveryCodes(ctx context.Context, by Caller, id string) ([]string, error) {
	c, err := d.Store.Credentials(ctx, by.Project.Number, id)
	if err != nil {
		return nil, err
	}
	if c.RecoveryCodes == "" {
		return nil, roster.ErrNoRecoveryCodes
	}
	text, err := d.Secrets.Open(c.RecoveryCodes, recoveryPlace(by.Project, id))
	if err != nil {
		return nil, err
	}
	var codes []string
	return codes, json.Unmarshal([]byte(text), &codes)
}

func recoveryPlace(p roster.Project, user string) string {
	return fmt.Sprintf("users.recovery_codes:%d:%s", p.Number, user)
}

// CreateRecoveryCodes makes the user's first codes; those that have some get
// [roster.ErrRecoveryCodes].
func (d *Directory) CreateRecoveryCodes(ctx context.Context, by Caller, id string) ([]string, error) {
	return d.setRecoveryCodes(ctx, by, id, roster.RecoveryCodesCreated, func(has bool) error {
		if has {
			return roster.ErrRecoveryCodes
		}
		return nil
	})
}

// ReplaceRecoveryCodes makes new codes in place of the user's; without any it
// gives [roster.ErrNoRecoveryCodes].
func (d *Directory) ReplaceRecoveryCodes(ctx context.Context, by Caller, id string) ([]string, error) {
	return d.setRecoveryCodes(ctx, by, id, roster.RecoveryCodesUpdated, func(has bool) error {
		if !has {
			return roster.ErrNoRecoveryCodes
		}
		return nil
	})
}

func (d *Directory) setRecoveryCodes(ctx context.Context, by Caller, id string, e *roster.Event, check func(has bool) error) ([]string, error) {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = secret.Random(recoveryCodeBytes)
	}
	sealed := d.Secrets.Seal(string(encoded(codes)), recoveryPlace(by.Project, id))
	err := d.write(ctx, by, func(c change) error {
		credentials, err := c.Credentials(c.project(), id)
		if err != nil {
			return err
		}
		if err := check(credentials.RecoveryCodes != ""); err != nil {
			return err
		}
		credentials.RecoveryCodes = sealed
		if err := c.SetCredentials(c.project(), id, credentials); err != nil {
			return err
		}
		if err := c.TouchUser(c.project(), id); err != nil {
			return err
		}
		return c.record(e, id, "", "")
	})
	return codes, err
}

// DeleteAuthenticator removes the user's newest authenticator of the type.
func (d *Directory) DeleteAuthenticator(ctx context.Context, by Caller, id, typ string) error {
	return d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), id); err != nil {
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

// CustomChallenge is the type of challenge whose code the product delivers.
const CustomChallenge = "custom"

// Challenge returns the user's custom challenge with its code in clear. One
// that is unknown, expired or of another type gives [roster.ErrToken].
func (d *Directory) Challenge(ctx context.Context, by Caller, user, id string) (roster.Challenge, error) {
	if _, err := d.User(ctx, by, user); err != nil {
		return roster.Challenge{}, err
	}
	ch, err := d.Store.Challenge(ctx, by.Project.Number, user, id)
	if err != nil {
		return ch, err
	}
	if ch.Type != CustomChallenge || ch.ExpiresAt < d.now() {
		return ch, roster.ErrToken
	}
	ch.Code, err = d.Secrets.Open(ch.Code, ChallengePlace(by.Project, ch.ID))
	return ch, err
}

// ChallengePlace is what a challenge's code is sealed to.
func ChallengePlace(p roster.Project, id string) string {
	return fmt.Sprintf("challenges.code:%d:%s", p.Number, id)
}
