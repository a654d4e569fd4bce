package password

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"maps"
	"slices"
)

// DefaultSHA is the version of an import that names none.
const DefaultSHA = "sha256"

// shaVersions are those of the contract. The truncated SHA-512 have their own
// initial values; SHA-3 is FIPS 202, not Keccak (passwords section 3.7).
var shaVersions = map[string]func() hash.Hash{
	"sha1":       sha1.New,
	"sha224":     sha256.New224,
	"sha256":     sha256.New,
	"sha384":     sha512.New384,
	"sha512/224": sha512.New512_224,
	"sha512/256": sha512.New512_256,
	"sha512":     sha512.New,
	"sha3-224":   func() hash.Hash { return sha3.New224() },
	"sha3-256":   func() hash.Hash { return sha3.New256() },
	"sha3-384":   func() hash.Hash { return sha3.New384() },
	"sha3-512":   func() hash.Hash { return sha3.New512() },
}

// SHAVersions are the names that [ImportSHA] knows, sorted.
func SHAVersions() []string { return slices.Sorted(maps.Keys(shaVersions)) }

// shaOptions has no type: the contract's has none either.
type shaOptions struct {
	Version string `json:"version"`
}

// digestHash is an unsalted digest as lower-case hexadecimal text.
type digestHash struct {
	text string
	new  func() hash.Hash
}

func parseMD5(text string) (scheme, bool) {
	return digestHash{text, md5.New}, len(text) == hex.EncodedLen(md5.Size)
}

func parseSHA(h Hash) (scheme, bool) {
	var options shaOptions
	if json.Unmarshal(h.Options, &options) != nil {
		return nil, false
	}
	digest, known := shaVersions[options.Version]
	return digestHash{h.Text, digest}, known && len(h.Text) == hex.EncodedLen(digest().Size())
}

func (d digestHash) excess() string { return "" }

func (d digestHash) cost() cost { return cost{cpus: 1} }

func (d digestHash) matches(password string) bool {
	digest := d.new()
	io.WriteString(digest, password)
	computed := hex.EncodeToString(digest.Sum(nil))
	return subtle.ConstantTimeCompare([]byte(computed), []byte(d.text)) == 1
}
