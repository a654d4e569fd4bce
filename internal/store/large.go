package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"roster"
	"roster/internal/query"
)

// Lists of users may be millions long. What is here makes a page of one as
// quick as one of a short list: rows are found in their order by an index, what
// is not shown is not read, and nothing is sorted that an index has in order.

// pageOfLarge selects the rows of a page: first their numbers and what they are
// ordered by, then, for those that are shown, all the rest.
func (s *Store) pageOfLarge(ctx context.Context, l *list, p roster.ProjectNumber, page Page) (*results, error) {
	orders := order(page.Orders)
	if random(orders) {
		return s.page(ctx, l, p, page, userColumns, withTargets)
	}
	asked := orders
	orders = decisive(orders)
	known, err := s.find(ctx, l, p, page, asked)
	if err != nil {
		return nil, err
	}
	inOrder := orders[0].Attribute == bySeq
	sel, err := s.where(l, p, page, inOrder && s.engine.streams, known.spread)
	if err != nil {
		return nil, err
	}
	sel.lookAhead(p, page)
	if sel.narrowed && inOrder && !s.engine.streams && !page.long() {
		if err := sel.lookAtFirst(p, page); err != nil {
			return nil, err
		}
	}
	parts, err := sel.partsOf(asked, known.cursor, page)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 && page.Offset == 0 && len(page.Filters) == 0 && page.Search == "" {
		text := sel.rows(userColumns, parts, orders, page)
		return s.list(ctx, withTargets(text, l.orderBy(orders, false)), sel.args...)
	}
	text := sel.rows(sel.keys(orders), parts, orders, page)
	return s.list(ctx, withRest(text, l.orderBy(orders, false)), sel.args...)
}

// decisive leaves out what comes after an attribute that no two rows share.
func decisive(orders []query.Order) []query.Order {
	for i, o := range orders {
		if o.Attribute.Name == "$id" || o.Attribute.Name == "$sequence" {
			return orders[:i+1]
		}
	}
	return orders
}

// withRest joins selected numbers with the rows of users and their targets.
func withRest(selected, order string) string {
	return "select " + ofUsers + ", " + targetJoined + " from (" + selected + ") page cross join users" +
		" left join targets on targets.project = $1 and targets.user_id = users.id where users.project = $1 and users.seq = page.seq order by " + qualified(order)
}

var ofUsers = "users." + strings.Join(columnsOf(userColumns), ", users.")

// keys are the columns that a page is made from: the numbers, and those that it
// is ordered by.
func (s *selection) keys(orders []query.Order) string {
	keys := []string{"seq"}
	if s.driver != "" {
		keys[0] = "number as seq"
	}
	for _, o := range orders {
		if name := s.columns[o.Attribute.Name].name; name != "seq" {
			keys = append(keys, name)
		}
	}
	return strings.Join(keys, ", ")
}

// maxParts bounds how many rows are read from each of several parts of a list,
// which are then put together.
const maxParts = 10_000

// long reports whether a page ends behind maxParts rows; limit and offset may
// overflow together.
func (p Page) long() bool { return p.Limit > maxParts || p.Offset > maxParts-p.Limit }

// rows selects columns of the page's rows out of the parts, which follow each
// other.
func (s *selection) rows(columns string, parts []part, orders []query.Order, page Page) string {
	backwards := page.Cursor != nil && page.Cursor.Before
	end := " limit " + s.arg(page.Limit) + " offset " + s.arg(page.Offset)
	from := "select " + columns + " from " + s.source() + s.text.String()
	switch {
	case s.ahead != nil:
		return s.afterLooking(columns, parts[0], orders, page, backwards) + end
	case s.first != "":
		return s.afterFirst(columns, parts[0], orders, page, backwards) + end
	}
	if len(parts) == 1 {
		return from + parts[0].condition + s.ordered(parts[0], orders, backwards) + end
	}
	most := s.arg(page.Limit + page.Offset)
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = "select * from (" + from + p.condition + s.ordered(p, orders, backwards) + " limit " + most + ") part" + string(rune('a'+i))
	}
	return strings.Join(texts, " union all ") + s.ordered(part{}, orders, backwards) + end
}

// part is a piece of a list.
type part struct {
	condition string
	constant  bool // the first attribute of the order is the same in all its rows
	present   bool // or not null
}

// ordered is the order of a part's rows, written so that an index is seen to
// have it.
func (s *selection) ordered(p part, orders []query.Order, backwards bool) string {
	switch {
	case s.driver != "":
		return " order by number" + direction(orders[0].Desc != backwards, true)
	case p.constant:
		return " order by " + s.orderBy(orders[1:], backwards)
	case p.present:
		first := s.columns[orders[0].Attribute.Name].name + direction(orders[0].Desc != backwards, true)
		return " order by " + strings.Join(append([]string{first}, s.orderBy(orders[1:], backwards)), ", ")
	}
	return " order by " + s.orderBy(orders, backwards)
}

