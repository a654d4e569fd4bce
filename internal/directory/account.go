package directory

import (
	"context"
	"errors"
	"time"

	"roster"
	"roster/internal/emaildomain"
	"roster/internal/password"
	"roster/internal/token"
)

// What users do for themselves. All of it acts on who has signed in, also while
// that user impersonates another, which keeps impersonators away from the
// credentials of others (companion section 3.5).

// SignUp makes a user with a password, but no session (companion section 14).
// The project may limit how many there are and which addresses they have.
func (d *Directory) SignUp(ctx context.Context, by Caller, n NewUser) (roster.User, error) {
	if err := addressWanted(by.Project.Settings, n.Email); err != nil {
		return roster.User{}, err
	}
	n.signUp = true
	u, err := d.CreateUser(ctx, by, n)
	if errors.Is(err, roster.ErrEmailExists) {
		err = roster.ErrBadRequest.With("The email belongs to somebody who signs in with another provider.")
	}
	return u, err
}

// addressWanted refuses addresses that the project does not want at sign-up.
func addressWanted(s roster.Settings, email string) error {
	f, _ := emaildomain.Of(email)
	for _, rule := range []struct {
		on, broken bool
		message    string
	}{
		{s.RefuseDisposableEmails, f.Disposable, "Throw-away addresses are not accepted here."},
		{s.RefuseFreeEmails, f.Free, "Addresses of free mail providers are not accepted here."},
		{s.RequireCorporateEmails, !f.Corporate, "Only a company's addresses are accepted here."},
		{s.RequireCanonicalEmails, !f.IsCanonical, "Aliases are not accepted here; the address itself is."},
	} {
		if rule.on && rule.broken {
			return roster.ErrInvalidEmail.With(rule.message)
		}
	}
	return nil
}

// roomForOne refuses a sign-up beyond the project's limit.
func (c change) roomForOne() error {
	most := c.by.Project.Settings.UserLimit
	if most == 0 {
		return nil
	}
	n, err := c.UserCount(c.project())
	if err == nil && n >= int64(most) {
		err = roster.ErrUserCount
	}
	return err
}

// UpdateOwnPassword sets the caller's password; the old one must be right once
// there is one. Other sessions end if the project says so.
func (d *Directory) UpdateOwnPassword(ctx context.Context, by Caller, old, plain string) (roster.User, error) {
	u, policy := *by.user, policyOf(by.Project.Settings)
	if err := policy.Check(plain); err != nil {
		return u, err
	}
	if hasPassword(&u) {
		if err := d.verify(ctx, u, old); err != nil {
			return u, err
		}
	}
	hash, err := d.newPassword(ctx, by, &u, plain, policy)
	if err != nil {
		return u, err
	}
	kept := ""
	if by.session != nil {
		kept = by.session.ID
	}
	err = d.write(ctx, by, func(c change) error {
		now, err := c.subject(by.user.ID)
		if err != nil {
			return err
		}
		if !samePassword(by.user, &now) {
			return roster.ErrCredentials
		}
		u, err = c.setPassword(now.ID, hash, policy, kept)
		return err
	})
	return u, err
}

// hasPassword reports whether the user knows a password: one that was never set
// stands for none (companion section 9.2).
func hasPassword(u *roster.User) bool {
	return u.Password != nil && *u.Password != "" && u.PasswordUpdatedAt != 0
}

// UpdateOwnEmail sets the caller's address. The password must be right, or
// becomes the first one.
func (d *Directory) UpdateOwnEmail(ctx context.Context, by Caller, email, plain string) (roster.User, error) {
	return d.updateOwnAddress(ctx, by, roster.UserEmailUpdated, emailAddress(email), plain)
}

// UpdateOwnPhone sets the caller's number as UpdateOwnEmail does the address.
func (d *Directory) UpdateOwnPhone(ctx context.Context, by Caller, number, plain string) (roster.User, error) {
	return d.updateOwnAddress(ctx, by, roster.UserPhoneUpdated, phoneNumber(number), plain)
}

