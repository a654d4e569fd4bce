package password

import (
	"fmt"
	"strings"

	"roster"
)

// ArgumentError says which parameter of the wire was refused, and why. It
// unwraps to [roster.ErrArgument], so the API answers 400.
//
// The Import functions return it for a text outside 8 to 256 bytes or with a NUL
// character, which no hash has and PostgreSQL cannot hold, for parameters outside
// passwords section 1, and for costs above section 6. Text that does not parse is
// kept: it never verifies, and the contract answers 201.
type ArgumentError struct{ Param, Problem string }

func (e *ArgumentError) Error() string { return e.Param + ": " + e.Problem }

func (e *ArgumentError) Unwrap() error { return roster.ErrArgument.With(e.Error()) }

func refuse(param, format string, args ...any) error {
	return &ArgumentError{Param: param, Problem: fmt.Sprintf(format, args...)}
}

// ImportArgon2 takes the PHC string of Argon2i or Argon2id.
func ImportArgon2(text string) (Hash, error) {
	return imported(Hash{text, Argon2, argon2Options(text)})
}

// ImportBcrypt takes a bcrypt text ($2a$, $2b$, $2x$, $2y$).
func ImportBcrypt(text string) (Hash, error) {
	return imported(Hash{text, Bcrypt, bcryptOptions(text)})
}

// ImportMD5 takes lower-case hexadecimal digits of an unsalted MD5.
func ImportMD5(text string) (Hash, error) {
	return imported(Hash{text, MD5, encode(typeOptions{MD5})})
}

// ImportPHPass takes a portable phpass text ($P$, $H$) or bcrypt.
func ImportPHPass(text string) (Hash, error) {
	return imported(Hash{text, PHPass, encode(phpassOptions{Type: PHPass, Log2: 8})})
}

// ImportSHA takes lower-case hexadecimal digits of an unsalted SHA. The version
// is one of [SHAVersions]; callers pass [DefaultSHA] when the client named none.
func ImportSHA(text, version string) (Hash, error) {
	if _, known := shaVersions[version]; !known {
		return Hash{}, refuse("passwordVersion", "must be one of %s, in lower case", SHAVersions())
	}
	return imported(Hash{text, SHA, encode(shaOptions{version})})
}

// ImportScrypt takes lower-case hexadecimal digits of an RFC 7914 scrypt.
func ImportScrypt(text string, params ScryptParams) (Hash, error) {
	if err := params.check(); err != nil {
		return Hash{}, err
	}
	return imported(Hash{text, Scrypt, encode(scryptOptions{Scrypt, params})})
}

// ImportFirebase takes the standard base64 of Firebase's modified scrypt.
func ImportFirebase(text string, params FirebaseParams) (Hash, error) {
	if err := params.check(); err != nil {
		return Hash{}, err
	}
	return imported(Hash{text, Firebase, encode(firebaseOptions{Firebase, params})})
}

func imported(h Hash) (Hash, error) {
	if len(h.Text) < MinLength || len(h.Text) > MaxLength {
		return Hash{}, refuse("password", "must have %d to %d bytes", MinLength, MaxLength)
	}
	if strings.ContainsRune(h.Text, 0) {
		return Hash{}, refuse("password", "must not contain the character U+0000")
	}
	if s, ok := parse(h); ok {
		if excess := s.excess(); excess != "" {
			return Hash{}, refuse("password", "%s", excess)
		}
	}
	return h, nil
}

type typeOptions struct {
	Type string `json:"type"`
}
