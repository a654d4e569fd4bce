package directory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"roster"
	"roster/internal/secret"
	"roster/internal/token"
)

// Credentials are what a request brings to say who asks.
type Credentials struct {
	Project       string   // the project that is asked for
	ProjectHeader string   // X-Appwrite-Project, which a key must come with
	Key           string   // X-Appwrite-Key
	Sessions      []string // wire forms of a session's secret, best first
	JWT           string   // X-Appwrite-JWT
	Admin         bool     // X-Appwrite-Mode: admin
	Origin        string   // the host of a page on another origin, if any
	Host          string   // the host that was asked

	IP                 string
	UserAgent          string
	ForwardedUserAgent string // counts only when it comes with a key
	SDK                string
}

// ConsoleProject is the project of administrators, of which Roster has none.
const ConsoleProject = "console"

// Caller is who asks, in which project.
type Caller struct {
	Project roster.Project
	Actor   roster.Actor

	key     *roster.Key
	user    *roster.User
	session *roster.Session
	refusal error // why the credentials are no good, told once it is its turn
	sdk     string
}

// Key returns the API key that the caller came with, or nil.
func (c Caller) Key() *roster.Key { return c.key }

// Refusal is why the caller's project or key is no good, or nil.
func (c Caller) Refusal() error { return c.refusal }

// Identify finds out who asks: steps 1 to 4 of contract section 1.9. What is
// wrong with project and key is kept for [Directory.Admit].
func (d *Directory) Identify(ctx context.Context, c Credentials) (Caller, error) {
	by := Caller{sdk: c.SDK, Actor: roster.Actor{Type: roster.ActorGuest, IP: c.IP, Country: d.Country(c.IP), UserAgent: agentOf(c)}}
	if c.Admin && isConsole(c.Project) && c.Project != "" {
		return by, roster.ErrBadRequest.With("The console project has no admin mode.")
	}
	if err := d.findProject(ctx, &by, c); err != nil {
		return by, err
	}
	if err := d.findUser(ctx, &by, c); err != nil {
		return by, err
	}
	if c.Key != "" {
		return by, d.findKey(ctx, &by, c)
	}
	if c.Origin != "" && c.Origin != c.Host && !platformAllows(by.Project.Settings.Platforms, c.Origin) {
		return by, roster.ErrOrigin
	}
	if c.Admin && by.refusal == nil {
		by.refusal = roster.ErrUnauthorized
	}
	return by, nil
}

func isConsole(project string) bool { return project == "" || project == ConsoleProject }

// agentOf is the user agent that sessions and the log keep (contract section
// 2.4); whoever renders pages on a server with a key may forward its visitor's.
func agentOf(c Credentials) string {
	agent := c.UserAgent
	if c.Key != "" && c.ForwardedUserAgent != "" {
		agent = c.ForwardedUserAgent
	}
	if agent == "" {
		return "UNKNOWN"
	}
	return agent[:min(len(agent), maxUserAgent)]
}

// maxUserAgent is how many bytes of a user agent are kept.
const maxUserAgent = 1024

func (d *Directory) findProject(ctx context.Context, by *Caller, c Credentials) error {
	if isConsole(c.Project) {
		return nil
	}
	p, err := d.cachedProject(ctx, c.Project)
	if errors.Is(err, roster.ErrProjectNotFound) {
		by.refusal, err = roster.ErrProjectNotFound, nil
	}
	by.Project = p
	return err
}

// findUser resolves a session or a JWT; a session that is unknown or expired is
// no session.
func (d *Directory) findUser(ctx context.Context, by *Caller, c Credentials) error {
	if by.Project.Number == 0 {
		return nil
	}
	for _, wire := range c.Sessions {
		user, plain, ok := token.DecodeSession(wire)
		if !ok {
			continue
		}
		s, err := d.Store.SessionByDigest(ctx, by.Project.Number, user, secret.Digest(plain))
		if err == nil && s.ExpiresAt >= d.now() {
			by.session = &s
			err = d.actAs(ctx, by, user)
		}
		if err != nil && !errors.Is(err, roster.ErrSessionNotFound) {
			return err
		}
		break
	}
	if c.JWT == "" {
		return nil
	}
	if by.user != nil {
		return roster.ErrJWTAndSession
	}
	return d.findJWT(ctx, by, c.JWT)
}

