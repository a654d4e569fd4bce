package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
	"roster/internal/wire"
)

// tree turns v into what encoding/json decodes into an any.
func tree(v roster.Value) any {
	switch v.Kind {
	case roster.Bool:
		return v.Text == "true"
	case roster.Number:
		return json.Number(v.Text)
	case roster.String:
		return v.Text
	case roster.List:
		list := []any{}
		for _, item := range v.List {
			list = append(list, tree(item))
		}
		return list
	case roster.Map:
		object := map[string]any{}
		for i, key := range v.Keys {
			object[key] = tree(v.List[i])
		}
		return object
	}
	return nil
}

// sameAsStandard compares v with what encoding/json makes of body. (go-cmp
// would compare each level of a list twice, which nesting multiplies.)
func sameAsStandard(t *testing.T, body []byte, v roster.Value) {
	t.Helper()
	var want any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&want); err != nil || !json.Valid(body) {
		t.Fatalf("encoding/json refuses %q: %v", body, err)
	}
	if got := tree(v); !reflect.DeepEqual(got, want) {
		t.Errorf("%.60q reads as %#v, and by encoding/json as %#v", body, got, want)
	}
}

func TestJSONReadsWhatTheStandardLibraryReads(t *testing.T) {
	for _, body := range []string{
		`null`, `true`, ` false `, `0`, `-0`, `-12.5e-3`, `1E+400`, `123456789012345678901234567890`, `""`, `"a"`,
		`[]`, `[ ]`, `{}`, "\t{\r\n}\n", `[null,true,1,"x",[],{}]`, `{"":{"":""}}`, `{"a":{"b":[1,{"c":null}]}}`,
		`"\"\\\/\b\f\n\r\t"`, `"\u0041\u00fc\u20AC\u0000"`, `"\ud83d\ude00"`, `"\uDBFF\uDFFF"`, `"\ud7ff\ue000\uffff"`,
		`"ü€😀` + "\u2028\ufffd\x7f" + `"`, `{"ü":1,"u\u0308":2}`, `{"a":1,"A":2}`, `[{"a":1},{"a":1}]`, `{"a":{"a":{"a":1}}}`,
		strings.Repeat("[", wire.MaxDepth) + strings.Repeat("]", wire.MaxDepth),
	} {
		v, err := wire.JSON([]byte(body))
		if err != nil {
			t.Errorf("%.60q is refused: %v", body, err)
			continue
		}
		sameAsStandard(t, []byte(body), v)
	}
}

// refusal is a body, and where and why reading it stops.
type refusal struct {
	body    string
	offset  int
	problem string
}

func (c refusal) check(t *testing.T) {
	t.Helper()
	v, err := wire.JSON([]byte(c.body))
	var syntax *wire.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("%.60q: error %v, want a syntax error", c.body, err)
		return
	}
	if syntax.Offset != c.offset || !strings.Contains(syntax.Problem, c.problem) {
		t.Errorf("%.60q: at %d %q, want at %d %q", c.body, syntax.Offset, syntax.Problem, c.offset, c.problem)
	}
	if want := fmt.Sprintf("at byte %d: ", c.offset); !strings.Contains(err.Error(), want) {
		t.Errorf("%.60q: %q does not say %q", c.body, err, want)
	}
	if diff := cmp.Diff(roster.Value{}, v); diff != "" {
		t.Errorf("%.60q: a value came with the error:\n%s", c.body, diff)
	}
}

