package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// referenceModel is what answers carry.
type referenceModel struct {
	Name   string
	Fields []referenceField
}

type referenceField struct {
	Name string
	Type referenceType
}

// referenceType is a type in words, the last of which may be a model's name.
type referenceType struct{ Text, Model, After string }

// answerType is what the endpoint answers with; models go to schemas.
func answerType(e Endpoint, schemas object) referenceType {
	if other, ok := reflect.Zero(e.out).Interface().(notJSON); ok {
		return referenceType{Text: mediaType(other)}
	}
	if e.Status == http.StatusNoContent {
		return referenceType{}
	}
	return newReferenceType(schemaOf(e.out, schemas))
}

func newReferenceModel(name string, schema object) referenceModel {
	m := referenceModel{Name: name}
	properties := schema["properties"].(object)
	for _, field := range schema["required"].([]string) {
		m.Fields = append(m.Fields, referenceField{field, newReferenceType(properties[field].(object))})
	}
	return m
}

func newReferenceType(schema object) referenceType {
	if ref, ok := schema["$ref"].(string); ok {
		return referenceType{Model: ref[strings.LastIndex(ref, "/")+1:]}
	}
	switch kind := schema["type"].(type) {
	case []any:
		of := newReferenceType(object{"type": kind[0]})
		of.After += " or null"
		return of
	case string:
		if kind == "array" {
			of := newReferenceType(schema["items"].(object))
			of.Text = strings.TrimSpace("list of " + of.Text)
			return of
		}
		if _, described := schema["description"]; described {
			return referenceType{Text: "time"}
		}
		return referenceType{Text: kind}
	}
	return referenceType{Text: fmt.Sprint(schema["type"])}
}
