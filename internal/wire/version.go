package wire

import (
	"strconv"
	"strings"
)

// Version is a version of the wire contract, such as 1.9.5, as
// X-Appwrite-Response-Format carries it (contract section 9).
type Version [3]int

// ParseVersion reads up to three numbers between dots.
func ParseVersion(text string) (Version, bool) {
	var v Version
	parts := strings.Split(text, ".")
	if text == "" || len(parts) > len(v) {
		return Version{}, false
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return Version{}, false
		}
		v[i] = int(n)
	}
	return v, true
}

// Before reports whether v is older than other.
func (v Version) Before(other Version) bool {
	for i := range v {
		if v[i] != other[i] {
			return v[i] < other[i]
		}
	}
	return false
}
