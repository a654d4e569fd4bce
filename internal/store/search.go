package store

import (
	"slices"
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
	case s.spread.looksAtAll():
		others, prefix := prefixed(terms)
		s.match(others)
		s.write(" and ", s.begins(prefix))
	default:
		s.match(terms)
	}
}

// match writes the condition that a row has all words.
func (s *selection) match(terms []term) {
	numbers := s.engine.matching(wordIndex, s.arg(s.engine.terms(terms)))
	if !s.take(numbers) {
		s.write(" and ")
		s.among(numbers)
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

// narrow writes the condition that a row has what the part of a text is looked
// for by, if there is something, and reports whether that says all.
func (s *selection) narrow(p roster.ProjectNumber, letter, part string) (exact bool) {
	grams, exact := gramsFor(p, letter, part)
	if len(grams) > 0 {
		s.among(s.engine.matching(trigramIndex, s.arg(s.engine.terms(termsOfGrams(grams)))))
	}
	return exact
}

func termsOfGrams(grams []string) []term {
	terms := make([]term, len(grams))
	for i, g := range grams {
		terms[i] = term{words: []string{g}}
	}
	return terms
}

// userTrigrams are what parts of a user's name and addresses are found by.
func userTrigrams(p roster.ProjectNumber, u *roster.User) (grams []string) {
	for _, attribute := range []struct{ letter, text string }{{"n", strings.ToLower(u.Name)}, {"e", u.Email}, {"p", u.Phone}} {
		grams = append(grams, trigramsOf(p, attribute.letter, attribute.text)...)
	}
	return grams
}

// trigramsOf returns each run of three characters once. In the scripts of East
// Asia one or two characters are a word or a name, so that each and each pair of
// them is there besides.
func trigramsOf(p roster.ProjectNumber, letter, text string) []string {
	prefix, runes := strconv.Itoa(int(p))+letter, indexed(text)
	grams := make([]string, 0, len(runes))
	seen := make(map[string]bool, len(runes))
	add := func(part []rune) {
		if g := prefix + string(part); !seen[g] {
			seen[g] = true
			grams = append(grams, g)
		}
	}
	for i, r := range runes {
		if i+3 <= len(runes) {
			add(runes[i : i+3])
		}
		if wide(r) {
			add(runes[i : i+1])
		}
		if i+2 <= len(runes) && wide(r) && wide(runes[i+1]) {
			add(runes[i : i+2])
		}
	}
	return grams
}

// gramsFor are what a part of a text is looked for by; exact says that whatever
// has them has the part. There are none for one that is too short.
func gramsFor(p roster.ProjectNumber, letter, part string) (grams []string, exact bool) {
	prefix, runes := strconv.Itoa(int(p))+letter, indexed(part)
	clear := !slices.Contains(runes, utf8.RuneError)
	if len(runes) < 3 {
		if len(runes) == 0 || slices.ContainsFunc(runes, func(r rune) bool { return !wide(r) }) {
			return nil, false
		}
		return []string{prefix + string(runes)}, clear
	}
	for i := 0; i+3 <= len(runes) && i < maxTrigrams; i++ {
		grams = append(grams, prefix+string(runes[i:i+3]))
	}
	return grams, clear && len(runes) == 3
}

// indexed are the characters of a text as they are indexed. Those of ASCII at
// which the tokenizer would split stand in for themselves among the private
// ones, which in turn stand for none.
func indexed(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case private(r):
			runes[i] = utf8.RuneError
		case r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r):
			runes[i] = firstPrivate + r
		}
	}
	return runes
}

// firstPrivate is where the characters begin that nobody writes.
const firstPrivate = 0xE000

func private(r rune) bool { return r >= firstPrivate && r < firstPrivate+utf8.RuneSelf }

// wide reports whether the character is of a script of East Asia.
func wide(r rune) bool { return r >= 0x2E80 && r <= 0xD7FF || r >= 0x20000 && r <= 0x3FFFF }
