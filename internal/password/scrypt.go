package password

import (
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"

	"golang.org/x/crypto/scrypt"
)

// What is computed at most (passwords section 6). Memory is 128*N*r bytes.
// Parallel lanes are computed one after the other, so 128*N*r*p bounds the
// time, to a few seconds of one core; the last limit bounds the buffer of
// 128*r*p bytes between the two PBKDF2.
const (
	maxScryptMemory   = 256 << 20
	maxScryptParallel = 16
	maxScryptWork     = 1 << 30
	maxScryptBuffer   = 16 << 20
)

// maxSaltLength is in characters, as the wire counts.
const maxSaltLength = 128

// ScryptParams are the parameters of RFC 7914 under the names of the wire: CPU
// is N itself and not its logarithm, Memory is r, Parallel is p, Length is the
// bytes of output. Salt is text and is never decoded; "0" is refused, as upstream does.
//
// A Length above 128 is stored, as the contract wants, and never verifies: its
// digits would not fit into the text.
type ScryptParams struct {
	CPU      int    `json:"costCpu"`
	Memory   int    `json:"costMemory"`
	Parallel int    `json:"costParallel"`
	Length   int    `json:"length"`
	Salt     string `json:"salt"`
}

type scryptOptions struct {
	Type string `json:"type"`
	ScryptParams
}

// check names the first parameter that is outside passwords sections 1 and 6.
func (p ScryptParams) check() error {
	if !utf8.ValidString(p.Salt) {
		return refuse("passwordSalt", "must be UTF-8")
	}
	if n := utf8.RuneCountInString(p.Salt); n < 1 || n > maxSaltLength || p.Salt == "0" {
		return refuse("passwordSalt", "must have 1 to %d characters and not be a single 0", maxSaltLength)
	}
	switch {
	case p.CPU <= 1 || p.CPU&(p.CPU-1) != 0:
		return refuse("passwordCpu", "must be a power of two above 1")
	case p.Memory < 1:
		return refuse("passwordMemory", "must be at least 1")
	case p.Parallel < 1:
		return refuse("passwordParallel", "must be at least 1")
	case p.Length < 16:
		return refuse("passwordLength", "must be at least 16")
	}
	return p.checkCost()
}

// checkCost divides the limits instead of multiplying the parameters, which
// might overflow.
func (p ScryptParams) checkCost() error {
	switch {
	case p.CPU > maxScryptMemory/128:
		return refuse("passwordCpu", "must be at most %d", maxScryptMemory/128)
	case p.Memory > maxScryptMemory/128/p.CPU:
		return refuse("passwordMemory", "is too much: 128 times passwordCpu times passwordMemory must be at most %d bytes", maxScryptMemory)
	case p.Parallel > maxScryptParallel:
		return refuse("passwordParallel", "must be at most %d", maxScryptParallel)
	case p.Parallel > maxScryptWork/128/p.CPU/p.Memory:
		return refuse("passwordParallel", "is too much: 128 times passwordCpu times passwordMemory times passwordParallel must be at most %d bytes", maxScryptWork)
	case p.Parallel > maxScryptBuffer/128/p.Memory:
		return refuse("passwordMemory", "is too much: 128 times passwordMemory times passwordParallel must be at most %d bytes", maxScryptBuffer)
	}
	return nil
}

func (p ScryptParams) cost() cost {
	return cost{cpus: 1, bytes: 128 * int64(p.Memory) * int64(p.CPU+p.Parallel+2)}
}

type scryptHash struct {
	ScryptParams
	text string
}

// parseScrypt demands the exact length before anything is computed: there is
// no prefix match (passwords section 3.6).
func parseScrypt(h Hash) (scheme, bool) {
	var options scryptOptions
	if json.Unmarshal(h.Options, &options) != nil || options.check() != nil {
		return nil, false
	}
	hash := scryptHash{options.ScryptParams, h.Text}
	return hash, len(h.Text)%2 == 0 && len(h.Text)/2 == hash.Length
}

// excess is empty because check has refused such parameters by name.
func (s scryptHash) excess() string { return "" }

func (s scryptHash) matches(password string) bool {
	key, err := scrypt.Key([]byte(password), []byte(s.Salt), s.CPU, s.Memory, s.Parallel, s.Length)
	return err == nil && subtle.ConstantTimeCompare([]byte(hex.EncodeToString(key)), []byte(s.text)) == 1
}
