package password

import (
	"crypto/md5"
	"crypto/subtle"
	"fmt"
	"strings"
)

// maxPHPassLog2 is the highest count computed: 2^20 rounds of MD5, a fraction
// of a second. Texts may say up to 2^30 (passwords section 6).
const maxPHPassLog2 = 20

// phpassAlphabet is the order of crypt(3), not of base64.
const phpassAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// phpassOptions are constants upstream too. RandomState stays empty: upstream
// shows the time and process id that seed its generator.
type phpassOptions struct {
	Type        string `json:"type"`
	Log2        int    `json:"iteration_count_log2"`
	Portable    bool   `json:"portable_hashes"`
	RandomState string `json:"random_state"`
}

type phpassHash struct {
	text string
	log2 int
}

// parsePHPass reads the portable form: identifier, count, 8 bytes of salt, 22
// characters of digest. Any other prefix is bcrypt's, and Argon2 is not reached
// from here (passwords section 3.5).
func parsePHPass(text string) (scheme, bool) {
	if !strings.HasPrefix(text, "$P$") && !strings.HasPrefix(text, "$H$") {
		return parseBcrypt(text)
	}
	if len(text) != 34 {
		return nil, false
	}
	log2 := strings.IndexByte(phpassAlphabet, text[3])
	return phpassHash{text: text, log2: log2}, 7 <= log2 && log2 <= 30
}

func (p phpassHash) excess() string {
	if p.log2 > maxPHPassLog2 {
		return fmt.Sprintf("phpass with 2^%d rounds is refused: the limit is 2^%d", p.log2, maxPHPassLog2)
	}
	return ""
}

func (p phpassHash) cost() cost { return cost{cpus: 1} }

func (p phpassHash) matches(password string) bool {
	digest := md5.Sum([]byte(p.text[4:12] + password))
	round := append(digest[:], password...)
	for range 1 << p.log2 {
		digest = md5.Sum(round)
		copy(round, digest[:])
	}
	computed := p.text[:12] + phpassEncode(digest)
	return subtle.ConstantTimeCompare([]byte(computed), []byte(p.text)) == 1
}

// phpassEncode writes groups of three bytes, little-endian, six bits at a time
// from the low end; the sixteenth byte gives two characters.
func phpassEncode(digest [md5.Size]byte) string {
	padded := append(digest[:], 0, 0)
	var text []byte
	for i := 0; i < len(padded); i += 3 {
		group := uint(padded[i]) | uint(padded[i+1])<<8 | uint(padded[i+2])<<16
		for range 4 {
			text = append(text, phpassAlphabet[group&63])
			group >>= 6
		}
	}
	return string(text[:22])
}
