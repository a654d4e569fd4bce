package password

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// maxBcryptLog2 is the highest cost computed, a few seconds of one core
// (passwords section 6).
const maxBcryptLog2 = 16

// bcryptForm is what crypt_blowfish accepts (passwords section 3.3). The
// library is laxer: it takes any variant, spare salt bits and trailing text.
var bcryptForm = regexp.MustCompile(`^\$2([abxy])\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$`)

type bcryptHash struct {
	text    string
	variant string
	log2    int
}

func parseBcrypt(text string) (bcryptHash, bool) {
	m := bcryptForm.FindStringSubmatch(text)
	if m == nil {
		return bcryptHash{}, false
	}
	log2, err := strconv.Atoi(m[2])
	return bcryptHash{text: text, variant: m[1], log2: log2}, err == nil
}

func (b bcryptHash) excess() string {
	if b.log2 > maxBcryptLog2 {
		return fmt.Sprintf("bcrypt with cost %d is refused: the limit is %d", b.log2, maxBcryptLog2)
	}
	return ""
}

func (b bcryptHash) cost() cost { return cost{cpus: 1, bytes: 8 << 10} }

// matches takes the password for a C string, as PHP does: it ends at the first
// NUL. The library ignores what follows 72 bytes.
func (b bcryptHash) matches(password string) bool {
	password, _, _ = strings.Cut(password, "\x00")
	key := []byte(password)
	if b.variant == "x" {
		key = signExtended(password)
	}
	return bcrypt.CompareHashAndPassword([]byte(b.text), key) == nil
}

// signExtended is the key schedule's input as crypt_blowfish before 1.1 made
// it, written out as the 72 bytes that give today's schedule the same words:
// bytes from 0x80 on were taken for negative and wiped out those before them.
func signExtended(password string) []byte {
	cyclic := password + "\x00"
	key := make([]byte, 0, 72)
	for i := 0; len(key) < 72; i += 4 {
		var word int32
		for j := i; j < i+4; j++ {
			word = word<<8 | int32(int8(cyclic[j%len(cyclic)]))
		}
		key = binary.BigEndian.AppendUint32(key, uint32(word))
	}
	return key
}

// bcryptOptions shows the cost that the text carries, or the contract's 8.
func bcryptOptions(text string) json.RawMessage {
	hash, ok := parseBcrypt(text)
	if !ok {
		hash.log2 = 8
	}
	return encode(struct {
		typeOptions
		Cost int `json:"cost"`
	}{typeOptions{Bcrypt}, hash.log2})
}
