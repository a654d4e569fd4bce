package roster

import (
	"fmt"
	"slices"
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

// escapedLength is the length of text once non-ASCII is written \uXXXX and "/"
// is written "\/", which is how the contract measures.
func escapedLength(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case r == '/':
			n += 2
		case r < utf8.RuneSelf:
			n++
		case r < 0x10000:
			n += 6
		default:
			n += 12
		}
	}
	return n
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