// parts are conditions that cut a list where its order would need a sort: rows
// that have nothing in the first attribute come in the order of their numbers,
// as do those of which a boolean is the same.
func (s *selection) parts(orders []query.Order, page Page) []part {
	c := s.columns[orders[0].Attribute.Name]
	var parts []part
	switch {
	case page.long():
		return []part{{}}
	case orders[0].Attribute.Type == query.Boolean && mixed(orders):
		parts = []part{{condition: " and " + c.name + " = true", constant: true}, {condition: " and " + c.name + " = false", constant: true}}
	case c.unique:
		parts = []part{{condition: " and " + c.name + " is not null", present: true}, {condition: " and " + c.name + " is null", constant: true}}
	default:
		return []part{{}}
	}
	if !orders[0].Desc {
		slices.Reverse(parts)
	}
	return parts
}

// mixed reports whether orders differ in their direction.
func mixed(orders []query.Order) bool {
	return slices.ContainsFunc(orders, func(o query.Order) bool { return o.Desc != orders[0].Desc })
}

// partsOf are the parts that the page is made from.
func (s *selection) partsOf(orders []query.Order, cursor []any, page Page) ([]part, error) {
	if page.Cursor == nil {
		return s.parts(decisive(orders), page), nil
	}
	return s.partsAfter(orders, cursor, page)
}

// partsAfter are the parts of the list that follow the cursor's row, of which
// values are given, or come before it.
func (s *selection) partsAfter(orders []query.Order, values []any, page Page) ([]part, error) {
	if slices.Contains(values, nil) {
		return nil, roster.ErrOrderNull
	}
	before, orders := page.Cursor.Before, decisive(orders)
	present := s.columns[orders[0].Attribute.Name].unique
	if !mixed(orders) || page.long() {
		return []part{{condition: s.apart(func() { s.beyond(orders, values, before) }), present: present}}, nil
	}
	name, place := s.columns[orders[0].Attribute.Name].name, s.arg(values[0])
	equal := part{constant: true, condition: s.apart(func() {
		s.write(name, " = ", place, " and ")
		s.beyond(orders[1:], values[1:], before)
	})}
	less := orders[0].Desc != before
	if orders[0].Attribute.Type != query.Boolean {
		return []part{equal, {condition: s.apart(func() { s.write(name, than(less), place) }), present: present}}, nil
	}
	var value bool
	flag{&value}.Scan(values[0])
	if value != less {
		return []part{equal}, nil // false is the least, and true the greatest
	}
	return []part{equal, {condition: " and " + name + " = " + strconv.FormatBool(!less), constant: true}}, nil
}

// apart returns what write writes as a condition to be added.
func (s *selection) apart(write func()) string {
	whole := s.text.String()
	s.text.Reset()
	s.text.WriteString(" and ")
	write()
	part := s.text.String()
	s.text.Reset()
	s.text.WriteString(whole)
	return part
}

// take makes a selection of numbers the one that the list is driven by, if there
// is none yet: it gives rows in their order, of which a page takes only as many
// as it shows.
func (s *selection) take(numbers string) bool {
	if !s.driven || s.driver != "" {
		return false
	}
	s.driver = numbers
	return true
}

// drive lets the condition drive the list, if one value decides it.
func (s *selection) drive(p roster.ProjectNumber, f query.Filter) bool {
	if s.ask(p, f) || s.askBeginning(p, f) {
		return true
	}
	c := s.columns[f.Attribute.Name]
	if !s.driven || s.driver != "" || len(f.Values) != 1 || !slices.Contains(looking, f.Method) {
		return false
	}
	if c.contains != "" {
		return s.take(strings.ReplaceAll(c.contains, "%s", s.arg(f.Values[0])))
	}
	text := strings.ToLower(f.Values[0].(string))
	terms, exact := s.engine.part(p, c.trigrams, f.Method, text)
	if c.trigrams == "" || len(terms) == 0 || c.domain && domainOf(f.Method, text) != "" {
		return false
	}
	s.take(s.engine.matching(trigramIndex, s.arg(s.engine.terms(terms))))
	if !exact {
		s.write(" and ", c.lowered(), " like ", s.arg(likePattern(f.Method, text)), ` escape '\'`)
	}
	return true
}

// looking are the methods that look for something.
var looking = []query.Method{query.Contains, query.ContainsAny, query.ContainsAll, query.StartsWith, query.EndsWith}

// source is what rows are taken from.
func (s *selection) source() string {
	switch {
	case s.driver == "":
		return s.table
	case s.alone:
		return "(" + s.driver + ") driver"
	}
	return "(" + s.driver + ") driver cross join " + s.table
}

// domainOf is what the text, at which an address ends, says of its domain: all,
// or nothing.
func domainOf(m query.Method, text string) string {
	if domain, all := strings.CutPrefix(text, "@"); all && m == query.EndsWith && !strings.Contains(domain, "@") {
		return domain
	}
	return ""
}
