package store

import (
	"strconv"

	"roster"
	"roster/internal/query"
)

// Of what many users have, a page is filled soonest by looking at users in their
// order; of what few have, by the index. Not knowing which it is, a page looks at
// some and then asks the index for those behind them.

// ahead are users who are looked at before the list's driver is asked.
type ahead struct {
	numbers   string // selects who could be meant
	condition string // that they are
	most      string // how many are looked at
}

// lookAhead has users looked at, if that fills the page sooner.
func (s *selection) lookAhead(p roster.ProjectNumber, page Page) {
	if s.driver == "" || page.long() || s.spread.looksAtAll() {
		return
	}
	n := s.spread.looksAt(page.Limit + page.Offset)
	if n == 0 {
		return
	}
	others, prefix := prefixed(termsOf(p, page.Search))
	numbers := "select seq as number from " + s.table + " where project = $1"
	if len(others) > 0 {
		numbers = s.engine.matching(wordIndex, s.arg(s.engine.terms(others)))
	}
	s.ahead = &ahead{numbers: numbers, condition: s.begins(prefix), most: s.arg(n)}
}

// afterLooking are the rows of those that are looked at, and only then those
// that the driver gives.
func (s *selection) afterLooking(columns string, after part, orders []query.Order, page Page, backwards bool) string {
	order, desc := s.ordered(after, orders, backwards), orders[0].Desc != backwards
	most := " limit " + s.arg(page.Limit+page.Offset)
	seen := "select number from (" + s.ahead.numbers + ") candidates where 1 = 1" + after.condition + order + " limit " + s.ahead.most
	// Without an order of its own the first half ends as soon as it has enough;
	// it is in the order of what it looks at.
	first := "select " + columns + " from (" + seen + ") driver cross join " + s.table + s.joined() + " and " + s.ahead.condition + most
	rest := "select " + columns + " from " + s.source() + s.text.String() + after.condition + behind("number", seen, s.ahead.most, desc) + order + most
	return oneAfterOther(first, rest)
}

// joined are the conditions of a list whose driver is joined with the table, even
// if the driver alone would do.
func (s *selection) joined() string {
	if s.alone {
		return " where project = $1 and " + s.engine.belongs
	}
	return s.text.String()
}

// firstLooked is how many users are looked at before PostgreSQL's index of
// trigrams is asked, which it reads whole; they take about a millisecond.
const firstLooked = 2000

// lookAtFirst has the first users looked at without the index of trigrams.
func (s *selection) lookAtFirst(p roster.ProjectNumber, page Page) error {
	first := &selection{list: s.list, engine: s.engine, looking: true, spread: s.spread, args: s.args}
	err := first.where(p, page)
	s.first, s.args = first.text.String(), first.args
	return err
}

// afterFirst are the rows of those who are looked at, and only then those that
// the indexes find behind them.
func (s *selection) afterFirst(columns string, after part, orders []query.Order, page Page, backwards bool) string {
	order, desc := s.ordered(after, orders, backwards), orders[0].Desc != backwards
	most := " limit " + s.arg(page.Limit+page.Offset)
	many := strconv.Itoa(firstLooked)
	seen := " from " + s.table + " where project = $1" + after.condition + order + " limit " + many
	first := "select " + columns + " from (select *" + seen + ") " + s.table + s.first + order + most
	rest := "select " + columns + " from " + s.table + s.text.String() + after.condition + behind("seq", "select seq"+seen, many, desc) + order + most
	return oneAfterOther(first, rest)
}

// behind is the condition that rows come after those that were looked at. If
// these are fewer than should have been, there are no others.
func behind(number, seen, most string, desc bool) string {
	last := "max"
	if desc {
		last = "min"
	}
	return " and " + number + than(desc) + "(select case when count(*) = " + most + " then " + last + "(" + number + ") end from (" + seen + ") seen)"
}

// oneAfterOther has the database begin with the rest only if the first rows do
// not fill the page.
func oneAfterOther(first, rest string) string {
	return "select * from (" + first + ") first union all select * from (" + rest + ") rest"
}
