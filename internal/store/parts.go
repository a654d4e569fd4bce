package store

import (
	"slices"
	"strings"

	"roster"
	"roster/internal/query"
)

// Filters on parts of texts, however many they are and have values, are one
// question to an index of trigrams that knows where each stands: its answer is
// all, and no row is read.

// question is what the index is asked; without text there is none.
type question struct {
	text string
	cost int
}

// What is asked at once is read side by side, and a prefix is held in memory as a
// whole.
const (
	costOfPrefix = 64
	maxCost      = 256
)

func (q question) possible() bool { return q.text != "" && q.cost <= maxCost }

// question is what the index is asked for a filter, if that says all of it.
func (s *selection) question(p roster.ProjectNumber, f query.Filter) (q question) {
	switch {
	case !s.engine.positions:
		return q
	case f.Method == query.And || f.Method == query.Or:
		return s.together(f.Method == query.And, len(f.Filters), func(i int) question { return s.question(p, f.Filters[i]) })
	}
	letter := s.columns[f.Attribute.Name].trigrams
	if letter == "" || !slices.Contains(looking, f.Method) {
		return q
	}
	return s.together(f.Method == query.ContainsAll, len(f.Values), func(i int) question {
		return s.questionOf(p, letter, f.Method, strings.ToLower(f.Values[i].(string)))
	})
}

// questionOf asks for one part. Two characters are what a trigram begins with,
// which is much to collect for a page but little for a total.
func (s *selection) questionOf(p roster.ProjectNumber, letter string, m query.Method, part string) (q question) {
	terms, exact := s.engine.part(p, letter, m, part)
	if two, ok := beginningOf(p, letter, m, part); s.total && ok {
		return question{text: s.engine.terms([]term{two}), cost: costOfPrefix}
	}
	if !exact {
		return q
	}
	return question{text: s.engine.terms(terms), cost: len(terms[0].words)}
}

// together is the question for all, or any, of n others.
func (s *selection) together(all bool, n int, ask func(int) question) (q question) {
	texts := make([]string, n)
	for i := range texts {
		one := ask(i)
		if q.cost += one.cost; one.text == "" || q.cost > maxCost {
			return question{}
		}
		texts[i] = one.text
	}
	q.text = s.engine.together(texts, all)
	return q
}

// ask lets the answer drive the list, or narrows the one that does.
func (s *selection) ask(p roster.ProjectNumber, f query.Filter) bool {
	if !s.driven || s.driver != "" && s.asked.text == "" || s.ofDomain(f) {
		return false
	}
	q := s.question(p, f)
	if q.cost += s.asked.cost; !q.possible() {
		return false
	}
	if s.asked.text == "" {
		s.take(s.engine.matching(trigramIndex, s.arg(q.text)))
		s.asked, s.askedAt = q, len(s.args)-1
		return true
	}
	q.text = s.engine.together([]string{s.asked.text, q.text}, true)
	s.asked, s.args[s.askedAt] = q, q.text
	return true
}

// askBeginning lets two characters, which are what a trigram begins with, drive a
// page. All that begin so are collected before the first row is there, so that
// some users are looked at before.
func (s *selection) askBeginning(p roster.ProjectNumber, f query.Filter) bool {
	c := s.columns[f.Attribute.Name]
	if !s.engine.positions || !s.driven || s.driver != "" || s.total || len(f.Values) != 1 || c.trigrams == "" || !slices.Contains(looking, f.Method) {
		return false
	}
	text := strings.ToLower(f.Values[0].(string))
	two, ok := beginningOf(p, c.trigrams, f.Method, text)
	if !ok {
		return false
	}
	s.take(s.engine.matching(trigramIndex, s.arg(s.engine.terms([]term{two}))))
	s.ahead = &ahead{
		numbers:   "select seq as number from " + s.table + " where project = $1",
		condition: c.lowered() + " like " + s.arg(likePattern(f.Method, text)) + ` escape '\'`,
		most:      s.arg(lookedForTwo),
	}
	return true
}

// lookedForTwo is how many users are looked at before those who have two
// characters are collected. What more than one of forty have fills a page so, and
// fewer are soon collected.
const lookedForTwo = 1000

// answered writes the condition that a row is in the answer, or is not. To leave
// out some pays for a total; a page has most rows soon without.
func (s *selection) answered(p roster.ProjectNumber, f query.Filter) bool {
	c, opposite := s.columns[f.Attribute.Name], opposites[f.Method]
	if opposite != "" && !s.total || opposite == "" && s.ofDomain(f) {
		return false
	}
	if opposite != "" {
		f.Method = opposite
	}
	questions := s.questions(p, f)
	if questions == nil {
		return false
	}
	s.write("(")
	if opposite != "" {
		s.write(c.name, " is not null and not ")
	}
	for i, q := range questions {
		questions[i] = s.engine.matching(trigramIndex, s.arg(q))
	}
	s.among(strings.Join(questions, " union all "))
	s.write(")")
	return true
}

// questions are those whose answers together are all of the filter: one, or
// several if any of many values is looked for.
func (s *selection) questions(p roster.ProjectNumber, f query.Filter) []string {
	if q := s.question(p, f); q.possible() {
		return []string{q.text}
	}
	if !s.engine.positions || len(f.Values) < 2 || f.Method != query.Contains && f.Method != query.ContainsAny {
		return nil
	}
	half := len(f.Values) / 2
	some, others := f, f
	some.Values, others.Values = f.Values[:half], f.Values[half:]
	first := s.questions(p, some)
	if first == nil {
		return nil
	}
	second := s.questions(p, others)
	if second == nil {
		return nil
	}
	return append(first, second...)
}

// opposites are what methods that leave out leave out.
var opposites = map[query.Method]query.Method{
	query.NotContains: query.ContainsAny, query.NotStartsWith: query.StartsWith, query.NotEndsWith: query.EndsWith,
}

// ofDomain reports whether a filter is about the domain of addresses, which has
// an index of its own.
func (s *selection) ofDomain(f query.Filter) bool {
	return f.Method == query.EndsWith && s.columns[f.Attribute.Name].domain && domainOf(f.Method, strings.ToLower(f.Values[0].(string))) != ""
}
