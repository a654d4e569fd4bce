package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// legacyMethods are those of the old syntax (contract section 9). All kept
// their names.
var legacyMethods = []string{
	string(Equal), string(NotEqual), string(LessThan), string(LessThanEqual), string(GreaterThan), string(GreaterThanEqual),
	string(Between), string(IsNull), string(IsNotNull), string(StartsWith), string(EndsWith), string(Contains), string(Search),
	"select", orderAsc, orderDesc, orderRandom, limit, offset, cursorAfter, cursorBefore,
}

// withoutAttribute are the legacy methods whose arguments are all values.
var withoutAttribute = []string{"select", orderRandom, limit, offset, cursorAfter, cursorBefore}

// FromLegacy translates a query from the string syntax that formats before
// 1.5.0 used, such as equal("name", ["Mira"]), to the wire form that [Parse]
// takes (contract section 9). Whether attribute and values suit the list is for
// Parse to say.
//
// The error says where the text stops making sense, in characters from 1.
func FromLegacy(text string) (wire string, err error) {
	if err := checkText(text); err != nil {
		return "", fmt.Errorf("a query %w", err)
	}
	s := scanner{text: text}
	method, err := s.method()
	if err != nil {
		return "", err
	}
	arguments, err := s.arguments()
	if err != nil {
		return "", err
	}
	n, err := legacyNode(method, arguments)
	if err != nil {
		return "", err
	}
	return encode(n)
}

// legacyNode takes lists and single values alike, as clients wrote both:
// between("a", 1, 2) and between("a", [1, 2]).
func legacyNode(method string, arguments []any) (node, error) {
	n := node{Method: method}
	if len(arguments) > 0 && !slices.Contains(withoutAttribute, method) {
		attribute, ok := arguments[0].(string)
		if !ok {
			return n, fmt.Errorf("the first argument of %s must be the attribute, in quotes", method)
		}
		n.Attribute, arguments = attribute, arguments[1:]
	}
	for _, a := range arguments {
		if list, ok := a.([]any); ok {
			n.Values = append(n.Values, list...)
		} else {
			n.Values = append(n.Values, a)
		}
	}
	return n, nil
}

// encode leaves < > & alone, which would grow sixfold towards [MaxLength].
func encode(n node) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(n)
	return strings.TrimSuffix(b.String(), "\n"), err
}
