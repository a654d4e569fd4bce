package roster

// ValueKind says what a [Value] holds.
type ValueKind uint8

// The kinds of values that a request can carry. Query strings and forms know
// strings, lists and maps only.
const (
	Null ValueKind = iota
	Bool
	Number
	String
	List
	Map
)

func (k ValueKind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// Value is a parameter as it arrived, before any kind has judged it.
type Value struct {
	Kind ValueKind
	Text string   // a string's characters, a number's digits, "true" or "false"
	Keys []string // a map's keys, in order of appearance
	List []Value  // a list's elements, or a map's values beside Keys
	JSON string   // the compact JSON of a map that is a parameter itself
}

// Text makes a string value.
func Text(s string) Value { return Value{Kind: String, Text: s} }

// Member returns the map's value under key, and whether it has one.
func (v Value) Member(key string) (Value, bool) {
	for i, k := range v.Keys {
		if k == key {
			return v.List[i], true
		}
	}
	return Value{}, false
}
