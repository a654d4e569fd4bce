package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"roster"
	"roster/internal/directory"
	"roster/internal/wire"
)

// Endpoint is everything Roster knows of one operation. The router, the order
// of checks, the validation, the OpenAPI document, the reference and the
// tests are made from the list of endpoints and from nothing else.
type Endpoint struct {
	Name    string // the operation's id, which is the SDK's method
	Method  string
	Path    string         // below /v1, with {parameters}
	Scopes  []roster.Scope // any one of them suffices
	Status  int            // of success
	Summary string
	Event   *roster.Event   // recorded when it succeeds and changes something
	Also    []*roster.Event // recorded before it or in its place, if other things are made on the way
	Errors  []*roster.Error // besides those that any endpoint gives

	// LegacyQueries: SDKs of formats below 1.5.0 send queries in the old
	// syntax (contract section 9).
	LegacyQueries bool

	Aliases       []string // other paths, of older SDKs
	Impersonators bool     // users who may impersonate may call it
	SignIn        bool     // guests may, and whoever is signed in may not
	Links         bool     // guests may, and whoever is signed in
	AnyOrigin     bool     // pages of any site may send their visitors to it
	// AuthMethod is the way to sign in that the project must allow; nil: any.
	AuthMethod  func(roster.Settings) bool
	OneFactor   bool    // before the second factor, too
	FreshFactor bool    // only soon after a challenge was solved
	Limits      []Limit // how often it may be called

	Fields []roster.Field // parameters that stand in a table; see [given]

	params []param
	in     reflect.Type
	out    reflect.Type
	call   func(*API, *Request, reflect.Value) (any, error)
}

// access is what the endpoint asks of its callers.
func (e *Endpoint) access() directory.Access {
	service, _, _ := strings.Cut(e.Path[1:], "/")
	return directory.Access{
		Scopes: e.Scopes, Service: service, Impersonators: e.Impersonators, SignIn: e.SignIn, Links: e.Links, Method: e.AuthMethod,
		OneFactor: e.OneFactor, FreshFactor: e.FreshFactor,
	}
}

// failures are the errors that the endpoint may give: those of any, those that
// it declares, and those that follow from what it asks of its callers.
func (e *Endpoint) failures() []*roster.Error {
	all := slices.Concat(always, e.Errors)
	for _, rule := range []struct {
		asked bool
		err   *roster.Error
	}{
		{len(e.Limits) > 0 && e.open(), roster.ErrRateLimit}, {e.AuthMethod != nil, roster.ErrMethod},
		{e.SignIn, roster.ErrSessionExists}, {e.FreshFactor, roster.ErrFreshFactor},
	} {
		if rule.asked {
			all = append(all, rule.err)
		}
	}
	return all
}

// open reports whether others than keys may call the endpoint. Keys have no
// limits.
func (e *Endpoint) open() bool {
	return e.SignIn || e.Links || e.Impersonators || slices.ContainsFunc(e.Scopes, func(s roster.Scope) bool {
		return s == roster.Account || s == roster.Public || s == roster.TeamsRead
	})
}

// Request is one call of an endpoint, besides its parameters.
type Request struct {
	context.Context
	By     directory.Caller
	Locale string
	Header http.Header // of the answer, if there is no error

	api  *API
	http *http.Request
}

// none is the response of endpoints that have none.
type none struct{}

// on completes e with the function that serves it. The fields of In are the
// parameters in the order of their checks, Out is the response.
func on[In, Out any](e Endpoint, serve func(*API, *Request, In) (Out, error)) Endpoint {
	e.params = paramsOf(reflect.TypeFor[In](), e)
	e.in, e.out = reflect.TypeFor[In](), reflect.TypeFor[Out]()
	e.call = func(a *API, r *Request, in reflect.Value) (any, error) {
		return serve(a, r, in.Interface().(In))
	}
	return e
}

func (e Endpoint) reads() bool { return e.Method == http.MethodGet }

func (e Endpoint) inPath(name string) bool { return strings.Contains(e.Path, "{"+name+"}") }

// given are the parameters of [Endpoint.Fields] that a call has, by name. Where
// a struct of parameters has a field of this type, those are checked.
type given map[string]any

