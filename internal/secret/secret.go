// Package secret makes random secrets, their digests, and keeps what must be
// read back encrypted under the installation's master key.
//
// It stores nothing but the key file and knows nothing of what it encrypts.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Random returns 2n lower-case hexadecimal digits of n random bytes.
func Random(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Digits returns n random decimal digits, for people to type.
func Digits(n int) string {
	digits := make([]byte, n)
	for i := range digits {
		d, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			panic(err) // the reader never fails
		}
		digits[i] = '0' + byte(d.Int64())
	}
	return string(digits)
}

// Digest is the SHA-256 of a random secret in lower-case hexadecimal. It is no
// password hash: what it digests must have 128 random bits or be short-lived.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// FileName is the name of the key file in a data folder.
const FileName = "master.key"

const keySize = 32

// Keyring holds the master keys: the first encrypts, all decrypt, so that a key
// can be replaced by writing a new line above the old one.
type Keyring struct{ keys []masterKey }

type masterKey struct {
	id    string // names the key in what it encrypted
	bytes []byte
}

// Load reads the key file of the data folder, one key of 64 hexadecimal digits
// per line, newest first. Without a file it makes one that only its owner may
// read.
func Load(dir string) (*Keyring, error) {
	file := filepath.Join(dir, FileName)
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return create(file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the master key: %w", err)
	}
	ring, err := Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("reading the master key %s: %w", file, err)
	}
	return ring, nil
}

// create writes the file under another name first: at its own it is there whole
// or not at all, whatever crashes and however many processes start at once.
func create(file string) (*Keyring, error) {
	key := Random(keySize)
	draft, err := writeDraft(filepath.Dir(file), key+"\n")
	if err != nil {
		return nil, fmt.Errorf("making the master key: %w", err)
	}
	defer os.Remove(draft)
	err = os.Link(draft, file)
	if errors.Is(err, os.ErrExist) {
		return Load(filepath.Dir(file)) // another process was quicker
	}
	if err != nil {
		return nil, fmt.Errorf("making the master key: %w", err)
	}
	return Parse(key)
}

// writeDraft makes a file that only its owner may read and returns its path.
func writeDraft(dir, text string) (string, error) {
	f, err := os.CreateTemp(dir, FileName+".*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// Parse reads keys, one per line, newest first.
func Parse(text string) (*Keyring, error) {
	ring := &Keyring{}
	for line := range strings.FieldsSeq(text) {
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("a key must have %d hexadecimal digits", 2*keySize)
		}
		ring.keys = append(ring.keys, masterKey{Digest(strings.ToLower(line))[:8], key})
	}
	if len(ring.keys) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return ring, nil
}

// Holds reports whether the key with the number is in the ring; Newest is the
// number of the one that encrypts. A number tells keys apart and nothing about
// them.
func (r *Keyring) Holds(number int64) bool {
	return slices.ContainsFunc(r.keys, func(k masterKey) bool { return k.number() == number })
}

// Newest is the number of the key that encrypts; see [Keyring.Holds].
func (r *Keyring) Newest() int64 { return r.keys[0].number() }

func (k masterKey) number() int64 {
	n, err := strconv.ParseInt(k.id, 16, 64)
	if err != nil {
		panic(err) // an id is eight hexadecimal digits
	}
	return n
}

// Derive returns 32 bytes for one purpose (HKDF, RFC 5869). They change with
// the newest master key.
func (r *Keyring) Derive(purpose string) []byte { return r.keys[0].derive(purpose) }

func (k masterKey) derive(purpose string) []byte {
	b, err := hkdf.Key(sha256.New, k.bytes, nil, purpose, keySize)
	if err != nil {
		panic(err) // only for lengths beyond 255 digests
	}
	return b
}

// Seal encrypts text with AES-256-GCM. The place where it is kept (table, row,
// column) is bound to it, so that it opens nowhere else.
func (r *Keyring) Seal(text, place string) string {
	gcm := r.keys[0].cipher()
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce)
	return r.keys[0].id + "." + base64.RawStdEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(text), []byte(place)))
}

// ErrSealed is returned for what cannot be opened: another key, another place,
// or damage.
var ErrSealed = errors.New("secret: cannot decrypt; is the master key the right one?")

// Open decrypts what Seal made for the same place.
func (r *Keyring) Open(sealed, place string) (string, error) {
	id, text, _ := strings.Cut(sealed, ".")
	box, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", ErrSealed
	}
	for _, key := range r.keys {
		gcm := key.cipher()
		if key.id != id || len(box) < gcm.NonceSize() {
			continue
		}
		plain, err := gcm.Open(nil, box[:gcm.NonceSize()], box[gcm.NonceSize():], []byte(place))
		if err == nil {
			return string(plain), nil
		}
	}
	return "", ErrSealed
}

func (k masterKey) cipher() cipher.AEAD {
	block, err := aes.NewCipher(k.derive("seal"))
	if err != nil {
		panic(err) // only for a wrong key size
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for a wrong block size
	}
	return gcm
}
