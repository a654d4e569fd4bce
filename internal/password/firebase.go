package password

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// firebaseCost is fixed: Firebase's rounds=8 and mem_cost=14. Projects with
// other numbers cannot be expressed on the wire (passwords section 3.8).
var firebaseCost = ScryptParams{CPU: 1 << 14, Memory: 8, Parallel: 1, Length: 32}

// FirebaseParams are the project's and the user's parameters as Firebase's
// command line exports them: standard base64, with or without padding.
type FirebaseParams struct {
	Salt          string `json:"salt"`
	SaltSeparator string `json:"saltSeparator"`
	SignerKey     string `json:"signerKey"`
}

type firebaseOptions struct {
	Type string `json:"type"`
	FirebaseParams
}

// firebaseForm allows the one trailing newline that PHP's $ allows.
var firebaseForm = regexp.MustCompile(`^[A-Za-z0-9+/]+={0,2}\n?$`)

// check applies passwords section 1. A salt or key of "0" is PHP's idea of
// empty, but it also decodes to nothing.
func (p FirebaseParams) check() error {
	switch {
	case !firebaseForm.MatchString(p.Salt) || p.Salt == "0" || len(p.Salt) > maxSaltLength:
		return refuse("passwordSalt", "must be 1 to %d characters of standard base64", maxSaltLength)
	case !firebaseForm.MatchString(p.SaltSeparator) || len(p.SaltSeparator) > maxSaltLength:
		return refuse("passwordSaltSeparator", "must be 1 to %d characters of standard base64", maxSaltLength)
	case !firebaseForm.MatchString(p.SignerKey) || p.SignerKey == "0" || len(p.SignerKey) > maxSaltLength:
		return refuse("passwordSignerKey", "must be 1 to %d characters of standard base64", maxSaltLength)
	}
	return nil
}

type firebaseHash struct {
	text         string
	salt, signer []byte
}

func parseFirebase(h Hash) (scheme, bool) {
	var options firebaseOptions
	if json.Unmarshal(h.Options, &options) != nil || options.check() != nil {
		return nil, false
	}
	hash := firebaseHash{
		text:   h.Text,
		salt:   append(lenient(options.Salt), lenient(options.SaltSeparator)...),
		signer: lenient(options.SignerKey),
	}
	return hash, len(h.Text) == base64.StdEncoding.EncodedLen(len(hash.signer))
}

// lenient decodes as PHP does what has passed firebaseForm: padding and spare
// bits do not matter, and a lone last character is dropped.
func lenient(text string) []byte {
	text = strings.TrimRight(strings.TrimSuffix(text, "\n"), "=")
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(text)
	return decoded
}

func (f firebaseHash) excess() string { return "" }

func (f firebaseHash) cost() cost { return firebaseCost.cost() }

// matches encrypts the signer key with the key derived from the password, not
// the other way round, and compares the base64 text.
func (f firebaseHash) matches(password string) bool {
	key, err := scrypt.Key([]byte(password), f.salt, firebaseCost.CPU, firebaseCost.Memory, firebaseCost.Parallel, firebaseCost.Length)
	if err != nil {
		return false
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return false
	}
	sealed := make([]byte, len(f.signer))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(sealed, f.signer)
	computed := base64.StdEncoding.EncodeToString(sealed)
	return subtle.ConstantTimeCompare([]byte(computed), []byte(f.text)) == 1
}