// param is one parameter of an endpoint, made from a field of its struct or of
// its table.
type param struct {
	name, doc string
	place     string // path, query or body
	required  bool
	missing   roster.Value // what counts when an optional one is missing; Null: nothing
	bounds    roster.Bounds
	field     []int
	tabled    bool // the field is the map of those that are given
	typ       reflect.Type
}

func paramsOf(t reflect.Type, e Endpoint) []param {
	var params []param
	for _, f := range reflect.VisibleFields(t) {
		switch {
		case f.Anonymous:
		case f.Type == reflect.TypeFor[given]():
			params = append(params, tabled(f, e)...)
		default:
			params = append(params, tagged(f, e))
		}
	}
	return params
}

// tagged is the parameter that a field of a struct declares.
func tagged(f reflect.StructField, e Endpoint) param {
	p := param{name: f.Tag.Get("param"), doc: f.Tag.Get("doc"), bounds: roster.ParseBounds(f.Tag), field: f.Index, typ: f.Type}
	p.place = e.placeOf(p.name)
	fallback, optional := f.Tag.Lookup("default")
	p.required = !optional
	if fallback != "" {
		p.missing = roster.Text(fallback)
	}
	return p
}

// tabled are the parameters of the endpoint's table, which f receives.
func tabled(f reflect.StructField, e Endpoint) []param {
	var params []param
	for _, t := range e.Fields {
		params = append(params, param{
			name: t.Name, doc: t.Doc, place: e.placeOf(t.Name), required: t.Required, missing: t.Default, bounds: t.Bounds,
			field: f.Index, typ: reflect.TypeOf(t.Kind).Elem(), tabled: true,
		})
	}
	return params
}

func (e Endpoint) placeOf(name string) string {
	switch {
	case e.inPath(name):
		return "path"
	case e.reads():
		return "query"
	}
	return "body"
}

// kind returns the parameter's kind, to be parsed into or to be described. A
// field that is a pointer stays nil unless the parameter is given.
func (p param) kind(field reflect.Value) roster.Kind {
	if field.Kind() != reflect.Pointer {
		return field.Addr().Interface().(roster.Kind)
	}
	field.Set(reflect.New(field.Type().Elem()))
	return field.Interface().(roster.Kind)
}

func (p param) schema() roster.Schema {
	s := p.kind(reflect.New(p.typ).Elem()).Schema(p.bounds)
	if p.missing.Text == "" {
		return s
	}
	if s["type"] == "string" {
		s["default"] = p.missing.Text
	} else {
		s["default"] = json.RawMessage(p.missing.Text)
	}
	return s
}

// bind reads the parameters in order; the first that is wrong is the error
// (contract section 1.3). A null for an optional one counts as missing (Q2),
// and unknown ones are ignored.
func (e Endpoint) bind(path map[string]string, sent roster.Value) (reflect.Value, error) {
	in := reflect.New(e.in).Elem()
	for _, p := range e.params {
		v, ok := roster.Value{}, false
		if p.place == "path" {
			v, ok = roster.Text(path[p.name]), true
		} else {
			v, ok = sent.Member(p.name)
		}
		if err := p.bindIn(in.FieldByIndex(p.field), v, ok); err != nil {
			return in, err
		}
	}
	return in, nil
}

// bindIn binds to a field, or to an entry of the field if that is a map.
func (p param) bindIn(field reflect.Value, v roster.Value, sent bool) error {
	if !p.tabled {
		return p.bind(field, v, sent)
	}
	value := reflect.New(p.typ).Elem()
	if err := p.bind(value, v, sent); err != nil || !p.required && v.Kind == roster.Null {
		return err
	}
	if field.IsNil() {
		field.Set(reflect.ValueOf(given{}))
	}
	field.SetMapIndex(reflect.ValueOf(p.name), value)
	return nil
}

func (p param) bind(field reflect.Value, v roster.Value, sent bool) error {
	if !p.required && v.Kind == roster.Null {
		if v = p.missing; v.Kind == roster.Null {
			return nil
		}
	} else if !sent {
		return roster.ErrArgument.With("Parameter " + p.name + " is missing.")
	}
	if !wire.ValidUTF8(v) {
		return roster.ErrArgument.With("Parameter " + p.name + " must be valid UTF-8.")
	}
	if err := p.kind(field).Parse(v, p.bounds); err != nil {
		return roster.ErrArgument.With("Parameter " + p.name + " " + err.Error())
	}
	return nil
}
