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
func userWords(p roster.ProjectNumber, u *roster.User) []string {
	prefix, all := strconv.Itoa(int(p))+"w", newGrams(32)
	for _, text := range []string{u.ID, u.Email, u.Name, u.Phone} {
		all.addWords(prefix, text)
	}
	for _, label := range u.Labels {
		all.addWords(prefix, "label:"+label)
	}
	return all.list()
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

// maxTrigrams bounds how many trigrams of a long part are looked up; all of the
// part is matched afterwards.
const maxTrigrams = 64

// narrow writes the condition that a row has what the part of a text is looked
// for by, if there is something, and reports whether that says all.
func (s *selection) narrow(p roster.ProjectNumber, letter string, m query.Method, part string) (exact bool) {
	if s.looking {
		return false
	}
	terms, exact := s.engine.part(p, letter, m, part)
	if len(terms) > 0 {
		s.narrowed = true
		s.among(s.engine.matching(trigramIndex, s.arg(s.engine.terms(terms))))
	}
	return exact
}

// part is what a part of a text is looked for by: trigrams that stand beside each
// other are the part, if the index knows where they stand. exact says that
// whatever has them has the part.
func (e *engine) part(p roster.ProjectNumber, letter string, m query.Method, part string) (terms []term, exact bool) {
	grams, exact := gramsFor(p, letter, m, part)
	if e.positions && len(grams) > 0 {
		return []term{{words: grams}}, exact
	}
	for _, g := range grams {
		terms = append(terms, term{words: []string{g}})
	}
	return terms, exact && len(grams) == 1
}

// userTrigrams are what parts of a user's name and addresses are found by: each
// run of three characters, the marks of the beginning and the end included, in
// the order of the text. In the scripts of East Asia one or two characters are a
// word or a name, so that each and each pair of them comes besides, last, in
// order to stand between no two others.
func userTrigrams(p roster.ProjectNumber, u *roster.User) []string {
	number := strconv.Itoa(int(p))
	texts := []indexedText{
		{number + "n", marked(strings.ToLower(u.Name))},
		{number + "e", marked(u.Email)},
		{number + "p", marked(u.Phone)},
	}
	all := newGrams(len(texts[0].runes) + len(texts[1].runes) + len(texts[2].runes))
	for _, t := range texts {
		for i := 3; i <= len(t.runes); i++ {
			all.add(t.prefix, t.runes[i-3:i])
		}
	}
	for _, t := range texts {
		for i, r := range t.runes {
			if wide(r) {
				all.add(t.prefix, t.runes[i:i+1])
			}
			if i > 0 && paired(t.runes[i-1], r) {
				all.add(t.prefix, t.runes[i-1:i+1])
			}
		}
	}
	return all.list()
}

// indexedText is a text with its marks, and what its runs begin with.
type indexedText struct {
	prefix string
	runes  []rune
}

// grams are runs of characters, or words, while they are collected in one piece
// of memory.
type grams struct {
	text []byte
	ends []int
}

// newGrams makes room for about so many.
func newGrams(n int) *grams { return &grams{text: make([]byte, 0, 8*n), ends: make([]int, 0, n)} }

func (g *grams) addWords(prefix, text string) {
	for _, word := range wordsOf(text) {
		g.text = append(append(g.text, prefix...), word...)
		g.ends = append(g.ends, len(g.text))
	}
}

func (g *grams) add(prefix string, runes []rune) {
	g.text = append(g.text, prefix...)
	for _, r := range runes {
		g.text = utf8.AppendRune(g.text, r)
	}
	g.ends = append(g.ends, len(g.text))
}

func (g *grams) list() []string {
	text, list, from := string(g.text), make([]string, len(g.ends)), 0
	for i, end := range g.ends {
		list[i], from = text[from:end], end
	}
	return list
}

// gramsFor are what a part of a text is looked for by, one beside the other;
// exact says that whatever has them so has the part. There are none for one that
// is too short.
func gramsFor(p roster.ProjectNumber, letter string, m query.Method, part string) (list []string, exact bool) {
	var all grams
	runes := sought(m, part)
	prefix, most := strconv.Itoa(int(p))+letter, min(len(runes), maxTrigrams+2)
	for i := 3; i <= most; i++ {
		all.add(prefix, runes[i-3:i])
	}
	if len(runes) == 1 && wide(runes[0]) || len(runes) == 2 && paired(runes[0], runes[1]) {
		all.add(prefix, runes)
	}
	list = all.list()
	return list, len(list) > 0 && most == len(runes) && !slices.Contains(runes, utf8.RuneError)
}

// beginningOf is what two characters are looked for by: they are the beginning of
// a trigram, unless the second is the end.
func beginningOf(p roster.ProjectNumber, letter string, m query.Method, part string) (term, bool) {
	runes := sought(m, part)
	if len(runes) != 2 || runes[1] == textEnd || slices.Contains(runes, utf8.RuneError) || paired(runes[0], runes[1]) {
		return term{}, false
	}
	return term{words: []string{strconv.Itoa(int(p)) + letter + string(runes)}, prefix: true}, true
}

// sought are the characters that are looked for.
func sought(m query.Method, part string) []rune {
	runes := indexed(part)
	switch m {
	case query.StartsWith:
		return slices.Insert(runes, 0, textBegin)
	case query.EndsWith:
		return append(runes, textEnd)
	}
	return runes
}

// marked are the characters of a text between the marks of its beginning and its
// end, unless it is empty.
func marked(text string) []rune {
	if text == "" {
		return nil
	}
	return append(slices.Insert(indexed(text), 0, textBegin), textEnd)
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

// The characters that nobody writes: what stands in for ASCII, and the marks of a
// text's beginning and end.
const (
	firstPrivate = 0xE000
	textBegin    = firstPrivate + utf8.RuneSelf
	textEnd      = textBegin + 1
)

func private(r rune) bool { return r >= firstPrivate && r <= textEnd }

// wide reports whether the character is of a script of East Asia.
func wide(r rune) bool { return r >= 0x2E80 && r <= 0xD7FF || r >= 0x20000 && r <= 0x3FFFF }

// paired reports whether two characters, or one and a mark, are looked for by
// themselves.
func paired(a, b rune) bool {
	return wide(a) && (wide(b) || b == textEnd) || a == textBegin && wide(b)
}
