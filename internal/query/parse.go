package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roster"
)

// Parse reads the elements of the parameter `queries`, JSON objects of contract
// section 5.1, for a list of the given schema. Of several limits, offsets or
// cursors the first counts, but all are checked.
//
// The error is of the first wrong element, says which one it is, counting from
// 1, and what would be right. It repeats no values, and of unknown names only
// the beginning.
func Parse(wire []string, schema Schema) (Query, error) {
	if len(wire) > MaxQueries {
		return Query{}, fmt.Errorf("there must be at most %d queries, and there are %d", MaxQueries, len(wire))
	}
	p := parser{schema: schema, query: Query{Offset: unset}}
	for i, text := range wire {
		if err := p.add(text); err != nil {
			return Query{}, fmt.Errorf("query %d: %w", i+1, err)
		}
	}
	p.query.Limit = cmp.Or(p.query.Limit, DefaultLimit)
	p.query.Offset = max(p.query.Offset, 0)
	return p.query, nil
}

// unset is an offset nobody asked for, unlike 0; a limit has 0 to say so.
const unset = -1

type parser struct {
	schema Schema
	query  Query
	values int // of all filters so far
}

func (p *parser) add(wire string) error {
	n, err := decode(wire)
	if err != nil {
		return err
	}
	if p.schema.PagingOnly && n.Method != limit && n.Method != offset {
		return fmt.Errorf("this list takes only limit and offset, not %s", excerpt(n.Method))
	}
	switch n.Method {
	case limit:
		return p.limit(n)
	case offset:
		return p.offset(n)
	case cursorAfter, cursorBefore:
		return p.cursor(n)
	case orderAsc, orderDesc, orderRandom:
		return p.order(n)
	}
	f, err := p.filter(n, 0)
	if err != nil {
		return err
	}
	p.query.Filters = append(p.query.Filters, f)
	return nil
}

func (p *parser) limit(n node) error {
	v, ok := paging(n.Values, 1)
	if !ok {
		return errors.New("limit takes one integer of at least 1")
	}
	p.query.Limit = cmp.Or(p.query.Limit, v)
	return nil
}

func (p *parser) offset(n node) error {
	v, ok := paging(n.Values, 0)
	if !ok {
		return errors.New("offset takes one integer of at least 0")
	}
	if p.query.Offset == unset {
		p.query.Offset = v
	}
	return nil
}

// paging takes the one integer among values, which may be a string with blanks
// around it (contract section 1.4, RANGE).
func paging(values []any, least int64) (int64, bool) {
	if len(values) != 1 {
		return 0, false
	}
	var digits string
	switch v := values[0].(type) {
	case json.Number:
		digits = v.String()
	case string:
		digits = strings.Trim(v, " \t\r\n\v\f")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n >= least
}

func (p *parser) cursor(n node) error {
	var id string
	if len(n.Values) == 1 {
		id, _ = n.Values[0].(string)
	}
	if !roster.ValidID(id) {
		return fmt.Errorf("%s takes one id: 1 to %d of A-Z a-z 0-9 . _ - beginning with a letter or digit", n.Method, roster.MaxIDLength)
	}
	if p.query.Cursor == nil {
		p.query.Cursor = &Cursor{ID: id, Before: n.Method == cursorBefore}
	}
	return nil
}

func (p *parser) order(n node) error {
	o := Order{Attribute: sequence, Desc: n.Method == orderDesc}
	switch {
	case n.Method == orderRandom:
		o = Order{Random: true}
	case n.Attribute != "":
		a, err := p.attribute(n)
		if err != nil {
			return err
		}
		o.Attribute = a
	}
	// An attribute that comes again decides nothing, but a cursor's condition
	// grows with the square of the orders.
	again := func(before Order) bool { return before.Attribute == o.Attribute }
	if !slices.ContainsFunc(p.query.Orders, again) {
		p.query.Orders = append(p.query.Orders, o)
	}
	return nil
}

func (p *parser) attribute(n node) (Attribute, error) {
	a, ok := p.schema.attribute(n.Attribute)
	if !ok {
		return a, fmt.Errorf("%s on %s: the attribute must be one of %s", n.Method, excerpt(n.Attribute), p.schema.names())
	}
	return a, nil
}
