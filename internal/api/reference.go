package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed reference.html
var referenceHTML string

var referenceTemplate = template.Must(template.New("reference").Parse(referenceHTML))

// referenceEntry is an endpoint as people read it.
type referenceEntry struct {
	Name, Method, Path, Summary, Scopes, Event string
	Status                                     int
	Params                                     []referenceParam
	Errors                                     []string
}

type referenceParam struct{ Name, Place, Type, Need, Doc string }

// reference renders the endpoints as a page.
func reference(endpoints []Endpoint) []byte {
	var entries []referenceEntry
	for _, e := range endpoints {
		entries = append(entries, newReferenceEntry(e))
	}
	var common []string
	for _, err := range always {
		common = append(common, fmt.Sprint(err.Status, " ", err.Type))
	}
	var b bytes.Buffer
	if err := referenceTemplate.Execute(&b, map[string]any{"Endpoints": entries, "Always": common}); err != nil {
		panic(err) // the template is part of the program
	}
	return b.Bytes()
}

func newReferenceEntry(e Endpoint) referenceEntry {
	entry := referenceEntry{Name: e.Name, Method: e.Method, Path: Prefix + e.Path, Summary: e.Summary, Status: e.Status}
	for _, s := range e.Scopes {
		entry.Scopes = strings.TrimPrefix(entry.Scopes+" or "+string(s), " or ")
	}
	if e.Event != nil {
		entry.Event = "users.[userId]." + e.Event.Suffix
	}
	for _, p := range e.params {
		entry.Params = append(entry.Params, newReferenceParam(p))
	}
	for _, err := range e.Errors {
		if text := fmt.Sprint(err.Status, " ", err.Type); !slices.Contains(entry.Errors, text) {
			entry.Errors = append(entry.Errors, text)
		}
	}
	return entry
}

func newReferenceParam(p param) referenceParam {
	s := p.schema()
	r := referenceParam{Name: p.name, Place: p.place, Type: fmt.Sprint(s["type"]), Need: "required", Doc: p.doc}
	if !p.required {
		r.Need = "optional"
		if p.missing.Text != "" {
			r.Need = "default " + p.missing.Text
		}
	}
	for _, limit := range []string{"minLength", "maxLength", "minimum", "maximum", "pattern", "enum"} {
		if v, ok := s[limit]; ok {
			r.Doc += fmt.Sprintf(" %s: %v.", limit, v)
		}
	}
	if about, ok := s["description"].(string); ok {
		r.Doc += " " + about
	}
	return r
}
