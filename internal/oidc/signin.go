package oidc

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"roster"
)

// Request is one sign-in. All but the scopes is random or says where the user
// comes back to, and must be the same when the user does.
type Request struct {
	Callback string   // where the provider sends the user back to
	State    string   // what the provider sends back with the user
	Nonce    string   // what the ID token must repeat
	Verifier string   // what proves that who began also finishes (RFC 7636)
	Scopes   []string // besides the usual ones
}

// NewVerifier makes a verifier of 256 random bits.
func NewVerifier() string { return oauth2.GenerateVerifier() }

// Person is who has signed in there.
type Person struct {
	Subject  string // the provider's own id, which never changes
	Email    string
	Verified bool // the provider vouches for the address
	Name     string
	Tokens   Tokens
}

// Tokens act for the person at the provider. Refresh may be empty, and ExpiresAt
// zero if the provider does not say.
type Tokens struct {
	Access, Refresh string
	ExpiresAt       time.Time
}

// ErrNoSubject is returned if the provider does not say who has signed in.
var ErrNoSubject = errors.New("oidc: the provider names no subject")

func (e endpoints) config(p roster.OIDC, r Request) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: e.Endpoint, RedirectURL: r.Callback,
		Scopes: append([]string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}, r.Scopes...),
	}
}

// Start returns where to send the user to.
func (c *Client) Start(ctx context.Context, p roster.OIDC, r Request) (string, error) {
	e, err := c.endpoints(oidc.ClientContext(ctx, c.http()), p)
	if err != nil {
		return "", short(err)
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(r.Nonce), oauth2.S256ChallengeOption(r.Verifier)}
	if len(p.Prompt) > 0 {
		options = append(options, oauth2.SetAuthURLParam("prompt", strings.Join(p.Prompt, " ")))
	}
	if p.MaxAge != nil {
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.FormatInt(*p.MaxAge, 10)))
	}
	return e.config(p, r).AuthCodeURL(r.State, options...), nil
}

// Finish exchanges the code that the user has brought back and returns who it
// is. With a discovery document that is what a signed ID token says, else what
// the userinfo endpoint says.
func (c *Client) Finish(ctx context.Context, p roster.OIDC, r Request, code string) (Person, error) {
	ctx = oidc.ClientContext(ctx, c.http())
	e, err := c.endpoints(ctx, p)
	if err != nil {
		return Person{}, short(err)
	}
	token, err := e.config(p, r).Exchange(ctx, code, oauth2.VerifierOption(r.Verifier))
	if err != nil {
		return Person{}, short(err)
	}
	said, err := c.claims(ctx, e, p, r, token)
	if err != nil {
		return Person{}, short(err)
	}
	name := strings.ReplaceAll(said.Name, "\x00", "")
	return Person{Subject: said.Subject, Email: said.Email, Verified: bool(said.Verified), Name: name, Tokens: c.tokens(token)}, nil
}

// Refresh exchanges a refresh token for new tokens. The refresh token is the
// same again if the provider makes no new one.
func (c *Client) Refresh(ctx context.Context, p roster.OIDC, refresh string) (Tokens, error) {
	ctx = oidc.ClientContext(ctx, c.http())
	e, err := c.endpoints(ctx, p)
	if err != nil {
		return Tokens{}, short(err)
	}
	token, err := e.config(p, Request{}).TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return Tokens{}, short(err)
	}
	return c.tokens(token), nil
}

func (c *Client) tokens(t *oauth2.Token) Tokens {
	tokens := Tokens{Access: t.AccessToken, Refresh: t.RefreshToken}
	if t.ExpiresIn > 0 {
		tokens.ExpiresAt = c.clock().Add(time.Duration(t.ExpiresIn) * time.Second)
	}
	return tokens
}

// maxCause is how much of an error's text is kept.
const maxCause = 300

// short is an error for the log: without the token endpoint's words, which may
// repeat the secrets that it was sent, and not as long as a provider likes.
func short(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return fmt.Errorf("the token endpoint answers %.100q %.100q", refused.Response.Status, refused.ErrorCode)
	}
	if text := err.Error(); len(text) > maxCause {
		return errors.New(text[:maxCause] + " …")
	}
	return err
}
