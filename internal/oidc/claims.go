package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"roster"
)

// claims are what a provider says of a person.
type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Name     string `json:"name"`

	AuthorizedParty string  `json:"azp"`
	SignedInAt      float64 `json:"auth_time"` // seconds since 1970
}

// truth is true only if it says so: as a boolean, or as the text that some
// providers write.
type truth bool

// UnmarshalJSON implements [json.Unmarshaler].
func (t *truth) UnmarshalJSON(source []byte) error {
	*t = string(source) == "true" || string(source) == `"true"`
	return nil
}

// maxSubject is how many bytes a subject may have.
const maxSubject = 2048

// claims finds out who has signed in.
func (c *Client) claims(ctx context.Context, e endpoints, p roster.OIDC, r Request, token *oauth2.Token) (claims, error) {
	if e.provider == nil {
		said, err := e.userInfoOf(ctx, token)
		if err == nil {
			err = said.named()
		}
		return said, err
	}
	said, err := c.idToken(ctx, e, p, r, token)
	if err != nil {
		return said, err
	}
	if said.Verified && said.Name != "" || e.userInfo == "" {
		return said, nil
	}
	more, err := e.userInfoOf(ctx, token)
	if err != nil {
		return said, err
	}
	if more.Subject != said.Subject {
		return said, errors.New("the userinfo endpoint speaks of somebody else than the ID token")
	}
	return said.with(more), nil
}

// named wants a subject, of characters that PostgreSQL can hold.
func (c claims) named() error {
	switch {
	case c.Subject == "":
		return ErrNoSubject
	case len(c.Subject) > maxSubject:
		return errors.New("the provider's subject is too long")
	case strings.ContainsRune(c.Subject, 0):
		return errors.New("the provider's subject contains the character U+0000")
	}
	return nil
}

// with adds what the ID token leaves out. The address and whether it is verified
// are taken together or not at all.
func (c claims) with(more claims) claims {
	if !c.Verified && more.Email != "" {
		c.Email, c.Verified = more.Email, more.Verified
	}
	if c.Name == "" {
		c.Name = more.Name
	}
	return c
}

func (e endpoints) userInfoOf(ctx context.Context, token *oauth2.Token) (claims, error) {
	provider := (&oidc.ProviderConfig{UserInfoURL: e.userInfo, JWKSURL: e.keys}).NewProvider(ctx)
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return claims{}, fmt.Errorf("asking the userinfo endpoint: %w", err)
	}
	var said claims
	return said, info.Claims(&said)
}

// idToken verifies the ID token: issuer, audience, signature and expiry by the
// library, the rest here (OpenID Connect Core 1.0, section 3.1.3.7).
func (c *Client) idToken(ctx context.Context, e endpoints, p roster.OIDC, r Request, token *oauth2.Token) (claims, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claims{}, errors.New("the token endpoint gave no ID token")
	}
	verified, err := e.provider.Verifier(&oidc.Config{ClientID: p.ClientID, Now: c.clock}).Verify(ctx, raw)
	if err != nil {
		return claims{}, err
	}
	var said claims
	if err := verified.Claims(&said); err != nil {
		return said, err
	}
	signedInAt := time.Unix(int64(said.SignedInAt), 0)
	switch {
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(r.Nonce)) != 1:
		return said, errors.New("the ID token is of another sign-in: its nonce differs")
	case said.AuthorizedParty != "" && said.AuthorizedParty != p.ClientID:
		return said, errors.New("the ID token is for another client")
	case p.MaxAge != nil && c.clock().Sub(signedInAt) > time.Duration(*p.MaxAge)*time.Second+leeway:
		return said, errors.New("the user has not signed in there within the maximum age, or the ID token does not say when")
	case verified.AccessTokenHash != "":
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return said, err
		}
	}
	return said, said.named()
}

// leeway is how far two clocks may be apart.
const leeway = time.Minute