func (d *Directory) findJWT(ctx context.Context, by *Caller, text string) error {
	claims, err := token.VerifyJWT(text, d.jwtKey(by.Project), d.Clock())
	if err != nil {
		return roster.ErrJWT
	}
	if claims.SessionID != "" {
		s, err := d.Store.Session(ctx, by.Project.Number, claims.UserID, claims.SessionID)
		if errors.Is(err, roster.ErrSessionNotFound) || err == nil && s.ExpiresAt < d.now() {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return d.actAs(ctx, by, claims.UserID)
}

// actAs makes the user the caller; one that is gone leaves a guest.
func (d *Directory) actAs(ctx context.Context, by *Caller, id string) error {
	u, err := d.Store.User(ctx, by.Project.Number, id)
	if errors.Is(err, roster.ErrUserNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	by.user = &u
	by.Actor.Type, by.Actor.ID, by.Actor.Name, by.Actor.Email = roster.ActorUser, u.ID, u.Name, u.Email
	return nil
}

// findKey resolves an API key. One of a kind that Roster does not mint makes
// its bearer a guest (contract section 2.2).
func (d *Directory) findKey(ctx context.Context, by *Caller, c Credentials) error {
	if c.ProjectHeader == "" || c.ProjectHeader != c.Project {
		return roster.ErrProjectIDMissing
	}
	by.user, by.session = nil, nil
	by.Actor.Type, by.Actor.ID, by.Actor.Name, by.Actor.Email = roster.ActorGuest, "", "", ""
	if by.refusal != nil || foreignKind(c.Key) {
		return nil
	}
	k, err := d.cachedKey(ctx, by.Project.Number, secret.Digest(c.Key))
	switch {
	case errors.Is(err, roster.ErrUnauthorized):
		by.refusal = roster.ErrUnauthorized
	case err != nil:
		return err
	case k.ExpiresAt != 0 && k.ExpiresAt < d.now():
		by.refusal = roster.ErrKeyExpired
	default:
		by.key = k
		by.Actor.Type, by.Actor.ID, by.Actor.Name = roster.ActorKey, k.ID, k.Name
	}
	return nil
}

// Admit judges whether the caller may act now on something that needs one of
// the scopes: steps 6 to 12 of contract section 1.9.
func (d *Directory) Admit(ctx context.Context, by Caller, anyOf []roster.Scope) error {
	switch {
	case by.refusal != nil:
		return by.refusal
	case by.key == nil && by.Project.Number != 0 && !by.Project.Settings.REST:
		return roster.ErrAPIDisabled
	case by.key == nil && by.Project.Number != 0 && !by.Project.Settings.Users:
		return roster.ErrServiceDisabled
	case !slices.ContainsFunc(anyOf, by.holds):
		return roster.ErrScope.With("This needs the scope " + alternatives(anyOf) + ": send the project's id as X-Appwrite-Project and an API key that has the scope as X-Appwrite-Key.")
	case by.user != nil && !by.user.Enabled:
		return roster.ErrUserBlocked
	}
	if err := d.enoughFactors(ctx, by); err != nil {
		return err
	}
	return d.touchKey(ctx, by)
}

func alternatives(scopes []roster.Scope) string {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return strings.Join(names, " or ")
}

// holds reports whether the caller has the scope. A user has none of the users
// service's, but an impersonator may read.
func (c Caller) holds(s roster.Scope) bool {
	switch {
	case c.key != nil:
		return slices.Contains(c.key.Scopes, s)
	case c.user != nil:
		return c.user.Impersonator && s == roster.UsersRead
	}
	return false
}

// enoughFactors wants a second factor of a session whose user has switched MFA
// on and has one to answer with.
func (d *Directory) enoughFactors(ctx context.Context, by Caller) error {
	if by.session == nil || !by.user.MFA || len(by.session.Factors) > 1 {
		return nil
	}
	if by.user.EmailVerified || by.user.PhoneVerified {
		return roster.ErrMoreFactors
	}
	totp, err := d.Store.Authenticator(ctx, by.Project.Number, by.user.ID, "totp")
	if err == nil && totp.Verified {
		return roster.ErrMoreFactors
	}
	if errors.Is(err, roster.ErrAuthenticator) {
		return nil
	}
	return err
}

// keyRest is how often a key's last use is stored (contract section 2.2).
const keyRest = 24 * time.Hour
