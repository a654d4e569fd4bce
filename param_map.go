package roster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxPrefsBytes bounds serialized preferences (contract section 1.4, MAP).
const MaxPrefsBytes = 65535

// Prefs is a JSON object, kept as it was sent; an empty list means an empty
// object (contract section 1.4, MAP, and Q1).
type Prefs string

// Parse implements [Kind].
func (p *Prefs) Parse(v Value, _ Bounds) error {
	switch {
	case v.Kind == List && len(v.List) == 0:
		*p = "{}"
		return nil
	case v.Kind != Map:
		return mustBe("an object", v)
	case listLike(v.Keys):
		return problem("must be an object whose keys are not just 0, 1, 2 …")
	case escapedLength(v.JSON) > MaxPrefsBytes:
		return problem(fmt.Sprintf("must have at most %d bytes as JSON.", MaxPrefsBytes))
	}
	*p = Prefs(v.JSON)
	return nil
}

// Schema implements [Kind].
func (Prefs) Schema(Bounds) Schema { return Schema{"type": "object", "additionalProperties": true} }

// listLike reports whether keys are 0, 1, 2 … in order: PHP cannot tell such a
// map from a list, and the contract refuses both.
func listLike(keys []string) bool {
	for i, k := range keys {
		if k != fmt.Sprint(i) {
			return false
		}
	}
	return len(keys) > 0
}

// escapedLength is the length of valid JSON once non-ASCII is written \uXXXX,
// "/" is written "\/" and nothing else is escaped that need not be, which is
// how the contract measures. However a client writes it, it has one length.
func escapedLength(text string) int {
	n := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\\' && text[i+1] == 'u':
			n, size = n+unitLength(text[i+2:i+6]), 6
		case r == '\\':
			n, size = n+2, 2
		case r == '/':
			n += 2
		case r < utf8.RuneSelf:
			n++
		default:
			n += 6 * utf16.RuneLen(r)
		}
		i += size
	}
	return n
}

// unitLength is the length of the UTF-16 unit with the four digits.
func unitLength(digits string) int {
	unit, err := strconv.ParseUint(digits, 16, 16)
	switch {
	case err != nil || unit >= utf8.RuneSelf:
		return 6
	case strings.ContainsRune("/\"\\\b\f\n\r\t", rune(unit)):
		return 2
	case unit < ' ':
		return 6
	}
	return 1
}

// MaxLabels and MaxLabelLength bound a user's labels (contract section 1.4).
const (
	MaxLabels      = 1000
	MaxLabelLength = 36
)

// Labels is a set of words; duplicates are dropped, the order is kept
// (contract section 3.7).
type Labels []string

// Parse implements [Kind].
func (l *Labels) Parse(v Value, _ Bounds) error {
	if v.Kind != List && v.Kind != Map {
		return mustBe("a list of labels", v)
	}
	if len(v.List) > MaxLabels {
		return problem(fmt.Sprintf("must have at most %d labels.", MaxLabels))
	}
	labels := make(Labels, 0, len(v.List))
	for i, label := range v.List {
		if label.Kind != String || !validLabel(label.Text) {
			return problem(fmt.Sprintf("has a bad label at position %d: a label is 1 to %d of the characters A-Z a-z 0-9.", i, MaxLabelLength))
		}
		if !slices.Contains(labels, label.Text) {
			labels = append(labels, label.Text)
		}
	}
	*l = labels
	return nil
}

func validLabel(s string) bool {
	if len(s) == 0 || len(s) > MaxLabelLength {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			return false
		}
	}
	return true
}

// Schema implements [Kind].
func (Labels) Schema(Bounds) Schema {
	return Schema{"type": "array", "maxItems": MaxLabels, "items": Schema{"type": "string", "pattern": "^[A-Za-z0-9]{1,36}$"}}
}
