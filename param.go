package roster

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Bounds are the limits that a parameter's declaration adds to its kind: for
// text the number of characters (Max 0: unlimited), for numbers the range, for
// enumerations the words.
type Bounds struct {
	Min, Max int64
	Words    []string
	Empty    bool // the empty string is allowed too
}

// ParseBounds reads the tags min, max and enum of a parameter's declaration.
func ParseBounds(tag reflect.StructTag) Bounds { return boundsOf(tag) }

func boundsOf(tag reflect.StructTag) Bounds {
	var b Bounds
	b.Min, _ = strconv.ParseInt(tag.Get("min"), 10, 64)
	b.Max, _ = strconv.ParseInt(tag.Get("max"), 10, 64)
	_, b.Empty = tag.Lookup("empty")
	if words := tag.Get("enum"); words != "" {
		b.Words = strings.Split(words, ",")
	}
	return b
}

// Schema is the JSON Schema of a parameter or a response, as OpenAPI 3.1 wants
// it.
type Schema map[string]any

// Kind is a type of parameter: it takes the value that arrived or says in one
// sentence fragment what would be right ("must be …"), and describes itself.
type Kind interface {
	Parse(Value, Bounds) error
	Schema(Bounds) Schema
}

// problem is what is wrong with a parameter, without its name.
type problem string

func (p problem) Error() string { return string(p) }

func mustBe(what string, v Value) error {
	return problem("must be " + what + ", not " + v.describe() + ".")
}

// describe names what arrived without repeating it: it may be a secret.
func (v Value) describe() string {
	if v.Kind == String && v.Text == "" {
		return "an empty string"
	}
	return v.Kind.String()
}

func between(b Bounds, unit string) string {
	switch {
	case b.Max == 0:
		return fmt.Sprintf("at least %d %s", b.Min, unit)
	case b.Min == 0:
		return fmt.Sprintf("at most %d %s", b.Max, unit)
	}
	return fmt.Sprintf("%d to %d %s", b.Min, b.Max, unit)
}
