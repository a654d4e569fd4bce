package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roster"
	"roster/internal/oidc"
	"roster/internal/secret"
	"roster/internal/token"
)

// OIDCProvider is what the contract calls a project's own provider.
const OIDCProvider = "oidc"

// oauth2Factors are those of a session from another provider, which has asked
// for as many as it thinks right (companion section 7).
var oauth2Factors = []string{"email", "oauth2"}

// OIDCPlace is what the secret of a project's provider is sealed to.
func OIDCPlace(p roster.Project) string { return fmt.Sprintf("projects.oidc:%d:%s", p.Number, p.ID) }

// UpdateOIDC applies edit to how the project's users sign in with its provider,
// and sets the client's secret unless it is nil (companion section 14).
func (d *Directory) UpdateOIDC(ctx context.Context, by Caller, secret *string, edit func(*roster.OIDC)) (roster.OIDC, error) {
	var o roster.OIDC
	sealed := ""
	if secret != nil {
		sealed = d.seal(*secret, OIDCPlace(by.Project))
	}
	err := d.write(ctx, by, func(c change) error {
		p, err := c.Project(by.Project.ID)
		if err != nil {
			return err
		}
		o = p.OIDC
		if edit(&o); secret != nil {
			o.ClientSecret = sealed
		}
		if o.Enabled && !o.Complete() {
			return roster.ErrArgument.With("To be enabled, the provider needs clientId, clientSecret, and either wellKnownURL or all of authorizationURL, tokenURL and userInfoURL.")
		}
		changes := differences(loggedOIDC(p.OIDC), loggedOIDC(o))
		if changes == "" && secret == nil {
			return nil
		}
		if err := c.SetOIDC(c.project(), o); err != nil {
			return err
		}
		return c.record(roster.OIDCUpdated, "", "", changes)
	})
	d.forget()
	return o, err
}

// loggedOIDC is what the activity log keeps: all but the secret.
func loggedOIDC(o roster.OIDC) []namedValue {
	return []namedValue{
		{"enabled", o.Enabled}, {"clientId", o.ClientID}, {"wellKnownURL", o.WellKnownURL}, {"authorizationURL", o.AuthorizationURL},
		{"tokenURL", o.TokenURL}, {"userInfoURL", o.UserInfoURL}, {"prompt", o.Prompt}, {"maxAge", o.MaxAge},
	}
}

// providerOf is the project's provider with the secret in clear.
func (d *Directory) providerOf(p roster.Project) (roster.OIDC, error) {
	o := p.OIDC
	err := d.unseal(OIDCPlace(p), &o.ClientSecret)
	return o, err
}

// Arrival is a user who has come back from the provider: with a session and the
// wire form of its secret, or with a grant to be exchanged for one.
type Arrival struct {
	UserID  string
	Session roster.Session
	Secret  string
	Grant   string
}

// FinishFlow lets the user in who comes back with the code (companion section
// 8.3). The provider is asked before the transaction begins.
func (d *Directory) FinishFlow(ctx context.Context, by Caller, f Flow, code string) (Arrival, error) {
	if err := signsInByOIDC(by.Project); err != nil {
		return Arrival{}, err
	}
	if f.User != by.userID() {
		return Arrival{}, roster.ErrUnauthorized.With("Somebody else has signed in here since the sign-in began. Begin it again.")
	}
	if code == "" {
		return Arrival{}, roster.ErrOAuthProvider
	}
	provider, err := d.providerOf(by.Project)
	if err != nil {
		return Arrival{}, err
	}
	who, err := d.OIDC.Finish(ctx, provider, f.request(""), code)
	switch {
	case errors.Is(err, oidc.ErrNoSubject):
		return Arrival{}, roster.ErrOAuthNoSubject
	case err != nil:
		return Arrival{}, d.unanswered(ctx, roster.ErrOAuthExchange, err)
	}
	if f.Token {
		return d.arriveWithGrant(ctx, by, newVisitor(f, who))
	}
	return d.arriveWithSession(ctx, by, newVisitor(f, who))
}

// unanswered is what the failure of a provider is to the user. Why it failed is
// for the log.
func (d *Directory) unanswered(ctx context.Context, e *roster.Error, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return e.From(err)
}

// writeArrival writes what fn does with a visitor. Another sign-in of the same
// visitor may have made the user or the link in the same moment: what is taken
// at first is found by the second try.
func (d *Directory) writeArrival(ctx context.Context, by Caller, fn func(change) error) error {
	err := d.write(ctx, by, fn)
	var e *roster.Error
	if errors.As(err, &e) && e.Status == roster.ErrUserExists.Status {
		return d.write(ctx, by, fn)
	}
	return err
}

func (d *Directory) arriveWithSession(ctx context.Context, by Caller, v visitor) (Arrival, error) {
	s, plain := d.newSession(by, "", OIDCProvider, oauth2Factors)
	s.ProviderUID = v.uid
	d.keepTokens(&s, by.Project, v.tokens)
	err := d.writeArrival(ctx, by, func(c change) error {
		u, err := c.arrive(d, v)
		if err != nil {
			return err
		}
		s.UserID = u.ID
		return c.enter(d, &u, &s, signingIn{})
	})
	return Arrival{UserID: s.UserID, Session: s, Secret: token.EncodeSession(s.UserID, plain)}, err
}

