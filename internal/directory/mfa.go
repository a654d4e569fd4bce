package directory

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"

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
type Factors struct{ TOTP, Phone, Email, RecoveryCode, Custom bool }

// Factors says which factors the project allows and the user has. Recovery codes
// are told to the user only (contract section 3.21).
func (d *Directory) Factors(ctx context.Context, by Caller, id string) (Factors, error) {
	u, err := d.User(ctx, by, id)
	if err != nil {
		return Factors{}, err
	}
	totp, err := d.Store.Authenticator(ctx, by.Project.Number, id, FactorTOTP)
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

// OwnFactors says which factors the caller can answer with.
func (d *Directory) OwnFactors(ctx context.Context, by Caller) (Factors, error) {
	f, err := d.Factors(ctx, by, by.user.ID)
	if err != nil {
		return f, err
	}
	c, err := d.Store.Credentials(ctx, by.Project.Number, by.user.ID)
	f.RecoveryCode = c.RecoveryCodes != ""
	return f, err
}

// UpdateOwnMFA switches the caller's second factor on or off. The session that
// switches it on counts as having answered with all that the user has, so that
// it goes on (companion section 8.2).
func (d *Directory) UpdateOwnMFA(ctx context.Context, by Caller, on bool) (roster.User, error) {
	var u roster.User
	err := d.write(ctx, by, func(c change) error {
		before, err := c.subject(by.user.ID)
		if err != nil {
			return err
		}
		u = before
		if u.MFA = on; on && !before.MFA {
			if err := c.gainAll(&u); err != nil {
				return err
			}
		}
		return c.updated(roster.UserMFAUpdated, &before, &u)
	})
	return u, err
}

// gainAll adds every factor that the user has verified to the caller's session:
// all for which [Directory.Admit] would want a second one.
func (c change) gainAll(u *roster.User) error {
	totp, err := c.Authenticator(c.project(), u.ID, FactorTOTP)
	if err != nil && err != roster.ErrAuthenticator {
		return err
	}
	var factors []string
	for _, f := range []struct {
		name string
		has  bool
	}{
		{FactorTOTP, totp.Verified},
		{FactorEmail, u.EmailVerified},
		{FactorPhone, u.PhoneVerified},
	} {
		if f.has {
			factors = append(factors, f.name)
		}
	}
	return c.gain(factors...)
}

// gain adds factors to the session that the caller came with. A JWT has none,
// and one that has ended meanwhile needs no more.
func (c change) gain(factors ...string) error {
	s, err := c.ownSession()
	if err == roster.ErrSessionNotFound {
		return nil
	}
	if err != nil || !addFactors(&s, factors...) {
		return err
	}
	return c.UpdateSession(c.project(), &s)
}

// ownSession reads the session that the caller came with.
func (c change) ownSession() (roster.Session, error) {
	if c.by.session == nil {
		return roster.Session{}, roster.ErrSessionNotFound
	}
	return c.Session(c.project(), c.by.session.UserID, c.by.session.ID)
}

// addFactors adds those that the session lacks and reports whether there were
// any.
func addFactors(s *roster.Session, factors ...string) (changed bool) {
	for _, f := range factors {
		if !slices.Contains(s.Factors, f) {
			s.Factors, changed = append(s.Factors, f), true
		}
	}
	return changed
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
	return d.openRecoveryCodes(by.Project, id, c)
}

func (d *Directory) openRecoveryCodes(p roster.Project, user string, c roster.Credentials) ([]string, error) {
	text, err := d.Secrets.Open(c.RecoveryCodes, recoveryPlace(p, user))
	if err != nil {
		return nil, err
	}
	var codes []string
	return codes, json.Unmarshal([]byte(text), &codes)
}

func (d *Directory) sealRecoveryCodes(p roster.Project, user string, codes []string) string {
	return d.Secrets.Seal(string(encoded(codes)), recoveryPlace(p, user))
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
	sealed := d.sealRecoveryCodes(by.Project, id, codes)
	err := d.write(ctx, by, func(c change) error {
		if _, err := c.subject(id); err != nil {
			return err
		}
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

// spendRecoveryCode takes the code from the user's, among which it must be.
func (c change) spendRecoveryCode(d *Directory, user, code string) error {
	credentials, err := c.Credentials(c.project(), user)
	if err != nil {
		return err
	}
	if credentials.RecoveryCodes == "" {
		return errWrongCode
	}
	codes, err := d.openRecoveryCodes(c.by.Project, user, credentials)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(codes), func(known string) bool { return same(known, code) })
	if len(left) == len(codes) {
		return errWrongCode
	}
	if credentials.RecoveryCodes = ""; len(left) > 0 {
		credentials.RecoveryCodes = d.sealRecoveryCodes(c.by.Project, user, left)
	}
	return c.SetCredentials(c.project(), user, credentials)
}

// same compares secrets in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
