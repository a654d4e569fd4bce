package roster

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// MaxIDLength is the longest id in characters (contract section 1.4, UID).
const MaxIDLength = 36

// ValidID reports whether s may name a resource: 1 to [MaxIDLength] characters
// of A-Z a-z 0-9 . _ - of which the first is a letter or digit.
func ValidID(s string) bool { return validKey(s, MaxIDLength) }

// validKey is the rule of ids with another length.
func validKey(s string, length int) bool {
	if len(s) == 0 || len(s) > length {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case i > 0 && (c == '.' || c == '_' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// NewID makes an id of 20 lower-case hexadecimal digits: 13 of time (seconds,
// then microseconds), so that ids sort by creation, and 7 random ones
// (contract section 6).
func NewID(now time.Time) string {
	var random [4]byte
	rand.Read(random[:])
	return fmt.Sprintf("%08x%05x%s", now.Unix(), now.Nanosecond()/1000, hex.EncodeToString(random[:])[:7])
}
