package directory

import (
	"context"
	"time"

	"roster"
	"roster/internal/secret"
	"roster/internal/token"
)

// secretBytes is the length of a session's secret (contract section 7.2).
const secretBytes = 128

// Sessions returns the user's sessions, oldest first, expired ones included.
func (d *Directory) Sessions(ctx context.Context, by Caller, user string) ([]roster.Session, error) {
	if _, err := d.User(ctx, by, user); err != nil {
		return nil, err
	}
	return d.Store.Sessions(ctx, by.Project.Number, user)
}

// Session returns the user's session.
func (d *Directory) Session(ctx context.Context, by Caller, user, id string) (roster.Session, error) {
	return d.Store.Session(ctx, by.Project.Number, user, id)
}

// CreateSession makes a session for the user and returns it with the wire form
// of its secret, which is not kept (contract section 3.16).
func (d *Directory) CreateSession(ctx context.Context, by Caller, user string) (roster.Session, string, error) {
	s, plain := d.newSession(by, user, "server", []string{"server"})
	err := d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		return c.startSession(&s)
	})
	return s, token.EncodeSession(user, plain), err
}

// DeleteSession ends the user's session.
func (d *Directory) DeleteSession(ctx context.Context, by Caller, user, id string) error {
	return d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		if err := c.Tx.DeleteSession(c.project(), user, id); err != nil {
			return err
		}
		return c.record(roster.SessionDeleted, user, id, "")
	})
}

// DeleteSessions ends all sessions of the user.
func (d *Directory) DeleteSessions(ctx context.Context, by Caller, user string) error {
	return d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		n, err := c.Tx.DeleteSessions(c.project(), user)
		if err != nil || n == 0 {
			return err
		}
		return c.record(roster.SessionsDeleted, user, "", "")
	})
}

// CreateToken makes a token of length hexadecimal digits and returns it with
// its secret, which is not kept (contract section 3.17).
func (d *Directory) CreateToken(ctx context.Context, by Caller, user string, length int, lifetime time.Duration) (roster.Token, string, error) {
	plain := secret.Random((length + 1) / 2)[:length]
	t := roster.Token{
		ID: d.newID(), UserID: user, Type: roster.TokenGeneric, SecretDigest: secret.Digest(plain),
		UserAgent: by.Actor.UserAgent, IP: by.Actor.IP,
	}
	err := d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		t.CreatedAt, t.ExpiresAt = c.Now, c.Now.Add(lifetime)
		if err := c.CreateToken(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TokenCreated, user, t.ID, "")
	})
	return t, plain, err
}

// RecentSession asks for a JWT of the user's newest session.
const RecentSession = "recent"

// CreateJWT signs a JWT for the user, bound to a session: the newest one, if
// there is any, or the one named (contract section 3.18). An unknown session is
// [roster.ErrSessionNotFound].
func (d *Directory) CreateJWT(ctx context.Context, by Caller, user, session string, lifetime time.Duration) (string, error) {
	if _, err := d.User(ctx, by, user); err != nil {
		return "", err
	}
	bound, err := d.jwtSession(ctx, by, user, session)
	if err != nil {
		return "", err
	}
	claims := token.Claims{UserID: user, SessionID: bound, Expires: d.Clock().Add(lifetime).Unix()}
	return token.SignJWT(claims, d.jwtKey(by.Project))
}

func (d *Directory) jwtSession(ctx context.Context, by Caller, user, session string) (string, error) {
	if session != RecentSession {
		s, err := d.Store.Session(ctx, by.Project.Number, user, session)
		return s.ID, err
	}
	s, err := d.Store.LatestSession(ctx, by.Project.Number, user)
	if err == roster.ErrSessionNotFound {
		return "", nil
	}
	return s.ID, err
}

// jwtKey is the project's own, so that a JWT of one project is nothing in
// another (contract Q16).
func (d *Directory) jwtKey(p roster.Project) []byte { return d.Secrets.Derive("jwt:" + p.ID) }
