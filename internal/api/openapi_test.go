package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// described is the OpenAPI document that the server serves, as kin-openapi
// reads it.
var described = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(document(Endpoints())) })

func description(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheDescriptionIsValidOpenAPI(t *testing.T) {
	t.Parallel()
	doc := description(t)
	if !doc.IsOpenAPI31OrLater() {
		t.Errorf("its version is %s", doc.OpenAPI)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// The description changes only on purpose: with -update, and its difference is
// then to be read.
func TestTheDescriptionIsTheOneKept(t *testing.T) {
	t.Parallel()
	const file = "testdata/openapi.json"
	got := document(Endpoints())
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got)+"\n", "\n")); diff != "" {
		t.Errorf("the description differs from %s (-kept +now):\n%s", file, diff)
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	r := b.send(get("/v1/openapi.json", nil).as(guest).as(header{"X-Appwrite-Project": ""}))
	if r.status != http.StatusOK || r.body != string(document(Endpoints())) || r.header.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("%d %s, %d bytes", r.status, r.header.Get("Content-Type"), len(r.body))
	}
}

// operationOf finds the operation of an endpoint in the document.
func operationOf(t *testing.T, e Endpoint) *openapi3.Operation {
	t.Helper()
	item := description(t).Paths.Value(Prefix + e.Path)
	if item == nil || item.GetOperation(e.Method) == nil {
		t.Fatalf("the description has no %s %s", e.Method, e.Path)
	}
	return item.GetOperation(e.Method)
}

// Routes, parameters and errors of the contract are all described.
func TestTheDescriptionIsComplete(t *testing.T) {
	t.Parallel()
	operations := 0
	for _, item := range description(t).Paths.Map() {
		operations += len(item.Operations())
	}
	if operations != len(promised) {
		t.Errorf("it describes %d operations, want %d", operations, len(promised))
	}
	for _, e := range Endpoints() {
		t.Run(e.Name, func(t *testing.T) {
			op := operationOf(t, e)
			if op.OperationID != e.Name || op.Summary == "" {
				t.Errorf("it is called %q, %q", op.OperationID, op.Summary)
			}
			if diff := cmp.Diff(wantedParameters(e), describedParameters(op)); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
			for _, err := range slices.Concat(always, e.Errors) {
				if !slices.Contains(describedErrors(op, err.Status), err.Type) {
					t.Errorf("%d %s is not described", err.Status, err.Type)
				}
			}
			empty := e.Status == http.StatusNoContent || e.Status == http.StatusMovedPermanently
			if success := op.Responses.Status(e.Status); success == nil || empty != (len(success.Value.Content) == 0) {
				t.Errorf("the answer %d is not described as it is", e.Status)
			}
		})
	}
}

func wantedParameters(e Endpoint) []string {
	var names []string
	for _, p := range promisedParams(e) {
		if p.place == "query" && (p.name == "queries" || p.name == "scopes") {
			p.name += "[]" // the spelling that any client can send
		}
		names = append(names, fmt.Sprint(p.place, " ", p.name, " ", p.required))
	}
	slices.Sort(names)
	return names
}

func describedParameters(op *openapi3.Operation) []string {
	var names []string
	for _, p := range op.Parameters {
		names = append(names, fmt.Sprint(p.Value.In, " ", p.Value.Name, " ", p.Value.Required))
	}
	if op.RequestBody != nil {
		schema := op.RequestBody.Value.Content["application/json"].Schema.Value
		for name := range schema.Properties {
			names = append(names, fmt.Sprint("body ", name, " ", slices.Contains(schema.Required, name)))
		}
	}
	slices.Sort(names)
	return names
}

// describedErrors are the types that the document names for a status.
func describedErrors(op *openapi3.Operation, status int) (types []string) {
	r := op.Responses.Status(status)
	if r == nil {
		return nil
	}
	for _, part := range r.Value.Content["application/json"].Schema.Value.AllOf {
		if typ := part.Value.Properties["type"]; typ != nil {
			for _, word := range typ.Value.Enum {
				types = append(types, fmt.Sprint(word))
			}
		}
	}
	return types
}

