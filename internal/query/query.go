package query

// Bounds on what one list accepts. The contract documents the first three
// (sections 5.1, 5.3); MaxDepth and MaxTotalValues are Roster's own and keep a
// statement within what both engines take (SQLite: 32766 parameters).
const (
	MaxQueries     = 100  // elements of the parameter
	MaxLength      = 4096 // code points of one element
	MaxValues      = 500  // values of one filter
	MaxTotalValues = 5000 // values of all filters together
	MaxDepth       = 10   // levels of and/or inside each other
	DefaultLimit   = 25   // entries of a page, unless limit says otherwise
)

// Query is everything a list was asked for. The filters are all to hold.
type Query struct {
	Filters []Filter
	// Orders are as they came, except that an attribute stands only where it
	// stood first. The tie breaker of contract section 5.4 is not among them.
	Orders []Order
	// Limit is at least 1 and Offset at least 0. Neither has an upper bound but
	// its type's: their sum may overflow.
	Limit, Offset int64
	// Cursor is nil for a list that starts at its beginning.
	Cursor *Cursor
}

// Filter is one condition whose values suit its attribute.
type Filter struct {
	Method Method
	// Attribute is zero for And and Or.
	Attribute Attribute
	// Values are string, bool or int64; datetimes are int64 milliseconds since
	// the Unix epoch. The values of a StringArray are strings. IsNull and
	// IsNotNull have none.
	Values []any
	// Filters are the conditions inside And and Or, two or more.
	Filters []Filter
}

// Order is one attribute to order by, or, with Random, chance.
type Order struct {
	Attribute Attribute
	Desc      bool
	Random    bool
}

// Cursor names the row next to which a page begins. ID passed
// [roster.ValidID]; whether it exists is for the store to say.
type Cursor struct {
	ID     string
	Before bool
}
