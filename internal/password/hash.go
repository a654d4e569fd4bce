package password

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
)

// The algorithm names of the wire contract, in the user model's hash.
const (
	Argon2   = "argon2"
	Bcrypt   = "bcrypt"
	MD5      = "md5"
	PHPass   = "phpass"
	SHA      = "sha"
	Scrypt   = "scrypt"
	Firebase = "scryptMod"
)

// The bytes that a password, and the text of an imported hash, may have.
const (
	MinLength = 8
	MaxLength = 256
)

// Hash is a password as it is stored. Text is what came or was made, never
// trimmed or folded. Options is JSON with the keys and the order of passwords
// section 2; it is opaque to everybody else and may be stored as text.
type Hash struct {
	Text      string          `json:"text"`
	Algorithm string          `json:"algorithm"`
	Options   json.RawMessage `json:"options"`
}

// None is what a user without a password has: no text, and the algorithm and
// options that the contract shows for such users (passwords section 2). It
// never verifies.
func None() Hash {
	return Hash{Algorithm: Argon2, Options: argon2Options("")}
}

// String names the algorithm only: text and options are secrets.
func (h Hash) String() string { return h.Algorithm + " hash" }

// LogValue keeps text and options out of logs.
func (h Hash) LogValue() slog.Value { return slog.StringValue(h.String()) }

// scheme is a hash that has been parsed.
type scheme interface {
	// excess says which cost is above the limits, or "".
	excess() string
	cost() cost
	// matches computes; only for hashes without excess.
	matches(password string) bool
}

// parse reads a stored hash. It fails for whatever can never verify.
func parse(h Hash) (scheme, bool) {
	if len(h.Text) > MaxLength {
		return nil, false
	}
	switch h.Algorithm {
	case Argon2, Bcrypt:
		return parseCrypt(h.Text)
	case PHPass:
		return parsePHPass(h.Text)
	case MD5:
		return parseMD5(h.Text)
	case SHA:
		return parseSHA(h)
	case Scrypt:
		return parseScrypt(h)
	case Firebase:
		return parseFirebase(h)
	}
	return nil, false
}

// parseCrypt serves both endpoints: the prefix decides, not the stored name
// (passwords section 3.1).
func parseCrypt(text string) (scheme, bool) {
	if strings.HasPrefix(text, "$argon2") {
		hash, ok := parseArgon2(text)
		return hash, ok && hash.version == argon2Version
	}
	return parseBcrypt(text)
}

// open parses a hash for verification. The limits are applied again because
// not every stored hash came through an import here.
func open(h Hash) (scheme, bool) {
	s, ok := parse(h)
	return s, ok && s.excess() == ""
}

// encode writes options without the HTML escapes of [json.Marshal], which
// would change how a salt looks.
func encode(options any) json.RawMessage {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(options); err != nil {
		panic(err) // options are structs of strings, numbers and booleans
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}
