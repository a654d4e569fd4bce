package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"roster"
	"roster/internal/query"
)

// Page is what a list was asked for: the client's query and, besides, whose
// rows it is about.
type Page struct {
	query.Query
	Search string // words to be found; only where the list has words
	UserID string // only rows of this user; empty: of all
	TeamID string // only rows of this team; empty: of all
	Viewer string // filters and search know no other user's id; empty: they know all
}

// list is a table that can be listed, with its attributes.
type list struct {
	table   string
	owner   string // condition that a row is a user's, who is %s; empty: user_id says so
	columns map[string]column
	words   bool     // search looks in the index of words
	large   bool     // it may have millions of rows: there is an index for each order
	looked  []string // without it: the columns that search looks in
}

// column is where an attribute is.
type column struct {
	name     string
	folded   string // condition on a folded column, by which an index finds the value
	lower    string // the lower-cased text that patterns are matched on; empty: lower(name)
	trigrams string // the attribute's letter in the index of trigrams
	contains string // selects the seq of rows whose array has an element; %s is the placeholder
	has      string // the condition that a row's array has the element
	filled   bool   // never null
	unique   bool   // no two rows have the same, unless it is null
	domain   bool   // what stands behind an @ has an index
}

// common adds the attributes that every list has.
func common(columns map[string]column) map[string]column {
	columns["$id"] = column{name: "id"}
	columns["$createdAt"] = column{name: "created_at", filled: true}
	columns["$updatedAt"] = column{name: "updated_at", filled: true}
	columns["$sequence"] = column{name: "seq", filled: true}
	return columns
}

// bySeq is the attribute that breaks ties (contract section 5.4).
var bySeq = query.Attribute{Name: "$sequence", Type: query.Integer}

// order completes the client's orders with the tie breaker: ascending, unless
// the first order is by creation or change, whose direction it then takes.
func order(orders []query.Order) []query.Order {
	desc := len(orders) > 0 && orders[0].Desc && (orders[0].Attribute.Name == "$createdAt" || orders[0].Attribute.Name == "$updatedAt")
	for _, o := range orders {
		if o.Attribute.Name == "$id" || o.Attribute.Name == "$sequence" {
			return orders
		}
	}
	return append(orders[:len(orders):len(orders)], query.Order{Attribute: bySeq, Desc: desc})
}

// selection is a statement while it grows.
type selection struct {
	*list
	engine *engine
	many   bool   // the condition that is being written has many values
	driven bool   // a condition may drive the list
	driver string // the one that does; empty: none
	alone  bool   // it is the only condition
	spread spread // of the words that are searched for
	ahead  *ahead // users that are looked at before the driver is asked

	total   bool     // only the number of rows is wanted
	asked   question // what the driver is the answer to
	askedAt int      // its place among the values

	narrowed bool   // the index of trigrams is asked
	looking  bool   // it is not, whatever is looked for
	first    string // the conditions of those who are looked at before it is asked
	text     strings.Builder
	args     []any
}

func (s *selection) write(parts ...string) {
	for _, p := range parts {
		s.text.WriteString(p)
	}
}

// arg adds a value and returns its placeholder.
func (s *selection) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// where writes the conditions that a page shares with its count.
func (s *Store) where(l *list, p roster.ProjectNumber, page Page, inOrder bool, spread spread) (*selection, error) {
	sel := &selection{list: l, engine: s.engine, driven: inOrder && l.large, spread: spread}
	return sel, sel.where(p, page)
}

func (s *selection) where(p roster.ProjectNumber, page Page) error {
	s.write(" where project = ", s.arg(p))
	before := s.text.Len()
	if page.UserID != "" {
		s.write(" and ", owned(s.list, s.arg(page.UserID)))
	}
	if page.TeamID != "" {
		s.write(" and team_id = ", s.arg(page.TeamID))
	}
	if page.Viewer != "" {
		s.veil(page.Viewer)
	}
	if page.Search != "" {
		s.search(p, page.Search)
	}
	for _, f := range page.Filters {
		if s.drive(p, f) {
			continue
		}
		s.write(" and ")
		if err := s.filter(p, f); err != nil {
			return err
		}
	}
	s.join(before)
	return nil
}

// join writes how the table's rows belong to the driver's numbers, unless there
// is no other condition than the driver. The project's number is used all the
// same: the driver's words hold it already.
func (s *selection) join(before int) {
	switch {
	case s.driver == "":
	case s.text.Len() == before:
		s.alone = true
		s.text.Reset()
		s.write(" where $1 is not null")
	default:
		s.write(" and ", s.engine.belongs)
	}
}

// owned is the condition that a row is the user's.
func owned(l *list, user string) string {
	if l.owner == "" {
		return "user_id = " + user
	}
	return strings.ReplaceAll(l.owner, "%s", user)
}

