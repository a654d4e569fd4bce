package api

import (
	"roster"
	"roster/internal/query"
	"roster/internal/store"
)

// The queries of each list: a kind of parameter that knows the list's schema.
type (
	userQueries       struct{ query.Query }
	targetQueries     struct{ query.Query }
	identityQueries   struct{ query.Query }
	teamQueries       struct{ query.Query }
	membershipQueries struct{ query.Query }
	providerQueries   struct{ query.Query }
	logQueries        struct{ query.Query }
)

// Parse implements [roster.Kind].
func (q *userQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Users)
}

// Parse implements [roster.Kind].
func (q *targetQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Targets)
}

// Parse implements [roster.Kind].
func (q *identityQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Identities)
}

// Parse implements [roster.Kind].
func (q *teamQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Teams)
}

// Parse implements [roster.Kind].
func (q *membershipQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Memberships)
}

// Parse implements [roster.Kind].
func (q *providerQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Providers)
}

// Parse implements [roster.Kind].
func (q *logQueries) Parse(v roster.Value, _ roster.Bounds) error {
	return parseQueries(&q.Query, v, query.Logs)
}

// problem is what is wrong with a parameter, without its name.
type problem string

func (p problem) Error() string { return string(p) }

func parseQueries(to *query.Query, v roster.Value, schema query.Schema) error {
	if v.Kind == roster.Null || v.Kind == roster.String && v.Text == noQueries {
		v = roster.Value{Kind: roster.List}
	}
	if v.Kind != roster.List && v.Kind != roster.Map {
		return problem("must be a list of queries.")
	}
	wire := make([]string, len(v.List))
	for i, q := range v.List {
		if q.Kind != roster.String {
			return problem("must be a list of strings, each a query in JSON.")
		}
		wire[i] = q.Text
	}
	q, err := query.Parse(wire, schema)
	if err != nil {
		return problem("is wrong: " + err.Error())
	}
	*to = q
	return nil
}

// noQueries is the default of a list's queries: a page of the usual size.
const noQueries = "[]"

// Schema implements [roster.Kind].
func (userQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Users) }

// Schema implements [roster.Kind].
func (targetQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Targets) }

// Schema implements [roster.Kind].
func (identityQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Identities) }

// Schema implements [roster.Kind].
func (teamQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Teams) }

// Schema implements [roster.Kind].
func (membershipQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Memberships) }

// Schema implements [roster.Kind].
func (providerQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Providers) }

// Schema implements [roster.Kind].
func (logQueries) Schema(roster.Bounds) roster.Schema { return querySchema(query.Logs) }

func querySchema(s query.Schema) roster.Schema {
	about := "Queries in JSON: limit and offset."
	if !s.PagingOnly {
		about = "Queries in JSON, such as {\"method\":\"equal\",\"attribute\":\"" + s.Attributes[0].Name + "\",\"values\":[\"…\"]}. Attributes: "
		for i, a := range s.Attributes {
			if i > 0 {
				about += ", "
			}
			about += a.Name
		}
		about += "."
	}
	return roster.Schema{
		"type": "array", "maxItems": query.MaxQueries, "description": about,
		"items": roster.Schema{"type": "string", "maxLength": query.MaxLength},
	}
}

func page(q query.Query, search roster.TextParam, user roster.ID) store.Page {
	return store.Page{Query: q, Search: string(search), UserID: string(user)}
}
