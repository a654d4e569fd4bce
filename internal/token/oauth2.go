package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// SignState is what a user takes to another provider and brings back: the id of
// the sign-in, and a mark that only the key's holder can make (companion section
// 8.3).
func SignState(id string, key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id))
	return id + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// ReadState returns the id that SignState signed. A state has one spelling.
func ReadState(text string, key []byte) (id string, ok bool) {
	id, _, ok = strings.Cut(text, ".")
	if !ok || !hmac.Equal([]byte(text), []byte(SignState(id, key))) {
		return "", false
	}
	return id, true
}

// Grant is what a user brings back from another provider to be exchanged for a
// session: a token's secret (companion section 8.3).
type Grant struct {
	Secret   string `json:"secret"`
	Provider string `json:"provider"`
	Expires  int64  `json:"exp"` // seconds since 1970
}

func (g Grant) expires() int64 { return g.Expires }

// SignGrant wraps a grant in a JWT.
func SignGrant(g Grant, key []byte) (string, error) { return sign(g, key) }

// VerifyGrant reads what SignGrant made, as VerifyJWT does.
func VerifyGrant(text string, key []byte, now time.Time) (Grant, error) {
	g, err := verify[Grant](text, key, now)
	if err != nil || g.Secret == "" || g.Provider == "" {
		return Grant{}, ErrJWT
	}
	return g, nil
}
