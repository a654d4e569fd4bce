package query

import (
	"fmt"
	"slices"
)

// filter checks n, which stands inside depth levels of and/or.
func (p *parser) filter(n node, depth int) (Filter, error) {
	if m := Method(n.Method); m == And || m == Or {
		return p.junction(n, depth+1)
	}
	r, ok := ruleOf(n.Method)
	if !ok {
		return Filter{}, noFilter(n.Method)
	}
	a, err := p.attribute(n)
	if err != nil {
		return Filter{}, err
	}
	if err := p.admit(n, r, a); err != nil {
		return Filter{}, fmt.Errorf("%s on %s %w", n.Method, a.Name, err)
	}
	values, err := typed(n.Values, a.Type)
	if err != nil {
		return Filter{}, fmt.Errorf("%s on %s: %w", n.Method, a.Name, err)
	}
	if r.min == 0 { // isNull and isNotNull
		values = nil
	}
	return Filter{Method: r.method, Attribute: a, Values: values}, nil
}

// admit checks what can be said before looking at the values.
func (p *parser) admit(n node, r rule, a Attribute) error {
	p.values += len(n.Values)
	switch got := len(n.Values); {
	case !slices.Contains(r.types, a.Type):
		return fmt.Errorf("is not possible: %s takes %s", a.Type, methodsFor(a.Type))
	case got >= r.min && got <= r.max && p.values <= MaxTotalValues:
		return nil
	case got >= r.min && got <= r.max:
		return fmt.Errorf("is too much: all filters together must have at most %d values", MaxTotalValues)
	case r.max == 1:
		return fmt.Errorf("takes exactly one value, and has %d", got)
	case r.max == 2:
		return fmt.Errorf("takes exactly two values, and has %d", got)
	default:
		return fmt.Errorf("takes %d to %d values, and has %d", r.min, r.max, got)
	}
}

// junction reads and/or at the given level, the outermost being 1.
func (p *parser) junction(n node, level int) (Filter, error) {
	if level > MaxDepth {
		return Filter{}, fmt.Errorf("%s stands too deep: and/or may be %d levels deep", n.Method, MaxDepth)
	}
	if len(n.Values) < 2 {
		return Filter{}, fmt.Errorf("%s takes at least 2 queries as values, and has %d", n.Method, len(n.Values))
	}
	inner := make([]Filter, len(n.Values))
	for i, v := range n.Values {
		child, err := shape(v)
		if err == nil {
			inner[i], err = p.filter(child, level)
		}
		if err != nil {
			return Filter{}, fmt.Errorf("value %d of %s: %w", i+1, n.Method, err)
		}
	}
	return Filter{Method: Method(n.Method), Filters: inner}, nil
}

// noFilter says why method is not one that filters.
func noFilter(method string) error {
	switch method {
	case limit, offset, cursorAfter, cursorBefore, orderAsc, orderDesc, orderRandom:
		return fmt.Errorf("%s must not stand inside and/or, which take only filters", method)
	}
	if slices.Contains(refused, method) {
		return fmt.Errorf("the method %s is not available on this list", method)
	}
	return fmt.Errorf("the method %s is unknown: there are %s", excerpt(method), allMethods())
}
