package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"roster"
	"roster/internal/wire"
)

// FuzzJSON compares with encoding/json: what is accepted means the same there,
// and what only wire refuses is refused for one of four reasons.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"userId":"unique()","email":"mira@okafor-works.example","prefs":{"a" : [1, -2.5e+3, null]}}`,
		`["\ud83d\ude00","\ud800","\/\u0000"]`, `{"a":1,"\u0061":2}`, "\"\xff\"", `[[[[]]]] `, `tru`, `-01`, "\"a\tb\"", `{"a":{"0":1,"1":2}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := wire.JSON(body)
		if err != nil {
			checkRefusal(t, body, err)
			return
		}
		sameAsStandard(t, body, v)
		checkSource(t, v)
	})
}

func checkRefusal(t *testing.T, body []byte, err error) {
	t.Helper()
	var syntax *wire.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(body) {
		t.Fatalf("%q: error %v", body, err)
	}
	strict := func(problem string) bool { return strings.Contains(syntax.Problem, problem) }
	if json.Valid(body) && !strict("UTF-8") && !strict("surrogate") && !strict("twice") && !strict("nested") {
		t.Errorf("%q is JSON: %v", body, err)
	}
}

// checkSource compares the parameters with the source that they keep.
func checkSource(t *testing.T, v roster.Value) {
	t.Helper()
	if v.Kind != roster.Map {
		return
	}
	for _, parameter := range v.List {
		if parameter.Kind == roster.Map {
			sameAsStandard(t, []byte(parameter.JSON), parameter)
		}
	}
}

// checkForm looks at what every form's value must be.
func checkForm(t *testing.T, v roster.Value) {
	t.Helper()
	if n := depth(v); n > wire.MaxDepth {
		t.Errorf("%d deep", n)
	}
	checkShape(t, v)
	for _, parameter := range v.List {
		if parameter.Kind != roster.Map {
			continue
		}
		if !json.Valid([]byte(parameter.JSON)) || !utf8.ValidString(parameter.JSON) {
			t.Errorf("%q is no JSON", parameter.JSON)
		}
	}
}

func checkShape(t *testing.T, v roster.Value) {
	t.Helper()
	if v.Kind == roster.Map && len(v.Keys) != len(v.List) || v.Kind != roster.Map && len(v.Keys) != 0 {
		t.Errorf("%s with %d keys and %d values", v.Kind, len(v.Keys), len(v.List))
	}
	seen := map[string]bool{}
	for _, key := range v.Keys {
		if seen[key] {
			t.Errorf("key %q stands twice", key)
		}
		seen[key] = true
	}
	for _, item := range v.List {
		checkShape(t, item)
	}
}

func FuzzForm(f *testing.F) {
	for _, c := range spellings {
		f.Add(c.form)
	}
	f.Add("a[9223372036854775807]=1&a[]=2&a[]=3")
	f.Add("[a]=1&a[=2&a[b=3&a]=4&[]=5")
	f.Fuzz(func(t *testing.T, form string) {
		v := wire.Form(form)
		checkForm(t, v)
		if !strings.ContainsRune(form, '%') && utf8.ValidString(form) && !wire.ValidUTF8(v) {
			t.Errorf("%q became invalid UTF-8", form)
		}
	})
}

func FuzzMultipart(f *testing.F) {
	for _, c := range spellings {
		name, value, _ := strings.Cut(c.form, "=")
		body, boundary := multipartOf(f, name, value)
		f.Add(body, boundary)
	}
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name*=utf-8''a%5B%5D\r\n\r\nx\r\n--b--"), "b")
	f.Add([]byte("--\r\n\r\n----"), "")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		checkForm(t, wire.Multipart(body, boundary))
		checkForm(t, wire.Multipart(bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")), boundary))
	})
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00", "ü€😀\u2028", "\xff\xc3", "\xed\xa0\x80\xed\xb0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) { checkString(t, s) })
}