func TestJSONSaysWhereItStops(t *testing.T) {
	for _, c := range []refusal{
		{"", 0, "ends too early"},
		{" \n", 2, "ends too early"},
		{`{"a":`, 5, "ends too early"},
		{`[`, 1, "ends too early"},
		{`{`, 1, "key in double quotes"},
		{`{a:1}`, 1, "key in double quotes"},
		{`{"a":1,}`, 7, "key in double quotes"},
		{`{"a" 1}`, 5, "colon"},
		{`{"a"`, 4, "colon"},
		{`{"a":1 "b":2}`, 7, "comma or a closing bracket"},
		{`[1 2]`, 3, "comma or a closing bracket"},
		{`[1}`, 2, "comma or a closing bracket"},
		{`[1`, 2, "comma or a closing bracket"},
		{`[1,]`, 3, "value is missing"},
		{`[,1]`, 1, "value is missing"},
		{`]`, 0, "value is missing"},
		{`NaN`, 0, "value is missing"},
		{`[nul]`, 1, "value is missing"},
		{`.5`, 0, "value is missing"},
		{`+1`, 0, "value is missing"},
		{`'a'`, 0, "value is missing"},
		{"\x00", 0, "value is missing"},
		{"\ufeff{}", 0, "value is missing"},
		{"[1,\u00a02]", 3, "value is missing"},
		{`// a`, 0, "value is missing"},
		{` 01`, 1, "number is malformed"},
		{`[-]`, 1, "number is malformed"},
		{`1.`, 0, "number is malformed"},
		{`1e`, 0, "number is malformed"},
		{`[1-2]`, 1, "number is malformed"},
		{`0x10`, 1, "something after"},
		{`{} {}`, 3, "something after"},
		{`truefalse`, 4, "something after"},
		{"1\x00", 1, "something after"},
		{`"abc`, 4, "does not end"},
		{`"ab\n`, 5, "does not end"},
		{`"\`, 1, "escape is malformed"},
		{`"a\x41"`, 2, "escape is malformed"},
		{`"\u12G4"`, 1, "escape is malformed"},
		{`"\u+123"`, 1, "escape is malformed"},
		{`"\u12`, 1, "escape is malformed"},
		{`"\U0041"`, 1, "escape is malformed"},
		{"\"a\x1fb\"", 2, "control character"},
		{"\"\\n\nb\"", 3, "control character"},
		{"{\"a\tb\":1}", 3, "control character"},
	} {
		if json.Valid([]byte(c.body)) {
			t.Errorf("%q is valid JSON", c.body)
		}
		c.check(t)
	}
}

// Two servers that read these differently would disagree about a password or a
// preference.
func TestJSONRefusesWhatCouldMeanTwoThings(t *testing.T) {
	nested := func(depth int, inner string) string {
		return strings.Repeat("[", depth) + inner + strings.Repeat("]", depth)
	}
	for _, c := range []refusal{
		{"\"a\xffb\"", 2, "UTF-8"},
		{"\"a\\n\xffb\"", 4, "UTF-8"},
		{"\"\xc0\xaf\"", 1, "UTF-8"},             // "/" in two bytes
		{"\"ab\xed\xa0\x80\"", 3, "UTF-8"},       // a surrogate as UTF-8
		{"\"\xf4\x90\x80\x80\"", 1, "UTF-8"},     // beyond U+10FFFF
		{"\"\xe2\x82\"", 1, "UTF-8"},             // cut
		{"{\"k\xff\":1}", 3, "UTF-8"},            // in a key
		{`"ab\ud800"`, 3, "surrogate"},           // the first half alone
		{`"\udc00"`, 1, "surrogate"},             // the second half alone
		{`"\ud83d\ud83d\ude00"`, 1, "surrogate"}, // two first halves
		{`"\ud83d\u0041"`, 1, "surrogate"},
		{`"\ude00\ud83d"`, 1, "surrogate"}, // in the wrong order
		{`"\ud83dx\ude00"`, 1, "surrogate"},
		{`{"\ud800":1}`, 2, "surrogate"},
		{`{"a":1,"a":1}`, 7, "twice"},
		{`{"a":1,"b":2, "\u0061":3}`, 14, "twice"},
		{`{"":1,"":2}`, 6, "twice"},
		{`{"x":[{"k":1,"k":2}]}`, 13, "twice"},
		{nested(wire.MaxDepth-1, `{"k":1,"k":2}`), wire.MaxDepth - 1 + 7, "twice"},
		{nested(wire.MaxDepth+1, ``), wire.MaxDepth, "nested more than 512"},
		{nested(wire.MaxDepth, `{}`), wire.MaxDepth, "nested more than 512"},
		{nested(1, `1,`+nested(wire.MaxDepth, ``)), wire.MaxDepth + 2, "nested more than 512"},
		{strings.Repeat(`{"a":`, wire.MaxDepth) + `{}` + strings.Repeat(`}`, wire.MaxDepth), 5 * wire.MaxDepth, "nested more than 512"},
	} {
		if !json.Valid([]byte(c.body)) {
			t.Errorf("%.60q is no JSON at all", c.body)
		}
		c.check(t)
	}
}

func TestKeysStayInTheirOrder(t *testing.T) {
	v, err := wire.JSON([]byte(`{"zeta":1,"10":2,"9":3,"alpha":4,"":5}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"zeta", "10", "9", "alpha", ""}, v.Keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestObjectParametersKeepTheirSourceWithoutBlanks(t *testing.T) {
	v, err := wire.JSON([]byte("{\"list\":[{}],\"prefs\" : { \"b\" : [ 1.50, \"\\u00fc / <\" ],\n\"a\" : { } } }"))
	if err != nil {
		t.Fatal(err)
	}
	prefs, _ := v.Member("prefs")
	if want := `{"b":[1.50,"\u00fc / <"],"a":{}}`; prefs.JSON != want {
		t.Errorf("JSON %s, want %s", prefs.JSON, want)
	}
	for _, other := range []roster.Value{v, v.List[0].List[0], prefs.List[1]} {
		if other.JSON != "" {
			t.Errorf("%v, which is no parameter, keeps %s", tree(other), other.JSON)
		}
	}
}

// A look through the earlier keys for each one would take hours here.
func TestAMillionKeysAreReadInOnePass(t *testing.T) {
	var body []byte
	for i := range 1_000_000 {
		body = append(strconv.AppendInt(append(body, `,"`...), int64(i), 36), `":[]`...)
	}
	body[0] = '{'
	refusal{string(body) + `,"0":[]}`, len(body) + 1, "twice"}.check(t)
}
