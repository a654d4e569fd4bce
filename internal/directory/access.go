package directory

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"roster"
	"roster/internal/secret"
	"roster/internal/store"
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
	Impersonate   Impersonation

	IP                 string
	UserAgent          string
	ForwardedUserAgent string // counts only when it comes with a key
	SDK                string
}

// Impersonation names the user whom the caller wants to act as. The first that
// is not empty counts (companion section 3.5).
type Impersonation struct{ ID, Email, Phone string }

// ConsoleProject is the project of administrators, of which Roster has none.
const ConsoleProject = "console"

// Caller is who asks, in which project.
type Caller struct {
	Project roster.Project
	Actor   roster.Actor

	key     *roster.Key
	user    *roster.User
	session *roster.Session
	target  *roster.User // whom the user impersonates
	refusal error        // why the credentials are no good, told once it is its turn
	sdk     string
}

// User is who has signed in, or nil.
func (c Caller) User() *roster.User { return c.user }

// Acting is as whom the caller acts: the user who is impersonated, or else who
// has signed in, or nil. Only the endpoints that say so take it for [Caller.User]
// (companion section 3.5).
func (c Caller) Acting() *roster.User {
	if c.target != nil {
		return c.target
	}
	return c.user
}

// Impersonator is who impersonates, or nil.
func (c Caller) Impersonator() *roster.User {
	if c.target == nil {
		return nil
	}
	return c.user
}

