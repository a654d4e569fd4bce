package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// node is one query of known shape and unknown sense. Its values are what
// encoding/json makes of them, numbers as [json.Number].
type node struct {
	Method    string `json:"method"`
	Attribute string `json:"attribute,omitempty"`
	Values    []any  `json:"values,omitempty"`
}

var errNotObject = errors.New(`must be one JSON object, such as {"method":"limit","values":[25]}`)

func decode(wire string) (node, error) {
	if err := checkText(wire); err != nil {
		return node{}, err
	}
	d := json.NewDecoder(strings.NewReader(wire))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || strings.Trim(wire[d.InputOffset():], " \t\r\n") != "" {
		return node{}, errNotObject
	}
	if hasLoneSurrogate(wire) {
		return node{}, errors.New("must not contain half of a surrogate pair (\\ud800 to \\udfff)")
	}
	return shape(v)
}

func checkText(wire string) error {
	if n := utf8.RuneCountInString(wire); n > MaxLength {
		return fmt.Errorf("must have at most %d characters, and has %d", MaxLength, n)
	}
	if !utf8.ValidString(wire) {
		return errors.New("must be valid UTF-8")
	}
	return nil
}

// shape takes null for an absent key, as clients send it that have no way to
// leave a field out.
func shape(v any) (node, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return node{}, errNotObject
	}
	var n node
	var okMethod, okAttribute, okValues bool
	n.Method, okMethod = field[string](object, "method")
	n.Attribute, okAttribute = field[string](object, "attribute")
	n.Values, okValues = field[[]any](object, "values")
	switch {
	case !okMethod:
		return node{}, errors.New("method must be a string")
	case n.Method == "":
		return node{}, errors.New("method is missing")
	case !okAttribute:
		return node{}, fmt.Errorf("attribute of %s must be a string", excerpt(n.Method))
	case !okValues:
		return node{}, fmt.Errorf("values of %s must be an array", excerpt(n.Method))
	}
	return n, nil
}

func field[T any](object map[string]any, key string) (T, bool) {
	v := object[key]
	t, ok := v.(T)
	return t, ok || v == nil
}

// hasLoneSurrogate looks at valid JSON for an escape that encoding/json would
// silently replace, so that another string were searched than was asked for.
func hasLoneSurrogate(s string) bool {
	for {
		_, after, found := strings.Cut(s, `\`)
		if !found {
			return false
		}
		if after[0] != 'u' {
			s = after[1:]
			continue
		}
		r := unit(after)
		s = after[5:]
		if !utf16.IsSurrogate(r) {
			continue
		}
		if !strings.HasPrefix(s, `\u`) || utf16.DecodeRune(r, unit(s[1:])) == utf8.RuneError {
			return true
		}
		s = s[6:]
	}
}

// unit reads the UTF-16 code unit of s, which begins with u and four digits.
func unit(s string) rune {
	n, _ := strconv.ParseUint(s[1:5], 16, 16)
	return rune(n)
}

// excerpt quotes the beginning of s in printable ASCII: what a client sent
// reaches logs and terminals through messages.
func excerpt(s string) string {
	const most = 24
	if n := 0; len(s) > most {
		for i := range s {
			if n++; n > most {
				return strconv.QuoteToASCII(s[:i] + "...")
			}
		}
	}
	return strconv.QuoteToASCII(s)
}
