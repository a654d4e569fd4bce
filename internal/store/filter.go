package store

import (
	"slices"
	"strings"

	"roster"
	"roster/internal/query"
)

// filter writes one condition. Null matches nothing but isNull (contract
// section 5.3), which is how SQL compares anyway.
func (s *selection) filter(p roster.ProjectNumber, f query.Filter) error {
	switch {
	case s.answered(p, f):
		return nil
	case f.Method == query.And || f.Method == query.Or:
		return s.combined(p, f)
	}
	c := s.columns[f.Attribute.Name]
	switch f.Method {
	case query.Search, query.NotSearch:
		return roster.ErrQuery.With("The attribute " + f.Attribute.Name + " has no full-text index. Use the parameter search.")
	case query.IsNull:
		s.write(c.name, " is null")
	case query.IsNotNull:
		s.write(c.name, " is not null")
	case query.Equal:
		s.equal(c, f.Values)
	case query.Between, query.NotBetween:
		s.write(c.name, not(f.Method == query.NotBetween), " between ", s.arg(f.Values[0]), " and ", s.arg(f.Values[1]))
	case query.NotEqual, query.LessThan, query.LessThanEqual, query.GreaterThan, query.GreaterThanEqual:
		s.write(c.name, comparisons[f.Method], s.arg(f.Values[0]))
	default:
		s.pattern(p, c, f)
	}
	return nil
}

var comparisons = map[query.Method]string{
	query.NotEqual: " <> ", query.LessThan: " < ", query.LessThanEqual: " <= ",
	query.GreaterThan: " > ", query.GreaterThanEqual: " >= ",
}

func not(not bool) string {
	if not {
		return " not"
	}
	return ""
}

func (s *selection) combined(p roster.ProjectNumber, f query.Filter) error {
	word := " and "
	if f.Method == query.Or {
		word = " or "
	}
	s.write("(")
	for i, nested := range f.Filters {
		if i > 0 {
			s.write(word)
		}
		if err := s.filter(p, nested); err != nil {
			return err
		}
	}
	s.write(")")
	return nil
}

func (s *selection) equal(c column, values []any) {
	places := s.places(values)
	if c.folded != "" {
		s.write(c.folded, " in (", s.places(lowered(values)), ") and ")
	}
	s.write(c.name, " in (", places, ")")
}

func (s *selection) places(values []any) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = s.arg(v)
	}
	return strings.Join(places, ", ")
}

func lowered(values []any) []any {
	low := make([]any, len(values))
	for i, v := range values {
		low[i] = strings.ToLower(v.(string))
	}
	return low
}

// pattern writes the methods that look inside a text or an array. Each value
// has its own parentheses: in a chain without them, SQLite counts every
// condition of every value towards the 1000 levels that it takes.
func (s *selection) pattern(p roster.ProjectNumber, c column, f query.Filter) {
	negated := f.Method == query.NotContains || f.Method == query.NotStartsWith || f.Method == query.NotEndsWith
	word := " or "
	if negated || f.Method == query.ContainsAll {
		word = " and "
	}
	s.many = len(f.Values) > maxJoined
	s.write("(")
	for i, v := range f.Values {
		if i > 0 {
			s.write(word)
		}
		s.write("(")
		if c.contains != "" {
			s.element(c, v, negated)
		} else {
			s.like(p, c, f.Method, v.(string), negated)
		}
		s.write(")")
	}
	s.write(")")
}

func (s *selection) element(c column, v any, negated bool) {
	if negated {
		s.write("not ")
	}
	if s.driver != "" {
		s.write(strings.ReplaceAll(c.has, "%s", s.arg(v)))
		return
	}
	s.among(strings.ReplaceAll(c.contains, "%s", s.arg(v)))
}

// among writes the condition that a row is one of those that another selection
// has the seq of.
func (s *selection) among(selected string) {
	s.write("seq in (", selected)
	if s.many {
		s.write(s.engine.fence)
	}
	s.write(")")
}

// maxJoined is how many selections of one condition a planner may merge.
const maxJoined = 8

func (s *selection) like(p roster.ProjectNumber, c column, m query.Method, text string, negated bool) {
	text = strings.ToLower(text)
	if domain := domainOf(m, text); domain != "" && c.domain {
		s.write(s.engine.domain, " = ", s.arg(domain))
		return
	}
	if c.trigrams != "" && !negated {
		before := s.text.Len()
		if s.narrow(p, c.trigrams, m, text) {
			return
		}
		if s.text.Len() > before {
			s.write(" and ")
		}
	}
	s.write(c.lowered(), not(negated), " like ", s.arg(likePattern(m, text)), ` escape '\'`)
}

// lowered is the lower-cased text that patterns are matched on.
func (c column) lowered() string {
	if c.lower != "" {
		return c.lower
	}
	return "lower(" + c.name + ")"
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func likePattern(m query.Method, text string) string {
	pattern := likeEscapes.Replace(text)
	if !slices.Contains([]query.Method{query.StartsWith, query.NotStartsWith}, m) {
		pattern = "%" + pattern
	}
	if !slices.Contains([]query.Method{query.EndsWith, query.NotEndsWith}, m) {
		pattern += "%"
	}
	return pattern
}
