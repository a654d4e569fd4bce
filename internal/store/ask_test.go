package store

import (
	"encoding/json"
	"testing"

	"roster"
	"roster/internal/query"
)

// q writes one query as clients do (contract section 5.1).
func q(method, attribute string, values ...any) string {
	text, err := json.Marshal(object(method, attribute, values...))
	if err != nil {
		panic(err) // texts, numbers and lists of them always marshal
	}
	return string(text)
}

// object is a query to stand inside another one.
func object(method, attribute string, values ...any) map[string]any {
	if values == nil {
		values = []any{}
	}
	return map[string]any{"method": method, "attribute": attribute, "values": values}
}

// asked reads queries as a list does.
func asked(t testing.TB, schema query.Schema, queries ...string) Page {
	t.Helper()
	parsed, err := query.Parse(queries, schema)
	if err != nil {
		t.Fatalf("%.200q: %v", queries, err)
	}
	return Page{Query: parsed}
}

func searching(words string, queries ...query.Query) Page {
	page := Page{Query: query.Query{Limit: query.DefaultLimit}, Search: words}
	if len(queries) > 0 {
		page.Query = queries[0]
	}
	return page
}

// found lists the ids of the users of a page, and wants a first page to agree
// with the total.
func found(t testing.TB, s *Store, p roster.ProjectNumber, page Page) []string {
	t.Helper()
	users, err := s.Users(t.Context(), p, page)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	total, err := s.CountUsers(t.Context(), p, page)
	if err != nil {
		t.Fatal(err)
	}
	if page.Cursor == nil && page.Offset == 0 && total != int64(len(ids)) && int64(len(ids)) < page.Limit {
		t.Errorf("%d users are listed and %d are counted", len(ids), total)
	}
	return ids
}
