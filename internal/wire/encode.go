package wire

import (
	"reflect"
	"strconv"
	"sync"
	"unicode/utf8"

	"roster"
)

// Append appends v as JSON: structs with their `json` names in order of
// declaration, those of embedded structs in their place, without HTML escapes, [roster.Time] as the contract writes
// times, nil slices as [], nil pointers as null, [RawJSON] as it stands. Fields
// whose tag since is newer than format are left out (contract section 9); the
// zero Version leaves none out.
//
// It exists beside encoding/json because of since, and takes half its time on
// a user.
func Append(b []byte, v any, format Version) []byte {
	rv := reflect.ValueOf(v)
	return planOf(rv.Type())(b, rv, format)
}

// RawJSON is JSON that is sent as it stands.
type RawJSON string

type appender func([]byte, reflect.Value, Version) []byte

var plans sync.Map // reflect.Type to appender

func planOf(t reflect.Type) appender {
	if plan, ok := plans.Load(t); ok {
		return plan.(appender)
	}
	plan, _ := plans.LoadOrStore(t, newPlan(t))
	return plan.(appender)
}

func newPlan(t reflect.Type) appender {
	switch t {
	case reflect.TypeFor[roster.Time]():
		return appendTime
	case reflect.TypeFor[RawJSON]():
		return appendRaw
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value, _ Version) []byte { return AppendString(b, v.String()) }
	case reflect.Bool:
		return func(b []byte, v reflect.Value, _ Version) []byte { return strconv.AppendBool(b, v.Bool()) }
	case reflect.Int, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value, _ Version) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case reflect.Pointer:
		return pointerPlan(t)
	case reflect.Slice:
		return slicePlan(t)
	case reflect.Struct:
		return structPlan(t)
	}
	panic("wire: no JSON for " + t.String())
}

func appendTime(b []byte, v reflect.Value, _ Version) []byte {
	b = append(b, '"')
	return append(roster.Time(v.Int()).AppendWire(b), '"')
}

func appendRaw(b []byte, v reflect.Value, _ Version) []byte {
	if v.Len() == 0 {
		return append(b, "null"...)
	}
	return append(b, v.String()...)
}

func pointerPlan(t reflect.Type) appender {
	elem := planOf(t.Elem())
	return func(b []byte, v reflect.Value, format Version) []byte {
		if v.IsNil() {
			return append(b, "null"...)
		}
		return elem(b, v.Elem(), format)
	}
}

func slicePlan(t reflect.Type) appender {
	elem := planOf(t.Elem())
	return func(b []byte, v reflect.Value, format Version) []byte {
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = elem(b, v.Index(i), format)
		}
		return append(b, ']')
	}
}

type field struct {
	index  []int
	prefix string // the name, quoted, and a colon
	since  Version
	append appender
}

func structPlan(t reflect.Type) appender {
	fields := structFields(t)
	return func(b []byte, v reflect.Value, format Version) []byte {
		b = append(b, '{')
		first := true
		for _, f := range fields {
			if format != (Version{}) && format.Before(f.since) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = f.append(append(b, f.prefix...), v.FieldByIndex(f.index), format)
		}
		return append(b, '}')
	}
}

func structFields(t reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name, ok := f.Tag.Lookup("json")
		if !ok {
			continue
		}
		since, _ := ParseVersion(f.Tag.Get("since"))
		fields = append(fields, field{f.Index, string(AppendString(nil, name)) + ":", since, planOf(f.Type)})
	}
	return fields
}

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string; invalid UTF-8 becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = appendEscape(append(b, s[start:i]...), c)
			start = i + 1
		}
		i++
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
