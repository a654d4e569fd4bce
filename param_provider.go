package roster

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Encryption is how a connection to a mail server is encrypted: one of its
// words in any case, kept in lower case. "none" is kept as the empty word
// (companion section 11).
type Encryption string

// Parse implements [Kind].
func (e *Encryption) Parse(v Value, b Bounds) error {
	var word Enum
	if err := word.Parse(v, b); err != nil {
		return err
	}
	*e = Encryption(strings.ToLower(string(word)))
	return nil
}

// Schema implements [Kind].
func (Encryption) Schema(b Bounds) Schema { return Enum("").Schema(b) }

// MarshalJSON implements [json.Marshaler].
func (e Encryption) MarshalJSON() ([]byte, error) {
	if e == "none" {
		e = ""
	}
	return json.Marshal(string(e))
}

// Object is a JSON object, kept as it was sent, or a text that is one: key files
// are often sent as they were read. An empty one is no object at all.
type Object string

// Parse implements [Kind].
func (o *Object) Parse(v Value, b Bounds) error {
	if v.Kind == String {
		text, ok := compactObject(v.Text)
		if !ok {
			return problem("must be an object, or a text that is one in JSON.")
		}
		v = Value{Kind: Map, JSON: text}
	}
	err := (*Prefs)(o).Parse(v, b)
	if *o == "{}" {
		*o = ""
	}
	return err
}

// compactObject drops the blanks of a JSON object.
func compactObject(text string) (string, bool) {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil || b.Len() == 0 || b.Bytes()[0] != '{' {
		return "", false
	}
	return b.String(), true
}

// Schema implements [Kind].
func (Object) Schema(b Bounds) Schema { return Prefs("").Schema(b) }

// MarshalJSON implements [json.Marshaler].
func (o Object) MarshalJSON() ([]byte, error) { return []byte(o), nil }
