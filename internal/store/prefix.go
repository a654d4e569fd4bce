package store

import (
	"database/sql/driver"
	"slices"
	"strings"

	"roster"
)

// FTS5 reads all that a prefix has before it gives the first user, which is fine
// for what few have and slow for "com", which nearly every address has. Then it is
// quicker to look at users in their order, or at those who have the other words,
// if one of them begins so; what is too rare for that is left to the index.

// spread tells about how many users there are, have the rarest of the other
// words, and have one that begins with the prefix. A prefix that is zero says
// that nobody needs to care.
type spread struct{ users, others, prefix int64 }

// maxWeighed bounds how many words of a search are weighed.
const maxWeighed = 8

// weights are expressions for the number of users, and for the pages of the
// index that each word takes, the last one as a prefix. There are none for a
// search without a prefix.
func (s *selection) weights(p roster.ProjectNumber, search string) (expressions []string) {
	if !s.words || s.engine.pages == nil {
		return nil
	}
	others, prefix := prefixed(termsOf(p, search))
	if prefix == "" {
		return nil
	}
	add := func(low, high string) {
		expressions = append(expressions, s.engine.pages(s.arg([]byte("0"+low)), s.arg([]byte("0"+high))))
	}
	expressions = append(expressions, "(select sum(users) from user_tallies where project = $1)")
	add(prefix, prefix+"\xff")
	for _, t := range others {
		for _, word := range t.words {
			if len(expressions) < maxWeighed {
				add(word, word+"\x01")
			}
		}
	}
	return expressions
}

// prefixed takes the last term off, if it is a prefix.
func prefixed(terms []term) (others []term, prefix string) {
	if last := len(terms) - 1; last >= 0 && terms[last].prefix {
		return terms[:last], terms[last].words[0]
	}
	return terms, ""
}

const (
	// usersOfPage is about how many users a page of the index tells of: from 300,
	// where each word has few, to 700.
	usersOfPage = 300

	// usersOfFew is how many have a word to which no whole page belongs.
	usersOfFew = 30
)

// spreadOf reads the values of weights.
func spreadOf(values []any) (sp spread) {
	if len(values) == 0 {
		return sp
	}
	numbers := make([]int64, len(values))
	for i, v := range values {
		numbers[i], _ = v.(int64)
	}
	sp = spread{users: numbers[0], others: numbers[0], prefix: numbers[1] * usersOfPage}
	if len(numbers) > 2 {
		sp.others = min(sp.others, slices.Min(numbers[2:])*usersOfPage+usersOfFew)
	}
	return sp
}

// How many users of a prefix are collected in the time that it takes to look at
// one of those who stand beside each other in the table, or of some or all who
// have other words, and stand all over it.
const (
	besideEachOther = 12
	someAllOver     = 20
	allOver         = 150
)

// worthless is a prefix so rare that there is nothing to gain.
const worthless = 4 * usersOfPage

// looksAtAll reports whether it is quicker to look at all who have the other
// words than to collect those who have the prefix.
func (sp spread) looksAtAll() bool {
	return sp.prefix > worthless && sp.others < sp.users && sp.others*allOver < sp.prefix
}

// looksAt is how many users, in their order, should be looked at for so many who
// have the prefix, before the rest is left to the index; 0: none.
func (sp spread) looksAt(wanted int64) int64 {
	if sp.prefix <= worthless {
		return 0
	}
	expected := max(wanted, wanted*sp.users/sp.prefix)
	cost := expected * besideEachOther
	if sp.others < sp.users {
		cost = min(expected, sp.others) * someAllOver
	}
	if cost > sp.prefix {
		return 0
	}
	return expected * 4 // they do not stand as evenly as that
}

// begins writes the condition that a user has a word with the prefix.
func (s *selection) begins(prefix string) string {
	_, word, _ := strings.Cut(prefix, "w")
	return "begins_word(" + s.arg(word) + ", id, email, name, phone, labels)"
}

// beginsWord reports whether a user has a word with the prefix, as userWords
// would make them of id, email, name, phone and labels.
func beginsWord(prefix string, texts []driver.Value) bool {
	for i, v := range texts {
		text, _ := v.(string)
		words := wordsOf(text)
		if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, prefix) }) {
			return true
		}
		if labels := i == len(texts)-1; labels && len(words) > 0 && strings.HasPrefix("label", prefix) {
			return true
		}
	}
	return false
}
