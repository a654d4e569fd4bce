package query

import (
	"slices"
	"strings"
)

// Method is a filter's method as spelt on the wire (contract section 5.3).
type Method string

// The methods of filters. Search and NotSearch pass the rules of every list,
// and are then for the store to refuse: no attribute has a full-text index.
const (
	Equal            Method = "equal"
	NotEqual         Method = "notEqual"
	LessThan         Method = "lessThan"
	LessThanEqual    Method = "lessThanEqual"
	GreaterThan      Method = "greaterThan"
	GreaterThanEqual Method = "greaterThanEqual"
	Between          Method = "between"
	NotBetween       Method = "notBetween"
	IsNull           Method = "isNull"
	IsNotNull        Method = "isNotNull"
	StartsWith       Method = "startsWith"
	NotStartsWith    Method = "notStartsWith"
	EndsWith         Method = "endsWith"
	NotEndsWith      Method = "notEndsWith"
	Contains         Method = "contains"
	ContainsAny      Method = "containsAny"
	ContainsAll      Method = "containsAll"
	NotContains      Method = "notContains"
	Search           Method = "search"
	NotSearch        Method = "notSearch"
	And              Method = "and"
	Or               Method = "or"
)

// The methods that filter nothing.
const (
	limit        = "limit"
	offset       = "offset"
	cursorAfter  = "cursorAfter"
	cursorBefore = "cursorBefore"
	orderAsc     = "orderAsc"
	orderDesc    = "orderDesc"
	orderRandom  = "orderRandom"
)

// refused are methods that clients know and no list here has.
var refused = []string{
	"select", "regex", "exists", "notExists", "elemMatch",
	"crosses", "notCrosses", "intersects", "notIntersects", "overlaps", "notOverlaps", "touches", "notTouches",
	"distanceEqual", "distanceNotEqual", "distanceGreaterThan", "distanceLessThan",
	"vectorDot", "vectorCosine", "vectorEuclidean",
}

// rule says how many values a method takes and what it may be asked of. The
// contract is silent on LIKE and full text over what is not text: no engine
// does anything sensible with it, so it is refused.
type rule struct {
	method   Method
	min, max int
	types    []Type
}

var (
	anything  = []Type{String, Boolean, Datetime, Integer, Number, StringArray}
	scalar    = []Type{String, Boolean, Datetime, Integer, Number}
	textual   = []Type{String}
	container = []Type{String, StringArray}
)

var rules = []rule{
	{Equal, 1, MaxValues, scalar},
	{NotEqual, 1, 1, scalar},
	{LessThan, 1, 1, scalar},
	{LessThanEqual, 1, 1, scalar},
	{GreaterThan, 1, 1, scalar},
	{GreaterThanEqual, 1, 1, scalar},
	{Between, 2, 2, scalar},
	{NotBetween, 2, 2, scalar},
	{IsNull, 0, MaxValues, anything},
	{IsNotNull, 0, MaxValues, anything},
	{StartsWith, 1, 1, textual},
	{NotStartsWith, 1, 1, textual},
	{EndsWith, 1, 1, textual},
	{NotEndsWith, 1, 1, textual},
	{Contains, 1, MaxValues, container},
	{ContainsAny, 1, MaxValues, container},
	{ContainsAll, 1, MaxValues, container},
	{NotContains, 1, MaxValues, container},
	{Search, 1, 1, textual},
	{NotSearch, 1, 1, textual},
}

func ruleOf(method string) (rule, bool) {
	for _, r := range rules {
		if string(r.method) == method {
			return r, true
		}
	}
	return rule{}, false
}

// allMethods lists every method there is, for messages.
func allMethods() string {
	return strings.Join([]string{
		methodsFor(String), string(And), string(Or),
		orderAsc, orderDesc, orderRandom, limit, offset, cursorAfter, cursorBefore,
	}, ", ")
}

// methodsFor lists the filters that t takes, for messages.
func methodsFor(t Type) string {
	var names []string
	for _, r := range rules {
		if slices.Contains(r.types, t) {
			names = append(names, string(r.method))
		}
	}
	return strings.Join(names, ", ")
}
