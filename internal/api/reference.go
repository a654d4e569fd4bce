package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"roster"
)

//go:embed reference.html
var referenceHTML string

var referenceTemplate = template.Must(template.New("reference").Parse(referenceHTML))

// referencePage is what the API has, as people read it.
type referencePage struct {
	Groups []referenceGroup
	Models []referenceModel
	Errors []*roster.Error // all, by status
	Always []*roster.Error // those that any endpoint may give
}

// referenceGroup are the endpoints whose paths begin alike.
type referenceGroup struct {
	Name    string
	Entries []referenceEntry
}

type referenceEntry struct {
	Name, Short, Method, Path, Summary string
	Aliases, Callers, Limits, Events   []string
	Status                             int
	Answer                             referenceType
	Params                             []referenceParam
	Errors                             []*roster.Error
}

type referenceParam struct {
	Name, Place, Type, Need, Doc string
	Rules                        []string // in words
	Pattern                      string
}

// reference renders the endpoints as a page.
func reference(endpoints []Endpoint) []byte {
	var page referencePage
	schemas := object{}
	for _, e := range endpoints {
		group := strings.Split(e.Path, "/")[1]
		i := slices.IndexFunc(page.Groups, func(g referenceGroup) bool { return g.Name == group })
		if i < 0 {
			i = len(page.Groups)
			page.Groups = append(page.Groups, referenceGroup{Name: group})
		}
		page.Groups[i].Entries = append(page.Groups[i].Entries, newReferenceEntry(e, group, schemas))
		page.Errors = append(page.Errors, e.failures()...)
	}
	page.Always = always
	page.Errors = byStatus(page.Errors)
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		page.Models = append(page.Models, newReferenceModel(name, schemas[name].(object)))
	}
	var b bytes.Buffer
	if err := referenceTemplate.Execute(&b, page); err != nil {
		panic(err) // the template is part of the program
	}
	return b.Bytes()
}

func newReferenceEntry(e Endpoint, group string, schemas object) referenceEntry {
	entry := referenceEntry{
		Name: e.Name, Short: shortName(e.Name, group), Method: e.Method, Path: Prefix + e.Path, Summary: e.Summary,
		Callers: callers(e), Limits: pace(e), Status: e.Status, Answer: answerType(e, schemas),
	}
	for _, alias := range e.Aliases {
		entry.Aliases = append(entry.Aliases, Prefix+alias)
	}
	for _, event := range append(e.Also[:len(e.Also):len(e.Also)], e.Event) {
		if event != nil {
			entry.Events = append(entry.Events, event.Name())
		}
	}
	for _, p := range e.params {
		entry.Params = append(entry.Params, newReferenceParam(p))
	}
	for _, err := range byStatus(e.failures()) {
		if !slices.Contains(always, err) {
			entry.Errors = append(entry.Errors, err)
		}
	}
	return entry
}

// shortName is the operation's name below its group's.
func shortName(name, group string) string {
	short, ok := strings.CutPrefix(name, group)
	if !ok || short == "" {
		return name
	}
	return strings.ToLower(short[:1]) + short[1:]
}

// byStatus orders errors and names each type once.
func byStatus(errors []*roster.Error) []*roster.Error {
	sorted := slices.SortedFunc(slices.Values(errors), func(a, b *roster.Error) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Type, b.Type))
	})
	return slices.CompactFunc(sorted, func(a, b *roster.Error) bool { return a.Type == b.Type })
}

// Page writes in Markdown what is served, a table a resource.
func Page(w io.Writer) {
	resource := ""
	for _, e := range Endpoints() {
		if first := strings.Split(e.Path, "/")[1]; first != resource {
			resource = first
			fmt.Fprintf(w, "\n## %s\n\n| Route | Open to | What it does |\n|---|---|---|\n", resource)
		}
		route := "`" + e.Method + " " + Prefix + e.Path + "`"
		for _, alias := range e.Aliases {
			route += ", `" + Prefix + alias + "`"
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", route, strings.Join(callers(e), "; "), e.Summary)
	}
}

func newReferenceParam(p param) referenceParam {
	s := p.schema()
	r := referenceParam{Name: p.name, Place: p.place, Type: typeIn(s), Need: "required", Doc: p.doc, Rules: rules(s)}
	r.Pattern, _ = s["pattern"].(string)
	if !p.required {
		r.Need = "optional"
		if p.missing.Text != "" {
			r.Need = "default " + p.missing.Text
		}
	}
	return r
}

// typeIn is a parameter's type in words.
func typeIn(s roster.Schema) string {
	if kinds, several := s["type"].([]any); several {
		return fmt.Sprint(kinds[0], " or ", kinds[1])
	}
	return fmt.Sprint(s["type"])
}
