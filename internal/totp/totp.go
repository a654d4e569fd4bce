// Package totp speaks with authenticator apps (RFC 6238): it makes the secret
// that an app and Roster share, the link and the picture with which the app
// learns it, and recognises the app's codes (companion section 8.2).
//
// It stores nothing. That a code counts once is for its user to see to: Match
// says which time step was used.
package totp

import (
	"crypto/rand"
	"encoding/base32"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp/hotp"
)

const (
	secretBytes = 64
	period      = 30 // seconds that a code is shown
	skew        = 1  // steps by which clocks may differ
)

// NewSecret returns a random secret as apps want it typed: base32 without
// padding.
func NewSecret() string {
	b := make([]byte, secretBytes)
	rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// Match returns the time step whose code it is: the current one, or a neighbour
// for apps whose clock is not exact. The code is compared in constant time.
func Match(secret, code string, at time.Time) (step int64, ok bool) {
	now := at.Unix() / period
	for s := now - skew; s <= now+skew; s++ {
		if hotp.Validate(code, uint64(s), secret) {
			step, ok = s, true
		}
	}
	return step, ok
}

// What an app shows beside the code is cut to so many bytes, so that the link
// always fits a picture.
const (
	maxIssuer  = 128
	maxAccount = 320
)

// URI is the link that an app reads the secret from. It is written as the
// contract's clients know it: no default is spelled out, and colons, which
// separate issuer and account, are left out of both.
func URI(secret, issuer, account string) string {
	issuer, account = shown(issuer, maxIssuer), shown(account, maxAccount)
	query, label := "secret="+secret, account
	if issuer != "" {
		query, label = "issuer="+escaped(issuer)+"&"+query, issuer+":"+account
	}
	return "otpauth://totp/" + escaped(label) + "?" + query
}

func shown(name string, most int) string {
	name = strings.ReplaceAll(name, ":", "")
	for len(name) > most {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// escaped writes a space as %20, since apps read a + as it stands.
func escaped(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