func (d *Directory) updateOwnAddress(ctx context.Context, by Caller, e *roster.Event, a address, plain string) (roster.User, error) {
	var first *password.Hash
	if hasPassword(by.user) {
		if err := d.verify(ctx, *by.user, plain); err != nil {
			return roster.User{}, err
		}
	} else {
		policy := policyOf(by.Project.Settings)
		if err := policy.Check(plain); err != nil {
			return roster.User{}, err
		}
		hash, err := d.newPassword(ctx, by, by.user, plain, policy)
		if err != nil {
			return roster.User{}, err
		}
		first = &hash
	}
	a.also = func(c change, u *roster.User) error {
		if !samePassword(by.user, u) {
			return roster.ErrCredentials
		}
		if first != nil {
			u.Password, u.Hash, u.HashOptions, u.PasswordUpdatedAt = &first.Text, first.Algorithm, string(first.Options), c.Now
			return c.remember(u.ID, *first, policyOf(by.Project.Settings))
		}
		return nil
	}
	u, err := d.updateAddress(ctx, by, by.user.ID, e, a)
	if errors.Is(err, roster.ErrEmailExists) {
		err = roster.ErrBadRequest.With("The email is not free.")
	}
	return u, err
}

// samePassword reports whether the password is still the one that was verified.
func samePassword(verified, now *roster.User) bool {
	if !hasPassword(verified) || !hasPassword(now) {
		return hasPassword(verified) == hasPassword(now)
	}
	return *verified.Password == *now.Password
}

// OwnSessions returns the caller's sessions, oldest first, expired ones
// included, with the provider's tokens in clear.
func (d *Directory) OwnSessions(ctx context.Context, by Caller) ([]roster.Session, error) {
	sessions, err := d.Sessions(ctx, by, by.user.ID)
	for i := range sessions {
		if err := d.openTokens(by.Project, &sessions[i]); err != nil {
			return nil, err
		}
	}
	return sessions, err
}

// OwnSession returns the caller's session with the provider's tokens in clear.
func (d *Directory) OwnSession(ctx context.Context, by Caller, id string) (roster.Session, error) {
	s, err := d.Session(ctx, by, by.user.ID, id)
	if err == nil {
		err = d.openTokens(by.Project, &s)
	}
	return s, err
}

// ExtendSession lets the caller's session with the id begin its time anew, and
// refreshes the tokens of the provider that it is from.
func (d *Directory) ExtendSession(ctx context.Context, by Caller, id string) (roster.Session, error) {
	refresh, err := d.refreshTokens(ctx, by, id)
	if err != nil {
		return roster.Session{}, err
	}
	var s roster.Session
	err = d.write(ctx, by, func(c change) (err error) {
		if _, err = c.subject(by.user.ID); err != nil {
			return err
		}
		if s, err = c.Session(c.project(), by.user.ID, id); err != nil {
			return err
		}
		s.ExpiresAt = c.sessionEnd()
		refresh(&s)
		if err := c.UpdateSession(c.project(), &s); err != nil {
			return err
		}
		return c.record(roster.SessionUpdated, by.user.ID, s.ID, "")
	})
	if err == nil {
		err = d.openTokens(by.Project, &s)
	}
	return s, err
}

// CreateOwnJWT signs a JWT of the session that the caller came with (companion
// section 8.1).
func (d *Directory) CreateOwnJWT(by Caller, lifetime time.Duration) (string, error) {
	if by.session == nil {
		return "", roster.ErrJWTDenied
	}
	claims := token.Claims{UserID: by.user.ID, SessionID: by.session.ID, Expires: d.Clock().Add(lifetime).Unix()}
	return token.SignJWT(claims, d.jwtKey(by.Project))
}

// OwnLogs returns what the caller has done, newest first, and, if asked for,
// how much there is in all.
func (d *Directory) OwnLogs(ctx context.Context, by Caller, limit, offset int64, total bool) ([]roster.Record, int64, error) {
	p, u := by.Project.Number, by.user
	records, err := d.Store.RecordsBy(ctx, p, u.ID, u.Seq, limit, offset)
	if err != nil || !total {
		return records, 0, err
	}
	n, err := d.Store.CountRecordsBy(ctx, p, u.ID, u.Seq)
	return records, n, err
}

// impersonationRest is how often it is recorded that somebody impersonates a
// user.
const impersonationRest = time.Hour

// RecordImpersonation records that the caller acts as another user, once in a
// while.
func (d *Directory) RecordImpersonation(ctx context.Context, by Caller) error {
	if by.target == nil {
		return nil
	}
	return d.write(ctx, by, func(c change) error {
		known, err := c.ImpersonatedSince(c.project(), by.user.ID, by.target.ID, c.Now.Add(-impersonationRest))
		if err != nil || known {
			return err
		}
		return c.record(roster.UserImpersonated, by.target.ID, "", "")
	})
}
