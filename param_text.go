package roster

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// TextParam is a string whose number of characters is within the bounds
// (contract section 1.4, TEXT).
type TextParam string

// Parse implements [Kind].
func (t *TextParam) Parse(v Value, b Bounds) error {
	if v.Kind != String {
		return mustBe("a string", v)
	}
	if n := int64(utf8.RuneCountInString(v.Text)); n < b.Min || b.Max > 0 && n > b.Max {
		return problem("must have " + between(b, "characters") + ".")
	}
	if strings.ContainsRune(v.Text, 0) {
		return problem("must not contain the character U+0000.")
	}
	*t = TextParam(v.Text)
	return nil
}

// Schema implements [Kind].
func (TextParam) Schema(b Bounds) Schema {
	s := Schema{"type": "string", "minLength": b.Min}
	if b.Max > 0 {
		s["maxLength"] = b.Max
	}
	return s
}

// ID is the id of something that exists (contract section 1.4, UID).
type ID string

const idPattern = `^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$`

// Parse implements [Kind].
func (id *ID) Parse(v Value, _ Bounds) error {
	if v.Kind != String || !ValidID(v.Text) {
		return problem("must be an id: 1 to 36 of the characters A-Z a-z 0-9 . _ - beginning with a letter or digit.")
	}
	*id = ID(v.Text)
	return nil
}

// Schema implements [Kind].
func (ID) Schema(Bounds) Schema { return Schema{"type": "string", "pattern": idPattern} }

// CustomID is the id of something to be made: "unique()" lets Roster choose
// (contract section 1.4, CUSTOMID).
type CustomID string

// Unique is the literal that asks for a generated id.
const Unique = "unique()"

// Parse implements [Kind].
func (id *CustomID) Parse(v Value, b Bounds) error {
	if v.Kind == String && v.Text == Unique {
		*id = Unique
		return nil
	}
	if err := (*ID)(id).Parse(v, b); err != nil {
		return problem(`must be "unique()" or an id: 1 to 36 of the characters A-Z a-z 0-9 . _ - beginning with a letter or digit.`)
	}
	return nil
}

// Schema implements [Kind].
func (CustomID) Schema(Bounds) Schema {
	return Schema{"type": "string", "pattern": `^(unique\(\)|[A-Za-z0-9][A-Za-z0-9._-]{0,35})$`}
}

// Enum is one of the words of its bounds in any case; it keeps the spelling
// that arrived (contract section 1.4, ENUM). Whoever uses it decides what a
// different spelling means.
type Enum string

// Parse implements [Kind].
func (e *Enum) Parse(v Value, b Bounds) error {
	known := func(word string) bool { return strings.EqualFold(word, v.Text) }
	if v.Kind != String && v.Kind != Number || !slices.ContainsFunc(b.Words, known) {
		return problem("must be one of: " + strings.Join(b.Words, ", ") + ".")
	}
	*e = Enum(v.Text)
	return nil
}

// Schema implements [Kind].
func (Enum) Schema(b Bounds) Schema { return Schema{"type": "string", "enum": b.Words} }

// StrictEnum is one of the words of its bounds, spelled exactly so.
type StrictEnum string

// Parse implements [Kind].
func (e *StrictEnum) Parse(v Value, b Bounds) error {
	if v.Kind != String || !slices.Contains(b.Words, v.Text) {
		return problem("must be one of: " + strings.Join(b.Words, ", ") + ".")
	}
	*e = StrictEnum(v.Text)
	return nil
}

// Schema implements [Kind].
func (StrictEnum) Schema(b Bounds) Schema { return Schema{"type": "string", "enum": b.Words} }

// PasswordParam is a plain password of 8 to 256 bytes (contract section 1.4,
// PW); project policies are judged later. It may be empty if its bounds say so.
type PasswordParam string

// Parse implements [Kind].
func (p *PasswordParam) Parse(v Value, b Bounds) error {
	if v.Kind != String {
		return mustBe("a string", v)
	}
	if v.Text == "" && b.Empty {
		return nil
	}
	if len(v.Text) < 8 || len(v.Text) > 256 {
		return problem("must have 8 to 256 bytes.")
	}
	*p = PasswordParam(v.Text)
	return nil
}

// Schema implements [Kind].
func (PasswordParam) Schema(Bounds) Schema { return Schema{"type": "string", "format": "password"} }