// veil makes the ids of other users than the viewer unknown to what is written
// from here on.
func (s *selection) veil(viewer string) {
	place := s.arg(viewer)
	s.write(" and cast(", place, " as text) is not null") // PostgreSQL wants every value used
	known := "(case when user_id = " + place + " then user_id end)"
	veiled := *s.list
	veiled.columns, veiled.looked = maps.Clone(s.columns), slices.Clone(s.looked)
	veiled.columns["userId"] = column{name: known}
	veiled.looked[slices.Index(veiled.looked, "user_id")] = known
	s.list = &veiled
}

// count is the exact number of rows that match, whatever the page.
func (s *Store) count(ctx context.Context, l *list, p roster.ProjectNumber, page Page) (int64, error) {
	page.Cursor = nil
	known, err := s.find(ctx, l, p, page, nil)
	if err != nil {
		return 0, err
	}
	where := &selection{list: l, engine: s.engine, driven: l.large, spread: known.spread, total: true}
	if err := where.where(p, page); err != nil {
		return 0, err
	}
	rows, err := s.list(ctx, "select count(*) from "+where.source()+where.text.String(), where.args...)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}

// page selects columns of the rows that a page shows, in their order. What
// stands in wrap is put around the selection: %s is the selection, and the
// order is repeated behind it.
func (s *Store) page(ctx context.Context, l *list, p roster.ProjectNumber, page Page, columns string, around func(selected, order string) string) (*results, error) {
	orders := order(page.Orders)
	known, err := s.find(ctx, l, p, page, withoutRandom(orders))
	if err != nil {
		return nil, err
	}
	sel, err := s.where(l, p, page, false, known.spread)
	if err != nil {
		return nil, err
	}
	if page.Cursor != nil {
		if err := sel.after(orders, known.cursor, page.Cursor.Before); err != nil {
			return nil, err
		}
	}
	backwards := page.Cursor != nil && page.Cursor.Before
	sel.write(" order by ", l.orderBy(orders, backwards), " limit ", sel.arg(page.Limit), " offset ", sel.arg(page.Offset))
	shown := columns
	if random(orders) {
		shown += ", random() as chance"
	}
	text := around("select "+shown+" from "+l.table+sel.text.String(), l.orderBy(orders, false))
	return s.list(ctx, text, sel.args...)
}

// plain selects the rows of a page as they stand.
func plain(columns string) func(selected, order string) string {
	return func(selected, order string) string {
		return "select " + columns + " from (" + selected + ") page order by " + order
	}
}

func random(orders []query.Order) bool {
	for _, o := range orders {
		if o.Random {
			return true
		}
	}
	return false
}

// orderBy writes where nulls go: the engines differ in what they do unasked.
func (l *list) orderBy(orders []query.Order, backwards bool) string {
	var terms []string
	for _, o := range orders {
		term := "chance"
		if !o.Random {
			c := l.columns[o.Attribute.Name]
			term = c.name + direction(o.Desc != backwards, c.filled)
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, ", ")
}

func direction(desc, filled bool) string {
	switch {
	case desc && filled:
		return " desc"
	case desc:
		return " desc nulls last"
	case filled:
		return ""
	}
	return " nulls first"
}

// after writes the condition that rows come after the cursor's row in the total
// order, or before it (contract section 5.4). The row was looked up in the whole
// project, as the contract wants.
func (s *selection) after(orders []query.Order, values []any, before bool) error {
	if slices.Contains(values, nil) {
		return roster.ErrOrderNull
	}
	s.write(" and ")
	s.beyond(withoutRandom(orders), values, before)
	return nil
}

func withoutRandom(orders []query.Order) []query.Order {
	var kept []query.Order
	for _, o := range orders {
		if !o.Random {
			kept = append(kept, o)
		}
	}
	return kept
}

// idIs is the condition that finds a row by its id through the index there is.
func (l *list) idIs(placeholder string) string {
	if folded := l.columns["$id"].folded; folded != "" {
		return folded + " = lower(" + placeholder + ") and id = " + placeholder
	}
	return "id = " + placeholder
}

// beyond writes (a, b) > (x, y) for orders that may differ in direction. Where
// they agree, a row comparison lets an index begin at the row.
func (s *selection) beyond(orders []query.Order, values []any, before bool) {
	var names, places []string
	agree := true
	for i, o := range orders {
		name := s.columns[o.Attribute.Name].name
		if s.driver != "" {
			name = "number" // the only order that a driver has
		}
		names = append(names, name)
		places = append(places, s.arg(values[i]))
		agree = agree && o.Desc == orders[0].Desc
	}
	if agree {
		s.write("(", strings.Join(names, ", "), ")", than(orders[0].Desc != before), "(", strings.Join(places, ", "), ")")
		return
	}
	// What no index can do with the alternatives it can with their bound.
	s.write("(", names[0], than(orders[0].Desc != before)[:2], "= ", places[0], " and (")
	for i, o := range orders {
		if i > 0 {
			s.write(" or ")
		}
		s.write("(")
		for j := range i {
			s.write(names[j], " = ", places[j], " and ")
		}
		s.write(names[i], than(o.Desc != before), places[i], ")")
	}
	s.write("))")
}

func than(less bool) string {
	if less {
		return " < "
	}
	return " > "
}