// Session is the session that the caller came with, or nil.
func (c Caller) Session() *roster.Session { return c.session }

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
	if err := d.findTarget(ctx, &by, c.Impersonate); err != nil {
		return by, err
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
// Headers are bytes, and PostgreSQL holds only what is UTF-8.
func agentOf(c Credentials) string {
	agent := c.UserAgent
	if c.Key != "" && c.ForwardedUserAgent != "" {
		agent = c.ForwardedUserAgent
	}
	if agent == "" {
		return "UNKNOWN"
	}
	agent = strings.ToValidUTF8(agent, "?")
	return strings.ToValidUTF8(agent[:min(len(agent), maxUserAgent)], "")
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
		if !ok || !roster.ValidID(user) {
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
	by.become(&u)
	return nil
}

// become makes the user the one who acts, in records.
func (c *Caller) become(u *roster.User) {
	c.Actor.Type, c.Actor.ID, c.Actor.Name, c.Actor.Email = roster.ActorUser, u.ID, u.Name, u.Email
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

// findTarget resolves whom the caller impersonates. A caller who may not, and a
// target that is not there, are ignored (companion section 3.5).
func (d *Directory) findTarget(ctx context.Context, by *Caller, i Impersonation) error {
	if by.user == nil || !by.user.Impersonator || i == (Impersonation{}) {
		return nil
	}
	u, err := d.impersonated(ctx, by.Project.Number, i)
	if errors.Is(err, roster.ErrUserNotFound) {
		return nil
	}
	if err == nil && u.ID != by.user.ID {
		by.target = &u
	}
	return err
}

// impersonated asks the store only for what a user may have: other text may be
// none that PostgreSQL takes.
func (d *Directory) impersonated(ctx context.Context, p roster.ProjectNumber, i Impersonation) (roster.User, error) {
	email := roster.NormalEmail(i.Email)
	switch {
	case i.ID != "" && roster.ValidID(i.ID):
		return d.Store.User(ctx, p, i.ID)
	case i.ID == "" && roster.ValidEmail(email):
		return d.Store.UserByEmail(ctx, p, email)
	case i.ID == "" && i.Email == "" && roster.ValidPhone(i.Phone):
		return d.Store.UserByPhone(ctx, p, i.Phone)
	}
	return roster.User{}, roster.ErrUserNotFound
}

// Access is what an endpoint asks of its callers.
type Access struct {
	Scopes        []roster.Scope             // any one of them suffices
	Service       string                     // the service that must not be switched off
	Impersonators bool                       // users who may impersonate hold users.read
	SignIn        bool                       // guests may, and whoever is signed in may not
	Links         bool                       // guests may, and whoever is signed in
	Method        func(roster.Settings) bool // the way to sign in that the project must allow; nil: any
	OneFactor     bool                       // before the second factor, too
	FreshFactor   bool                       // only soon after a challenge was solved
}

// Admit judges whether the caller may act now: steps 6 to 12 of contract section
// 1.9. Every kind of credential passes here and nowhere else.
func (d *Directory) Admit(ctx context.Context, by Caller, a Access) error {
	keyless := by.key == nil && by.Project.Number != 0
	switch {
	case by.refusal != nil:
		return by.refusal
	case keyless && !by.Project.Settings.REST:
		return roster.ErrAPIDisabled
	case keyless && a.Service == usersService && !by.Project.Settings.Users:
		return roster.ErrServiceDisabled
	case !slices.ContainsFunc(a.Scopes, func(s roster.Scope) bool { return by.holds(s, a) }):
		return roster.ErrScope.With(needed(a.Scopes))
	case by.user != nil && !by.user.Enabled, by.target != nil && !by.target.Enabled:
		return roster.ErrUserBlocked
	}
	if err := d.enoughFactors(ctx, by, a); err != nil {
		return err
	}
	if err := d.touchUser(ctx, by); err != nil {
		return err
	}
	return d.touchKey(ctx, by)
}

// AdmitMethod judges what is judged after the rate limit: whether the project
// allows this way to sign in, and that nobody is signed in yet.
func (d *Directory) AdmitMethod(by Caller, a Access) error {
	switch {
	case a.Method != nil && by.key == nil && !a.Method(by.Project.Settings):
		return roster.ErrMethod
	case a.SignIn && by.user != nil:
		return roster.ErrSessionExists
	}
	return nil
}

// usersService is the service that a project can switch off.
const usersService = "users"

// needed says which credentials carry one of the scopes.
func needed(scopes []roster.Scope) string {
	if slices.Contains(scopes, roster.Account) {
		return "This needs a user who has signed in: send the project's id as X-Appwrite-Project and a session as X-Appwrite-Session, a cookie or a JWT."
	}
	if slices.Contains(scopes, roster.TeamsRead) {
		return "This needs a user who has signed in or an API key with the scope teams.read: send the project's id as X-Appwrite-Project and a session as X-Appwrite-Session, a cookie or a JWT, or the key as X-Appwrite-Key."
	}
	return "This needs the scope " + alternatives(scopes) + ": send the project's id as X-Appwrite-Project and an API key that has the scope as X-Appwrite-Key."
}

func alternatives(scopes []roster.Scope) string {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return strings.Join(names, " or ")
}

// holds reports whether the caller has the scope for an endpoint (companion
// section 3.2). A user has none of the users service's, but an impersonator may
// read some of it.
func (c Caller) holds(s roster.Scope, a Access) bool {
	switch {
	case s == roster.Public:
		return true
	case c.Project.Number == 0:
		return false
	case c.key != nil:
		return s == roster.HealthRead || slices.Contains(c.key.Scopes, s)
	case (a.SignIn || a.Links) && s == roster.SessionsWrite:
		return true
	case c.user != nil:
		return s == roster.Account || s == roster.TeamsRead || s == roster.UsersRead && a.Impersonators && c.user.Impersonator
	}
	return false
}

// enoughFactors wants a second factor of a session if the user, or whom the user
// impersonates, has switched MFA on and has one to answer with (companion
// section 3.4).
func (d *Directory) enoughFactors(ctx context.Context, by Caller, a Access) error {
	if a.FreshFactor && (by.session == nil || by.session.MFAUpdatedAt.Add(freshFactor) < d.now()) {
		return roster.ErrFreshFactor
	}
	if a.OneFactor || by.session == nil || len(by.session.Factors) > 1 {
		return nil
	}
	for _, u := range []*roster.User{by.user, by.target} {
		if u == nil || !u.MFA {
			continue
		}
		can, err := d.hasFactor(ctx, by.Project.Number, u)
		if err != nil || can {
			return cmp.Or[error](err, roster.ErrMoreFactors)
		}
	}
	return nil
}

// freshFactor is how long a solved challenge opens what is protected by one
// (companion section 8.2).
const freshFactor = 30 * time.Minute

// hasFactor reports whether the user can answer with a second factor.
func (d *Directory) hasFactor(ctx context.Context, p roster.ProjectNumber, u *roster.User) (bool, error) {
	if u.EmailVerified || u.PhoneVerified {
		return true, nil
	}
	totp, err := d.Store.Authenticator(ctx, p, u.ID, FactorTOTP)
	if errors.Is(err, roster.ErrAuthenticator) {
		return false, nil
	}
	return err == nil && totp.Verified, err
}

// activityRest is how often a user's last activity is stored (companion section
// 3.2).
const activityRest = 24 * time.Hour

// touchUser stores that a user is active, at most once in a while, and never on
// behalf of an impersonator.
func (d *Directory) touchUser(ctx context.Context, by Caller) error {
	if by.user == nil || by.target != nil || by.user.AccessedAt.Add(activityRest) > d.now() {
		return nil
	}
	return d.Store.Write(ctx, func(tx store.Tx) error {
		by.user.AccessedAt = tx.Now
		return tx.MarkActive(by.Project.Number, by.user)
	})
}

// keyRest is how often a key's last use is stored (contract section 2.2).
const keyRest = 24 * time.Hour
