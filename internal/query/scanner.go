package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// scanner reads the legacy syntax:
//
//	query     = method "(" [ argument { "," argument } ] ")"
//	argument  = value | "[" [ value { "," value } ] "]"
//	value     = string | number | "true" | "false" | "null"
//
// with blanks between any two of them.
type scanner struct {
	text string
	pos  int // in bytes
}

// fail refuses the character at pos.
func (s *scanner) fail(expected string) error {
	return fmt.Errorf("at character %d there should be %s", utf8.RuneCountInString(s.text[:s.pos])+1, expected)
}

func (s *scanner) blanks() {
	rest := strings.TrimLeft(s.text[s.pos:], " \t\r\n")
	s.pos = len(s.text) - len(rest)
}

// take reads c after blanks and reports whether it was there.
func (s *scanner) take(c byte) bool {
	s.blanks()
	if s.pos == len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) method() (string, error) {
	s.blanks()
	start := s.pos
	open := strings.IndexByte(s.text[start:], '(')
	if open < 0 {
		return "", s.fail(`a query such as equal("name", ["Mira"])`)
	}
	s.pos += open + 1
	name := strings.TrimRight(s.text[start:start+open], " \t\r\n")
	if slices.Contains(legacyMethods, name) {
		return name, nil
	}
	if strings.Contains(name, ".") {
		return "", fmt.Errorf("the method %s must be named without a dot, as in equal(...)", excerpt(name))
	}
	return "", fmt.Errorf("the method %s is unknown: there are %s", excerpt(name), strings.Join(legacyMethods, ", "))
}

// arguments reads the rest of the query.
func (s *scanner) arguments() ([]any, error) {
	arguments, err := s.sequence(')', s.argument)
	if err != nil {
		return nil, err
	}
	if s.blanks(); s.pos < len(s.text) {
		return nil, s.fail("nothing more")
	}
	return arguments, nil
}

// sequence reads items with commas between them up to the end sign.
func (s *scanner) sequence(end byte, item func() (any, error)) ([]any, error) {
	var items []any
	if s.take(end) {
		return items, nil
	}
	for {
		v, err := item()
		if err != nil {
			return nil, err
		}
		items = append(items, v)
		if s.take(end) {
			return items, nil
		}
		if !s.take(',') {
			return nil, s.fail("a comma or " + string(end))
		}
	}
}

func (s *scanner) argument() (any, error) {
	if s.take('[') {
		return s.sequence(']', s.value)
	}
	return s.value()
}

func (s *scanner) value() (any, error) {
	if s.take('"') {
		return s.quoted('"')
	}
	if s.take('\'') {
		return s.quoted('\'')
	}
	return s.bare()
}

// quoted reads up to the closing quote. A backslash hides only what has a
// meaning here; before anything else it is itself.
func (s *scanner) quoted(quote byte) (any, error) {
	const special = `\"',[]()`
	var b strings.Builder
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		s.pos++
		if c == quote {
			return b.String(), nil
		}
		if c == '\\' && s.pos < len(s.text) && strings.IndexByte(special, s.text[s.pos]) >= 0 {
			c = s.text[s.pos]
			s.pos++
		}
		b.WriteByte(c)
	}
	return nil, s.fail("the quote that ends a string")
}

// bare reads what stands without quotes.
func (s *scanner) bare() (any, error) {
	rest := s.text[s.pos:]
	if end := strings.IndexAny(rest, " \t\r\n,[]()\"'"); end >= 0 {
		rest = rest[:end]
	}
	var v any
	d := json.NewDecoder(strings.NewReader(rest))
	d.UseNumber()
	if d.Decode(&v) != nil || d.InputOffset() != int64(len(rest)) || rest[0] == '{' {
		return nil, s.fail("a string in quotes, a number, true, false or null")
	}
	s.pos += len(rest)
	return v, nil
}
