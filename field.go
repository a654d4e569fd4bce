package roster

// Field is a parameter that stands in a table, for endpoints of which there are
// many alike. To those that stand in a struct it is what the field's type and
// tags are.
type Field struct {
	Name, Doc string
	Kind      Kind // a pointer to any value of the kind
	Bounds    Bounds
	Required  bool
	Default   Value // what counts when an optional one is missing; Null: nothing
}
