package store

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"roster"
	"roster/internal/query"
)

// Words and trigrams are made here and not by the engine, so that both engines
// find the same, and each begins with the project's number, so that a search
// never walks through another project's words. The engine's tokenizer "ascii"
// only splits at the blanks in between.

// wordsOf splits text into words of letters and digits, lower-cased and without
// accents.
func wordsOf(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// fold lower-cases and drops the accents of Latin, Greek and Cyrillic; marks of
// other scripts carry meaning and stay.
func fold(text string) string {
	if ascii(text) {
		return strings.ToLower(text)
	}
	return sameLetters.Replace(strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36F {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text)))
}

// sameLetters are lower-case letters whose capitals are those of others: a word
// must be found in capitals too.
var sameLetters = strings.NewReplacer("ß", "ss", "ς", "σ", "ı", "i")

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// userWords are what a user is found by (contract section 3.1, search).
func userWords(p roster.ProjectNumber, u *roster.User) (words []string) {
	prefix := strconv.Itoa(int(p)) + "w"
	add := func(text string) {
		for _, word := range wordsOf(text) {
			words = append(words, prefix+word)
		}
	}
	for _, text := range []string{u.ID, u.Email, u.Name, u.Phone} {
		add(text)
	}
	for _, label := range u.Labels {
		add("label:" + label)
	}
	return words
}

// search writes the condition that a row has all words: the last one as a
// prefix, those in double quotes as a phrase (contract section 5.6). A search
// without words finds nothing.
func (s *selection) search(p roster.ProjectNumber, text string) {
	terms := termsOf(p, text)
	switch {
	case len(terms) == 0:
		s.write(" and 1 = 0")
	case !s.words:
		s.look(text)
	default:
		s.write(" and ")
		s.among(s.engine.matching(wordIndex, s.arg(s.engine.terms(terms))))
	}
}

// look writes the condition that one of a few columns contains text; for lists
// that are short because they are one user's or one team's, and for teams.
func (s *selection) look(text string) {
	pattern := s.arg(likePattern(query.Contains, strings.ToLower(text)))
	terms := make([]string, len(s.looked))
	for i, column := range s.looked {
		terms[i] = "lower(" + column + ") like " + pattern + ` escape '\'`
	}
	s.write(" and (", strings.Join(terms, " or "), ")")
}

// termsOf reads what is searched for.
func termsOf(p roster.ProjectNumber, text string) (terms []term) {
	prefix := strconv.Itoa(int(p)) + "w"
	parts := strings.Split(text, `"`)
	for i, part := range parts {
		words := wordsOf(part)
		for j := range words {
			words[j] = prefix + words[j]
		}
		quoted := i%2 == 1 && i < len(parts)-1
		switch {
		case len(words) == 0:
		case quoted:
			terms = append(terms, term{words: words})
		default:
			for _, word := range words {
				terms = append(terms, term{words: []string{word}})
			}
			terms[len(terms)-1].prefix = i == len(parts)-1
		}
	}
	return terms
}

// maxTrigrams bounds how many trigrams of a long pattern are looked up; the
// pattern itself is matched afterwards.
const maxTrigrams = 24

// narrow writes the condition that a row has the trigrams of text, if it is
// long enough to have one.
func (s *selection) narrow(p roster.ProjectNumber, letter, text string) {
	grams := trigramsOf(p, letter, text)
	if len(grams) == 0 {
		return
	}
	terms := make([]term, 0, maxTrigrams)
	for _, g := range grams[:min(len(grams), maxTrigrams)] {
		terms = append(terms, term{words: []string{g}})
	}
	s.among(s.engine.matching(trigramIndex, s.arg(s.engine.terms(terms))))
	s.write(" and ")
}

// userTrigrams are what parts of a user's name and addresses are found by.
func userTrigrams(p roster.ProjectNumber, u *roster.User) (grams []string) {
	for _, attribute := range []struct{ letter, text string }{{"n", strings.ToLower(u.Name)}, {"e", u.Email}, {"p", u.Phone}} {
		grams = append(grams, trigramsOf(p, attribute.letter, attribute.text)...)
	}
	return grams
}

// trigramsOf returns each run of three characters once. ASCII characters at
// which the tokenizer would split stand in for themselves 0xE000 higher, among
// the private ones.
func trigramsOf(p roster.ProjectNumber, letter, text string) []string {
	prefix := strconv.Itoa(int(p)) + letter
	runes := []rune(text)
	for i, r := range runes {
		if r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			runes[i] = 0xE000 + r
		}
	}
	var grams []string
	seen := make(map[string]bool, len(runes))
	for i := 0; i+3 <= len(runes); i++ {
		if g := prefix + string(runes[i:i+3]); !seen[g] {
			seen[g] = true
			grams = append(grams, g)
		}
	}
	return grams
}
