package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"roster"
)

// MaxDepth is how many objects and lists of a body may stand inside each other
// (contract section 1.2).
const MaxDepth = 512

// SyntaxError says where a body stops being strict JSON.
type SyntaxError struct {
	Offset  int // bytes from the beginning
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("The body is not valid JSON at byte %d: %s.", e.Offset, e.Problem)
}

// JSON reads one JSON value (RFC 8259). It is stricter than encoding/json:
// invalid UTF-8, lone surrogates and repeated keys are errors, because they
// would make different bytes mean the same password or preference.
func JSON(body []byte) (roster.Value, error) {
	r := &reader{text: body}
	v, err := r.value(0)
	if err != nil {
		return roster.Value{}, err
	}
	if r.blank(); r.at < len(body) {
		return roster.Value{}, r.fail("there is something after the value")
	}
	return v, nil
}

type reader struct {
	text []byte
	at   int
}

func (r *reader) fail(problem string) error { return &SyntaxError{r.at, problem} }

func (r *reader) blank() {
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t' || r.text[r.at] == '\n' || r.text[r.at] == '\r') {
		r.at++
	}
}

// next skips blanks and returns the byte that follows, 0 at the end.
func (r *reader) next() byte {
	if r.blank(); r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) value(depth int) (roster.Value, error) {
	switch c := r.next(); {
	case r.at == len(r.text):
		return roster.Value{}, r.fail("it ends too early")
	case depth == MaxDepth && (c == '{' || c == '['):
		return roster.Value{}, r.fail(fmt.Sprintf("it is nested more than %d deep", MaxDepth))
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.list(depth)
	case c == '"':
		s, err := r.string()
		return roster.Text(s), err
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	}
	return r.word()
}

func (r *reader) list(depth int) (roster.Value, error) {
	v := roster.Value{Kind: roster.List}
	err := r.items(']', func() error {
		element, err := r.value(depth + 1)
		v.List = append(v.List, element)
		return err
	})
	return v, err
}

// object keeps the compact source of the parameters themselves, which is how
// preferences are stored.
func (r *reader) object(depth int) (roster.Value, error) {
	v, seen, start := roster.Value{Kind: roster.Map}, make(map[string]struct{}), r.at
	err := r.items('}', func() error { return r.member(&v, seen, depth) })
	if err == nil && depth == 1 {
		v.JSON = compact(r.text[start:r.at])
	}
	return v, err
}

// items steps over the opening bracket and reads items up to end.
func (r *reader) items(end byte, item func() error) error {
	r.at++
	for first := true; r.next() != end; first = false {
		if !first {
			if r.next() != ',' {
				return r.fail("a comma or a closing bracket is missing")
			}
			r.at++
		}
		if err := item(); err != nil {
			return err
		}
	}
	r.at++
	return nil
}

// compact drops the blanks of JSON that has been read already.
func compact(source []byte) string {
	var b bytes.Buffer
	b.Grow(len(source))
	json.Compact(&b, source)
	return b.String()
}

func (r *reader) member(object *roster.Value, seen map[string]struct{}, depth int) error {
	if r.next() != '"' {
		return r.fail("a key in double quotes is missing")
	}
	start := r.at
	key, err := r.string()
	if err != nil {
		return err
	}
	if _, twice := seen[key]; twice {
		r.at = start
		return r.fail("a key stands twice in one object")
	}
	seen[key] = struct{}{}
	if r.next() != ':' {
		return r.fail("a colon is missing after a key")
	}
	r.at++
	v, err := r.value(depth + 1)
	object.Keys, object.List = append(object.Keys, key), append(object.List, v)
	return err
}

func (r *reader) word() (roster.Value, error) {
	for _, w := range []struct {
		text string
		kind roster.ValueKind
	}{{"true", roster.Bool}, {"false", roster.Bool}, {"null", roster.Null}} {
		if bytes.HasPrefix(r.text[r.at:], []byte(w.text)) {
			r.at += len(w.text)
			return roster.Value{Kind: w.kind, Text: w.text}, nil
		}
	}
	return roster.Value{}, r.fail("a value is missing")
}

func (r *reader) number() (roster.Value, error) {
	start := r.at
	for r.at < len(r.text) && bytes.IndexByte([]byte("+-.eE0123456789"), r.text[r.at]) >= 0 {
		r.at++
	}
	literal := r.text[start:r.at]
	if !json.Valid(literal) {
		r.at = start
		return roster.Value{}, r.fail("a number is malformed")
	}
	return roster.Value{Kind: roster.Number, Text: string(literal)}, nil
}

// string reads a string in quotes. Most have no escapes and are cut out as
// they stand.
func (r *reader) string() (string, error) {
	start := r.at + 1
	for r.at = start; r.at < len(r.text); {
		switch c := r.text[r.at]; {
		case c == '"':
			s := string(r.text[start:r.at])
			r.at++
			return s, nil
		case c == '\\':
			return r.escaped(append([]byte(nil), r.text[start:r.at]...))
		default:
			if err := r.plain(); err != nil {
				return "", err
			}
		}
	}
	return "", r.fail("a string does not end")
}

// plain steps over one character that stands for itself.
func (r *reader) plain() error {
	c := r.text[r.at]
	if c < ' ' {
		return r.fail("a control character stands in a string; write it as \\u00XX")
	}
	if c < utf8.RuneSelf {
		r.at++
		return nil
	}
	char, size := utf8.DecodeRune(r.text[r.at:])
	if char == utf8.RuneError && size == 1 {
		return r.fail("a string is not valid UTF-8")
	}
	r.at += size
	return nil
}

func (r *reader) escaped(b []byte) (string, error) {
	for r.at < len(r.text) {
		start := r.at
		switch r.text[r.at] {
		case '"':
			r.at++
			return string(b), nil
		case '\\':
			char, err := r.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, char)
		default:
			if err := r.plain(); err != nil {
				return "", err
			}
			b = append(b, r.text[start:r.at]...)
		}
	}
	return "", r.fail("a string does not end")
}

var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) escape() (rune, error) {
	if r.at+1 < len(r.text) {
		if char, ok := escapes[r.text[r.at+1]]; ok {
			r.at += 2
			return char, nil
		}
	}
	first, ok := r.hex()
	switch {
	case !ok:
		return 0, r.fail("an escape is malformed")
	case first < 0xD800 || first > 0xDFFF:
		r.at += 6
		return first, nil
	}
	r.at += 6
	second, ok := r.hex()
	if !ok || first > 0xDBFF || second < 0xDC00 || second > 0xDFFF {
		r.at -= 6
		return 0, r.fail("half of a surrogate pair stands alone")
	}
	r.at += 6
	return (first-0xD800)<<10 + (second - 0xDC00) + 0x10000, nil
}

// hex reads the \uXXXX at the current place without stepping over it.
func (r *reader) hex() (rune, bool) {
	if r.at+6 > len(r.text) || r.text[r.at] != '\\' || r.text[r.at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.text[r.at+2:r.at+6]), 16, 32)
	return rune(n), err == nil
}
