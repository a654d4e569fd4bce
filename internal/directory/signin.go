package directory

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"roster"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/token"
)

// SignIn makes a session for the user who has the address and the password, and
// returns it with the wire form of its secret (companion section 6.2). Whatever
// is wrong with either is [roster.ErrCredentials]; that the user is blocked is
// told to whoever knows the password only.
func (d *Directory) SignIn(ctx context.Context, by Caller, email, plain string) (roster.Session, string, error) {
	u, err := d.Store.UserByEmail(ctx, by.Project.Number, email)
	if errors.Is(err, roster.ErrUserNotFound) {
		return roster.Session{}, "", d.refuseSlowly(ctx, plain)
	}
	if err != nil {
		return roster.Session{}, "", err
	}
	if err := d.verify(ctx, u, plain); err != nil {
		return roster.Session{}, "", err
	}
	fresh, err := d.rehashed(ctx, u, plain)
	if err != nil {
		return roster.Session{}, "", err
	}
	return d.openSession(ctx, by, u.ID, signingIn{
		provider: "email", uid: email, factors: []string{"password"}, alert: true,
		admit: func(c change, now *roster.User, _ *roster.Session) error { return c.admitPassword(&u, now, fresh) },
	})
}

// refuseSlowly refuses credentials and takes as long as if there were some to
// compare with.
func (d *Directory) refuseSlowly(ctx context.Context, plain string) error {
	if err := d.Hasher.Dummy(ctx, plain); err != nil {
		return err
	}
	return roster.ErrCredentials
}

// verify wants plain to be the user's password; without one it never is.
func (d *Directory) verify(ctx context.Context, u roster.User, plain string) error {
	if u.Password == nil || *u.Password == "" || u.PasswordUpdatedAt == 0 {
		return d.refuseSlowly(ctx, plain)
	}
	stored := storedHash(u)
	same, err := d.Hasher.Verify(ctx, plain, stored)
	switch {
	case err != nil:
		return err
	case !same && d.Hasher.NeedsRehash(stored):
		return d.refuseSlowly(ctx, plain) // an old hash is quick, which would tell that there is one
	case !same:
		return roster.ErrCredentials
	}
	return nil
}

func storedHash(u roster.User) password.Hash {
	return password.Hash{Text: *u.Password, Algorithm: u.Hash, Options: json.RawMessage(u.HashOptions)}
}

// rehashed hashes the password anew if its hash is weaker than new ones are.
func (d *Directory) rehashed(ctx context.Context, u roster.User, plain string) (*password.Hash, error) {
	if !d.Hasher.NeedsRehash(storedHash(u)) {
		return nil, nil
	}
	fresh, err := d.Hasher.Hash(ctx, plain)
	return &fresh, err
}

// admitPassword wants the password to be still the one that was verified, and
// replaces its hash if there is a fresh one.
func (c change) admitPassword(verified, now *roster.User, fresh *password.Hash) error {
	if now.Password == nil || *now.Password != *verified.Password {
		return roster.ErrCredentials
	}
	if fresh == nil {
		return nil
	}
	before := *now
	now.Password, now.Hash, now.HashOptions = &fresh.Text, fresh.Algorithm, string(fresh.Options)
	_, err := c.Tx.UpdateUser(c.project(), &before, now)
	return err
}

// signingIn is how somebody signs in.
type signingIn struct {
	provider, uid string
	factors       []string
	alert         bool // tell the user by mail, if the project wants it
	// admit judges and does what else belongs to the transaction, also to the
	// session; nil: nothing.
	admit func(change, *roster.User, *roster.Session) error
}

// openSession makes a session for the user, who must not be blocked, ends the
// oldest ones beyond the project's limit, and returns the wire form of the new
// one's secret.
func (d *Directory) openSession(ctx context.Context, by Caller, user string, in signingIn) (roster.Session, string, error) {
	s, plain := d.newSession(by, user, in.provider, in.factors)
	s.ProviderUID = in.uid
	err := d.write(ctx, by, func(c change) error {
		u, err := c.User(c.project(), user)
		if err != nil {
			return err
		}
		c.actAs(&u)
		return c.enter(d, &u, &s, in)
	})
	return s, token.EncodeSession(user, plain), err
}

// actAs makes the user the one who acts, in the records that follow.
func (c *change) actAs(u *roster.User) {
	if c.by.key == nil {
		c.by.become(u)
	}
}

// enter lets the user in with the session.
func (c change) enter(d *Directory, u *roster.User, s *roster.Session, in signingIn) error {
	if in.admit != nil {
		if err := in.admit(c, u, s); err != nil {
			return err
		}
	}
	if !u.Enabled {
		return roster.ErrUserBlocked
	}
	if err := c.startSession(s); err != nil {
		return err
	}
	if in.alert {
		if err := c.alert(d, u, s); err != nil {
			return err
		}
	}
	if err := c.MarkActive(c.project(), u); err != nil {
		return err
	}
	return c.TrimSessions(c.project(), u.ID, c.by.Project.Settings.MaxSessions)
}

// newSession is a session before its time is known, and its secret.
func (d *Directory) newSession(by Caller, user, provider string, factors []string) (roster.Session, string) {
	plain := secret.Random(secretBytes)
	return roster.Session{
		ID: d.newID(), UserID: user, Provider: provider, Factors: factors, SecretDigest: secret.Digest(plain),
		IP: by.Actor.IP, Country: by.Actor.Country, UserAgent: by.Actor.UserAgent,
	}, plain
}

// startSession stores and records a new session.
func (c change) startSession(s *roster.Session) error {
	s.CreatedAt, s.UpdatedAt, s.ExpiresAt = c.Now, c.Now, c.sessionEnd()
	if err := c.CreateSession(c.project(), s); err != nil {
		return err
	}
	return c.record(roster.SessionCreated, s.UserID, s.ID, "")
}

// sessionEnd is when a session that begins now expires.
func (c change) sessionEnd() roster.Time {
	return c.Now.Add(time.Duration(c.by.Project.Settings.SessionDuration) * time.Second)
}

// Exchange makes a session for a token, which is spent (companion section 8.1).
// A user or token that is not there, and one that has expired, is
// [roster.ErrToken]. A token of another provider's sign-in counts only as the
// grant that it came as.
func (d *Directory) Exchange(ctx context.Context, by Caller, user, plain string) (roster.Session, string, error) {
	in := signingIn{provider: "token", factors: []string{"token"}, alert: true}
	if grant, err := token.VerifyGrant(plain, d.grantKey(by.Project), d.Clock()); err == nil {
		in.provider, in.factors = grant.Provider, oauth2Factors
		in.admit = func(c change, u *roster.User, s *roster.Session) error { return c.spendGrant(d, u, s, grant) }
	} else {
		in.admit = func(c change, u *roster.User, _ *roster.Session) error {
			return c.spendToken(u, roster.TokenGeneric, plain)
		}
	}
	s, wire, err := d.openSession(ctx, by, user, in)
	if errors.Is(err, roster.ErrUserNotFound) {
		err = roster.ErrToken
	}
	if err == nil {
		err = d.openTokens(by.Project, &s)
	}
	return s, wire, err
}

// spendToken deletes the token. That its user is blocked leaves it as it is: the
// transaction is undone.
func (c change) spendToken(u *roster.User, typ roster.TokenType, plain string) error {
	t, err := c.TokenByDigest(c.project(), u.ID, secret.Digest(plain))
	if err != nil {
		return err
	}
	if t.Type != typ || t.ExpiresAt < c.Now {
		return roster.ErrToken
	}
	return c.DeleteToken(c.project(), u.ID, t.ID)
}
