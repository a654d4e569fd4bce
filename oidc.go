package roster

import (
	"net/netip"
	"net/url"
)

// OIDC is how a project's users sign in with a provider of the project's own
// (companion sections 8.3 and 14).
type OIDC struct {
	Enabled      bool   `json:"enabled"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"` // sealed where it is kept
	// WellKnownURL is the provider's discovery document. The other URLs stand
	// in for what it says, or for all of it.
	WellKnownURL     string   `json:"wellKnownURL"`
	AuthorizationURL string   `json:"authorizationURL"`
	TokenURL         string   `json:"tokenURL"`
	UserInfoURL      string   `json:"userInfoURL"`
	Prompt           []string `json:"prompt"`
	MaxAge           *int64   `json:"maxAge"` // seconds since the user was last asked to sign in there; nil: any
}

// Complete reports whether it says all that signing in needs.
func (o OIDC) Complete() bool {
	located := o.WellKnownURL != "" || o.AuthorizationURL != "" && o.TokenURL != "" && o.UserInfoURL != ""
	return o.ClientID != "" && o.ClientSecret != "" && located
}

// SecureURL reports whether nobody in between can read or change what is asked
// of u: it is of https, or of http on this machine.
func SecureURL(u *url.URL) bool {
	if u.Host == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || err == nil && ip.IsLoopback())
}