// conforms wants the answer of an endpoint to be as the document describes it.
func (r *reply) conforms(e Endpoint) {
	r.b.t.Helper()
	op := operationOf(r.b.t, e)
	answer := op.Responses.Status(r.status)
	if answer == nil {
		r.b.t.Errorf("%s = %d, which is not described", r.asked, r.status)
		return
	}
	if r.body == "" {
		return
	}
	media, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	described := answer.Value.Content[media]
	if described == nil {
		r.b.t.Errorf("%s is answered with %s, which is not described", r.asked, media)
		return
	}
	if media != "application/json" {
		return
	}
	var v any
	r.b.must(json.Unmarshal([]byte(r.body), &v))
	if err := description(r.b.t).ValidateSchemaJSON(described.Schema.Value, v); err != nil {
		r.b.t.Errorf("%s = %s\nis not as described: %v", r.asked, r.body, err)
	}
	if fields, ok := v.(map[string]any); ok && r.status < http.StatusBadRequest {
		r.nothingMore(described.Schema.Value, fields)
	}
}

// nothingMore wants no field that the schema does not have.
func (r *reply) nothingMore(schema *openapi3.Schema, fields map[string]any) {
	r.b.t.Helper()
	for name := range fields {
		if schema.Properties[name] == nil && !openMap(schema) {
			r.b.t.Errorf("%s has the field %s, which is not described", r.asked, name)
		}
	}
}

func openMap(schema *openapi3.Schema) bool { return len(schema.Properties) == 0 }

// Values that the document's schemas take or refuse are taken or refused by
// the server, too, wherever JSON Schema can say what the contract means.
func TestTheDescriptionKnowsTheLimits(t *testing.T) {
	sweep(t)
	// What a schema cannot say: bytes, policies, uniqueness, calling codes,
	// what stands inside a text; and what is taken besides the obvious.
	unsaid := []string{"PW", "PWHASH", "PW0", "EMAIL", "EMAIL0", "PHONE", "PHONE0", "QUERIES", "PAGING", "BOOL*", "SALT", "BASE64", "CPU", "LENGTH", "INT32", "MAP", "LABELS", "IDENTIFIER", "CHALLENGE", "NOTHING", "RECENT", "KNOWNEMAIL", "KNOWNPW", "PROVIDERURL", "WELLKNOWN", "PROMPTS", "FACTOR", "ROLES", "URL", "OBJECT"}
	for _, e := range Endpoints() {
		op := operationOf(t, e)
		for _, p := range promisedParams(e) {
			if slices.Contains(unsaid, p.kind) || p.place == "path" {
				continue
			}
			schema := schemaIn(op, p)
			for _, value := range samplesOf(p.kind).good {
				if p.place == "query" || strings.HasPrefix(p.kind, "RANGE") && value[0] == '"' {
					continue // as text, which the server takes for a number
				}
				if err := schema.VisitJSON(decodedJSON(t, strings.NewReplacer("{n}", "n", "{36}", repeat("n", 36)).Replace(value))); err != nil {
					t.Errorf("%s: the schema of %s refuses %s: %v", e.Name, p.name, value, err)
				}
			}
			for _, value := range samplesOf(p.kind).bad {
				if strings.Contains(value, `\u0000`) || slices.Contains(broken, value) {
					continue // to JSON Schema 6.0 is an integer
				}
				if err := schema.VisitJSON(decodedJSON(t, value)); err == nil {
					t.Errorf("%s: the schema of %s takes %s", e.Name, p.name, value)
				}
			}
		}
	}
}

func schemaIn(op *openapi3.Operation, p promisedParam) *openapi3.Schema {
	if p.place == "body" {
		return op.RequestBody.Value.Content["application/json"].Schema.Value.Properties[p.name].Value
	}
	if described := op.Parameters.GetByInAndName("query", p.name+"[]"); described != nil {
		return described.Schema.Value
	}
	return op.Parameters.GetByInAndName("query", p.name).Schema.Value
}

func decodedJSON(t *testing.T, source string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(source), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
