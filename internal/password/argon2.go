package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// What is computed at most (passwords section 6).
const (
	maxArgon2Memory  = 1 << 20 // KiB
	maxArgon2Time    = 16
	maxArgon2Threads = 255     // what the library's uint8 holds
	maxArgon2Work    = 4 << 20 // KiB times passes: a few seconds of one core
)

const (
	argon2Version = argon2.Version
	saltLength    = 16
	tagLength     = 32
)

// Params are the costs of Argon2id: Memory in KiB, Time in passes over it, and
// Threads (lanes). Memory is at least 8 times Threads. At most 1 GiB, 16
// passes, 255 lanes, and 4 GiB for memory times passes.
type Params struct {
	Memory  uint32 `json:"memory_cost"`
	Time    uint32 `json:"time_cost"`
	Threads uint32 `json:"threads"`
}

// DefaultParams are the 19 MiB set of OWASP's Password Storage Cheat Sheet:
// against the contract's 64 MiB it takes a third of the memory and a fifth of
// the time (passwords section 6).
var DefaultParams = Params{Memory: 19456, Time: 2, Threads: 1}

// contractParams are shown where there are no true numbers to show.
var contractParams = Params{Memory: 65536, Time: 4, Threads: 3}

// valid applies libargon2's own limits, on which parsing depends.
func (p Params) valid() bool {
	return p.Time >= 1 && p.Threads >= 1 && p.Threads < 1<<24 && uint64(p.Memory) >= 8*uint64(p.Threads)
}

func (p Params) excess() string {
	switch {
	case p.Memory > maxArgon2Memory:
		return fmt.Sprintf("Argon2 with %d KiB of memory is refused: the limit is %d", p.Memory, maxArgon2Memory)
	case p.Time > maxArgon2Time:
		return fmt.Sprintf("Argon2 with %d passes is refused: the limit is %d", p.Time, maxArgon2Time)
	case p.Threads > maxArgon2Threads:
		return fmt.Sprintf("Argon2 with %d lanes is refused: the limit is %d", p.Threads, maxArgon2Threads)
	case p.Memory*p.Time > maxArgon2Work:
		return fmt.Sprintf("Argon2 with %d passes over %d KiB is refused: the limit of their product is %d", p.Time, p.Memory, maxArgon2Work)
	}
	return ""
}

func (p Params) cost() cost {
	return cost{cpus: int64(p.Threads), bytes: int64(p.Memory) << 10}
}

// argon2Form is libargon2's grammar: fixed order, no leading zeros, no padding,
// nothing after the tag (passwords section 3.2). The alphabet stands in the
// pattern because encoding/base64 skips line breaks even when strict.
var argon2Form = regexp.MustCompile(`^\$argon2(id?)(?:\$v=(16|19))?` +
	`\$m=([1-9][0-9]*),t=([1-9][0-9]*),p=([1-9][0-9]*)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$`)

type argon2Hash struct {
	Params
	variant   string // i or id
	version   int
	salt, tag []byte
}

func parseArgon2(text string) (argon2Hash, bool) {
	m := argon2Form.FindStringSubmatch(text)
	if m == nil {
		return argon2Hash{}, false
	}
	hash := argon2Hash{variant: m[1], version: 16} // no v field means 16
	if m[2] != "" {
		hash.version, _ = strconv.Atoi(m[2])
	}
	numbers := parseNumbers(m[3:6], &hash.Memory, &hash.Time, &hash.Threads)
	var errSalt, errTag error
	hash.salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(m[6])
	hash.tag, errTag = base64.RawStdEncoding.Strict().DecodeString(m[7])
	ok := numbers && errSalt == nil && errTag == nil && hash.valid() && len(hash.salt) >= 8 && len(hash.tag) >= 4
	return hash, ok
}

func parseNumbers(digits []string, into ...*uint32) bool {
	for i, d := range digits {
		n, err := strconv.ParseUint(d, 10, 32)
		if err != nil {
			return false
		}
		*into[i] = uint32(n)
	}
	return true
}

// newArgon2 makes an Argon2id hash with fresh salt.
func newArgon2(password string, p Params) argon2Hash {
	hash := argon2Hash{Params: p, variant: "id", version: argon2Version, salt: make([]byte, saltLength)}
	rand.Read(hash.salt)
	hash.tag = hash.derive(password, tagLength)
	return hash
}

func (a argon2Hash) derive(password string, length int) []byte {
	key := argon2.IDKey
	if a.variant == "i" {
		key = argon2.Key
	}
	return key([]byte(password), a.salt, a.Time, a.Memory, uint8(a.Threads), uint32(length))
}

func (a argon2Hash) matches(password string) bool {
	return subtle.ConstantTimeCompare(a.derive(password, len(a.tag)), a.tag) == 1
}

// weakerThan reports whether signing in should replace a by a hash made with p.
func (a argon2Hash) weakerThan(p Params) bool {
	return a.variant != "id" || a.version != argon2Version || a.Memory < p.Memory || a.Time < p.Time ||
		len(a.salt) < saltLength || len(a.tag) < tagLength
}

func (a argon2Hash) text() string {
	base64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2%s$v=%d$m=%d,t=%d,p=%d$%s$%s",
		a.variant, a.version, a.Memory, a.Time, a.Threads, base64(a.salt), base64(a.tag))
}

// argon2Options shows the numbers that the text carries. The contract shows
// constants whatever the text says, which tells an operator nothing; they
// remain for texts without numbers.
func argon2Options(text string) json.RawMessage {
	params := contractParams
	if hash, ok := parseArgon2(text); ok {
		params = hash.Params
	}
	return encode(struct {
		typeOptions
		Params
	}{typeOptions{Argon2}, params})
}
