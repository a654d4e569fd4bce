package useragent

import "strings"

// text is an agent beside its lower-case twin. Both have the same length, so
// what is found in one can be cut out of the other.
type text struct{ raw, low string }

// newText lowers ASCII letters only: strings.ToLower changes the length of
// some others.
func newText(ua string) text {
	var low strings.Builder
	low.Grow(len(ua))
	for i := range len(ua) {
		c := ua[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		low.WriteByte(c)
	}
	return text{raw: ua, low: low.String()}
}

// after returns the offset behind the first place where token stands as a word
// of its own, or -1. Token is in lower case. A token that ends in "*" may be
// the beginning of a longer word.
func (t text) after(token string) int {
	token, prefix := strings.CutSuffix(token, "*")
	for end := 0; ; {
		i := strings.Index(t.low[end:], token)
		if i < 0 {
			return -1
		}
		start := end + i
		end = start + len(token)
		if t.beginsWord(start) && (prefix || t.endsWord(end)) {
			return end
		}
	}
}

func (t text) has(token string) bool { return t.after(token) >= 0 }

func (t text) hasAny(tokens []string) bool {
	for _, token := range tokens {
		if t.has(token) {
			return true
		}
	}
	return false
}

func (t text) beginsWord(i int) bool {
	return i == 0 || !isLetter(t.low[i]) || !isLetter(t.low[i-1]) && !isDigit(t.low[i-1])
}

// endsWord takes a digit for the end of a word: "AppleTV11,1", "BB10".
func (t text) endsWord(i int) bool {
	return i == len(t.low) || !isLetter(t.low[i]) || !isLetter(t.low[i-1])
}

// number returns the version at offset i, behind at most one separator, or "".
func (t text) number(i int) string {
	if i < len(t.raw) && strings.IndexByte(" /:", t.raw[i]) >= 0 {
		i++
	}
	end := i
	for end < len(t.raw) && (isDigit(t.raw[end]) || end > i && strings.IndexByte("._", t.raw[end]) >= 0) {
		end++
	}
	if end-i > maxValue {
		return ""
	}
	return strings.ReplaceAll(strings.TrimRight(t.raw[i:end], "._"), "_", ".")
}

// version returns the number behind the first of the tokens that has one.
func (t text) version(tokens ...string) string {
	for _, token := range tokens {
		if i := t.after(token); i >= 0 {
			if v := t.number(i); v != "" {
				return v
			}
		}
	}
	return ""
}

// twoParts cuts a version behind its second component.
func twoParts(version string) string {
	first, rest, _ := strings.Cut(version, ".")
	second, _, more := strings.Cut(rest, ".")
	if !more {
		return version
	}
	return version[:len(first)+1+len(second)]
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
