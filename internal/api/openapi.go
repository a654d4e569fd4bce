package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"roster"
	"roster/internal/wire"
)

// object is a JSON object of the OpenAPI document.
type object = map[string]any

// always are the errors that every endpoint may give, whatever it declares.
var always = []*roster.Error{
	roster.ErrArgument, roster.ErrBadRequest, roster.ErrScope, roster.ErrUnauthorized, roster.ErrKeyExpired, roster.ErrJWT, roster.ErrMoreFactors,
	roster.ErrProjectIDMissing, roster.ErrOrigin, roster.ErrServiceDisabled, roster.ErrAPIDisabled, roster.ErrJWTAndSession, roster.ErrUserBlocked,
	roster.ErrProjectNotFound, roster.ErrBodyTooLarge, roster.ErrTimeout, roster.ErrInternal, roster.ErrUnavailable,
}

// document describes the endpoints as OpenAPI 3.1.
func document(endpoints []Endpoint) []byte {
	schemas := object{"Error": schemaOf(reflect.TypeFor[errorModel](), nil)}
	paths := object{}
	for _, e := range endpoints {
		path, _ := paths[Prefix+e.Path].(object)
		if path == nil {
			path = object{}
			paths[Prefix+e.Path] = path
		}
		path[strings.ToLower(e.Method)] = operation(e, schemas)
	}
	text, err := json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Roster", "version": roster.ContractVersion,
			"description": "The user directory that a team runs itself. It speaks Appwrite's Users API.",
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers": []object{{"url": "/"}},
		"paths":   paths,
		"components": object{"schemas": schemas, "securitySchemes": object{
			"Project": object{"type": "apiKey", "in": "header", "name": "X-Appwrite-Project"},
			"Key":     object{"type": "apiKey", "in": "header", "name": "X-Appwrite-Key"},
			"Session": object{"type": "apiKey", "in": "header", "name": "X-Appwrite-Session"},
			"JWT":     object{"type": "apiKey", "in": "header", "name": "X-Appwrite-JWT"},
		}},
	}, "", "  ")
	if err != nil {
		panic(err) // it is made of maps, strings and numbers
	}
	return text
}

func operation(e Endpoint, schemas object) object {
	op := object{
		"operationId": e.Name, "summary": e.Summary, "tags": []string{strings.Split(e.Path, "/")[1]},
		"responses": responses(e, schemas), "x-scopes": e.Scopes, "security": security(e),
	}
	if e.Event != nil {
		op["x-event"] = e.Event.Name()
	}
	for _, also := range e.Also {
		names, _ := op["x-events-before"].([]string)
		op["x-events-before"] = append(names, also.Name())
	}
	parameters, body := []object{}, []param{}
	for _, p := range e.params {
		if p.place == "body" {
			body = append(body, p)
			continue
		}
		parameters = append(parameters, parameter(p))
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if len(body) > 0 {
		op["requestBody"] = requestBody(body)
	}
	return op
}

// security lists the credentials that open the endpoint, each an alternative
// beside the project's id.
func security(e Endpoint) []object {
	var schemes []string
	if slices.ContainsFunc(e.Scopes, func(s roster.Scope) bool { return s != roster.Account && s != roster.Public }) {
		schemes = append(schemes, "Key")
	}
	if e.Impersonators || e.Links || slices.Contains(e.Scopes, roster.Account) || slices.Contains(e.Scopes, roster.TeamsRead) {
		schemes = append(schemes, "Session", "JWT")
	}
	var alternatives []object
	for _, scheme := range schemes {
		alternatives = append(alternatives, object{"Project": []string{}, scheme: []string{}})
	}
	if e.SignIn || e.Links || len(schemes) == 0 {
		alternatives = append(alternatives, object{"Project": []string{}})
	}
	return alternatives
}

func parameter(p param) object {
	described := object{"name": p.name, "in": p.place, "required": p.required, "description": p.doc, "schema": p.schema()}
	if p.schema()["type"] == "array" {
		described["name"], described["explode"] = p.name+"[]", true
	}
	return described
}

func requestBody(params []param) object {
	properties, required := object{}, []string{}
	for _, p := range params {
		s := p.schema()
		s["description"] = p.doc
		properties[p.name] = s
		if p.required {
			required = append(required, p.name)
		}
	}
	schema := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return object{"required": len(required) > 0, "content": object{"application/json": object{"schema": schema}}}
}

func responses(e Endpoint, schemas object) object {
	all := object{fmt.Sprint(e.Status): success(e, schemas)}
	for status, types := range errorsByStatus(e) {
		all[fmt.Sprint(status)] = object{
			"description": strings.Join(types, ", "),
			"content": object{"application/json": object{"schema": object{
				"allOf": []object{{"$ref": "#/components/schemas/Error"}, {"properties": object{"type": object{"enum": types}}}},
			}}},
		}
	}
	return all
}

// success describes the answer of a call that goes well: JSON, something else,
// or a way elsewhere.
func success(e Endpoint, schemas object) object {
	described := object{"description": http.StatusText(e.Status)}
	other, ok := reflect.Zero(e.out).Interface().(notJSON)
	switch {
	case ok && other.media() == "":
		described["headers"] = object{"Location": object{"schema": object{"type": "string", "format": "uri"}}}
	case ok:
		described["content"] = object{mediaType(other): object{}}
	case e.Status != http.StatusNoContent:
		described["content"] = object{"application/json": object{"schema": schemaOf(e.out, schemas)}}
	}
	return described
}

func errorsByStatus(e Endpoint) map[int][]string {
	types := make(map[int][]string)
	for _, err := range e.failures() {
		if !slices.Contains(types[err.Status], err.Type) {
			types[err.Status] = append(types[err.Status], err.Type)
		}
	}
	return types
}

// schemaOf describes a response. Structs become named schemas, so that they
// stand once; without schemas they are written out.
func schemaOf(t reflect.Type, schemas object) object {
	switch t {
	case reflect.TypeFor[roster.Time]():
		return object{"type": "string", "description": "ISO 8601 with milliseconds, UTC; empty if there is none."}
	case reflect.TypeFor[wire.RawJSON]():
		return object{"type": "object", "additionalProperties": true}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem(), schemas)}
	case reflect.Pointer:
		s := schemaOf(t.Elem(), schemas)
		s["type"] = []any{s["type"], "null"}
		return s
	case reflect.Struct:
		return structSchema(t, schemas)
	}
	return object{"type": "string"}
}

func structSchema(t reflect.Type, schemas object) object {
	name := strings.ToUpper(t.Name()[:1]) + strings.TrimSuffix(t.Name()[1:], "Model")
	if schemas != nil && schemas[name] != nil {
		return object{"$ref": "#/components/schemas/" + name}
	}
	properties, required := object{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		if json := f.Tag.Get("json"); json != "" {
			properties[json] = schemaOf(f.Type, schemas)
			required = append(required, json)
		}
	}
	s := object{"type": "object", "properties": properties, "required": required}
	if schemas == nil {
		return s
	}
	schemas[name] = s
	return object{"$ref": "#/components/schemas/" + name}
}
