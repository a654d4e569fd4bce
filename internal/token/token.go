// Package token writes and reads what a client carries: session secrets and
// JWTs (contract section 7). It knows the forms; whether what they say holds is
// the directory's business.
package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// EncodeSession returns the wire form of a session's secret (section 7.2).
func EncodeSession(user, secret string) string {
	text, err := json.Marshal(sessionForm{user, secret})
	if err != nil {
		panic(err) // strings always marshal
	}
	return base64.StdEncoding.EncodeToString(text)
}

type sessionForm struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// DecodeSession reads the wire form; whatever is not one counts as absent.
// Missing padding is tolerated.
func DecodeSession(wire string) (user, secret string, ok bool) {
	if strings.ContainsAny(wire, "\r\n") {
		return "", "", false // the decoder would skip them
	}
	text, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(wire, "="))
	if err != nil {
		return "", "", false
	}
	var form sessionForm
	if json.Unmarshal(text, &form) != nil || form.ID == "" || form.Secret == "" {
		return "", "", false
	}
	return form.ID, form.Secret, true
}

// Claims are what a JWT says (section 7.3). Without a SessionID it is valid
// until it expires.
type Claims struct {
	UserID    string `json:"userId"`
	SessionID string `json:"sessionId"`
	Expires   int64  `json:"exp"` // seconds since 1970
}

// header stands as the contract writes it, which a map would not.
const header = `{"typ":"JWT","alg":"HS256"}`

// SignJWT makes a JWT.
func SignJWT(c Claims, key []byte) (string, error) { return sign(c, key) }

func sign(claims any, key []byte) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := jwt.SigningMethodHS256.Sign(text, key)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// ErrJWT is returned for a JWT that is malformed, wrongly signed or expired.
var ErrJWT = errors.New("token: not a valid JWT")

// VerifyJWT reads a JWT that is signed with key by HS256 and expires after now;
// there is no leeway. A token has one spelling: other base64 of the same bytes
// is refused.
func VerifyJWT(text string, key []byte, now time.Time) (Claims, error) {
	c, err := verify[Claims](text, key, now)
	if err != nil || c.UserID == "" {
		return Claims{}, ErrJWT
	}
	return c, nil
}

func verify[T expiring](text string, key []byte, now time.Time) (T, error) {
	var none T
	if strings.ContainsAny(text, "\r\n") {
		return none, ErrJWT // the decoder would skip them, even a strict one
	}
	var c wireClaims[T]
	_, err := jwt.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil || !now.Before(time.Unix(c.said.expires(), 0)) {
		return none, ErrJWT
	}
	return c.said, nil
}

// expiring are the claims of a JWT, which always ends.
type expiring interface{ expires() int64 }

func (c Claims) expires() int64 { return c.Expires }

// wireClaims lets the JWT library judge the expiry.
type wireClaims[T expiring] struct{ said T }

// UnmarshalJSON implements [json.Unmarshaler].
func (c *wireClaims[T]) UnmarshalJSON(source []byte) error { return json.Unmarshal(source, &c.said) }

func (c *wireClaims[T]) GetExpirationTime() (*jwt.NumericDate, error) {
	return jwt.NewNumericDate(time.Unix(c.said.expires(), 0)), nil
}
func (c *wireClaims[T]) GetIssuedAt() (*jwt.NumericDate, error)  { return nil, nil }
func (c *wireClaims[T]) GetNotBefore() (*jwt.NumericDate, error) { return nil, nil }
func (c *wireClaims[T]) GetIssuer() (string, error)              { return "", nil }
func (c *wireClaims[T]) GetSubject() (string, error)             { return "", nil }
func (c *wireClaims[T]) GetAudience() (jwt.ClaimStrings, error)  { return nil, nil }
