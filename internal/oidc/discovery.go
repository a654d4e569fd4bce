package oidc

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"roster"
)

// discovery is what a document has said, and when.
type discovery struct {
	at       time.Time
	provider *oidc.Provider
	secret   oauth2.AuthStyle // how the client proves itself
	keys     string
}

// discoveryLife is how long a document is believed.
const discoveryLife = 5 * time.Minute

// endpoints are where a provider is asked.
type endpoints struct {
	oauth2.Endpoint
	userInfo string
	keys     string
	provider *oidc.Provider // nil: it has no document, and its ID tokens prove nothing
}

// endpoints combines what the document says with what the project says.
func (c *Client) endpoints(ctx context.Context, p roster.OIDC) (endpoints, error) {
	e := endpoints{Endpoint: oauth2.Endpoint{AuthStyle: oauth2.AuthStyleInParams}}
	if p.WellKnownURL != "" {
		d, err := c.discover(ctx, p.WellKnownURL)
		if err != nil {
			return e, fmt.Errorf("reading %s: %w", p.WellKnownURL, err)
		}
		e = endpoints{Endpoint: d.provider.Endpoint(), userInfo: d.provider.UserInfoEndpoint(), keys: d.keys, provider: d.provider}
		e.AuthStyle = d.secret
	}
	for _, own := range []struct {
		to    *string
		value string
	}{{&e.AuthURL, p.AuthorizationURL}, {&e.TokenURL, p.TokenURL}, {&e.userInfo, p.UserInfoURL}} {
		if own.value != "" {
			*own.to = own.value
		}
	}
	if u, err := url.Parse(e.AuthURL); err != nil || !roster.SecureURL(u) {
		return e, errors.New("the provider's authorization endpoint is not of https")
	}
	return e, nil
}

func (c *Client) discover(ctx context.Context, wellKnown string) (discovery, error) {
	now := c.clock()
	c.mu.Lock()
	d, known := c.found[wellKnown]
	c.mu.Unlock()
	if known && now.Sub(d.at) < discoveryLife {
		return d, nil
	}
	d, err := readDocument(ctx, wellKnown)
	if err != nil {
		return d, err
	}
	d.at = now
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.found, func(_ string, d discovery) bool { return now.Sub(d.at) >= discoveryLife })
	c.found[wellKnown] = d
	return d, nil
}

func readDocument(ctx context.Context, wellKnown string) (discovery, error) {
	issuer, ok := strings.CutSuffix(wellKnown, roster.WellKnownPath)
	if !ok {
		return discovery{}, errors.New("the URL does not end in " + roster.WellKnownPath)
	}
	provider, err := oidc.NewProvider(ctx, issuer)
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) && other.Discovered == issuer+"/" { // as Auth0 writes it
		provider, err = oidc.NewProvider(ctx, other.Discovered)
	}
	if err != nil {
		return discovery{}, err
	}
	var said struct {
		Keys    string   `json:"jwks_uri"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&said); err != nil {
		return discovery{}, err
	}
	d := discovery{provider: provider, secret: oauth2.AuthStyleInHeader, keys: said.Keys} // the standard's default
	if slices.Contains(said.Methods, "client_secret_post") {
		d.secret = oauth2.AuthStyleInParams
	}
	return d, nil
}