// SessionPlace is what the provider's tokens of a session are sealed to.
func SessionPlace(p roster.Project, id string) string {
	return fmt.Sprintf("sessions.tokens:%d:%s", p.Number, id)
}

// keepTokens seals the provider's tokens into the session.
func (d *Directory) keepTokens(s *roster.Session, p roster.Project, t oidc.Tokens) {
	s.ProviderAccessToken = d.seal(t.Access, SessionPlace(p, s.ID))
	s.ProviderRefreshToken = d.seal(t.Refresh, SessionPlace(p, s.ID))
	s.ProviderAccessTokenExpiry = momentOf(t.ExpiresAt)
}

func momentOf(t time.Time) roster.Time {
	if t.IsZero() {
		return 0
	}
	return roster.TimeOf(t)
}

// refreshTokens asks the provider of one of the caller's sessions for fresh
// tokens, and returns what puts them into the session (companion section 8.1).
func (d *Directory) refreshTokens(ctx context.Context, by Caller, id string) (func(*roster.Session), error) {
	nothing := func(*roster.Session) {}
	s, err := d.Store.Session(ctx, by.Project.Number, by.user.ID, id)
	if err != nil || s.ProviderRefreshToken == "" {
		return nothing, err
	}
	if s.Provider != OIDCProvider || !by.Project.OIDC.Complete() {
		return nothing, roster.ErrOAuthUnsupported
	}
	provider, err := d.providerOf(by.Project)
	if err != nil {
		return nothing, err
	}
	old := s.ProviderRefreshToken
	if err := d.openTokens(by.Project, &s); err != nil {
		return nothing, err
	}
	fresh, err := d.OIDC.Refresh(ctx, provider, s.ProviderRefreshToken)
	if err != nil {
		return nothing, d.unanswered(ctx, roster.ErrOAuthExchange, err)
	}
	return func(now *roster.Session) {
		if now.ProviderRefreshToken == old { // else somebody else was quicker, and has newer ones
			d.keepTokens(now, by.Project, fresh)
		}
	}, nil
}

// openTokens decrypts the provider's tokens of a session.
func (d *Directory) openTokens(p roster.Project, s *roster.Session) error {
	return d.unseal(SessionPlace(p, s.ID), &s.ProviderAccessToken, &s.ProviderRefreshToken)
}

// grantLife is how long a product may take to exchange a grant, which has been
// in a URL.
const grantLife = time.Minute

func (d *Directory) arriveWithGrant(ctx context.Context, by Caller, v visitor) (Arrival, error) {
	plain := secret.Random(32)
	t := roster.Token{
		ID: d.newID(), Type: roster.TokenOAuth2, SecretDigest: secret.Digest(plain), UserAgent: by.Actor.UserAgent, IP: by.Actor.IP,
	}
	err := d.writeArrival(ctx, by, func(c change) error {
		u, err := c.arrive(d, v)
		if err != nil {
			return err
		}
		t.UserID, t.CreatedAt, t.ExpiresAt = u.ID, c.Now, c.Now.Add(grantLife)
		if err := c.CreateToken(c.project(), &t); err != nil {
			return err
		}
		c.actAs(&u)
		return c.record(roster.TokenCreated, u.ID, t.ID, "")
	})
	if err != nil {
		return Arrival{}, err
	}
	grant := token.Grant{Secret: plain, Provider: OIDCProvider, Expires: d.Clock().Add(grantLife).Unix()}
	text, err := token.SignGrant(grant, d.grantKey(by.Project))
	return Arrival{UserID: t.UserID, Grant: text}, err
}

func (d *Directory) grantKey(p roster.Project) []byte {
	return d.Secrets.Derive("oauth2 grant:" + p.ID)
}

// spendGrant spends the grant's token, and gives the session what the sign-in
// has left with the identity.
func (c change) spendGrant(d *Directory, u *roster.User, s *roster.Session, g token.Grant) error {
	if err := c.spendToken(u, roster.TokenOAuth2, g.Secret); err != nil {
		return err
	}
	i, err := c.FreshestIdentity(c.project(), u.ID, g.Provider)
	if err == roster.ErrIdentityNotFound {
		return roster.ErrToken // it was unlinked meanwhile
	}
	if err != nil {
		return err
	}
	if err := d.openIdentity(c.by.Project, &i); err != nil {
		return err
	}
	place := SessionPlace(c.by.Project, s.ID)
	s.ProviderUID, s.ProviderAccessTokenExpiry = i.ProviderUID, i.ProviderAccessTokenExpiry
	s.ProviderAccessToken, s.ProviderRefreshToken = d.seal(i.ProviderAccessToken, place), d.seal(i.ProviderRefreshToken, place)
	return nil
}
