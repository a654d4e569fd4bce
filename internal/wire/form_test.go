package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"roster"
	"roster/internal/wire"
)

// spelled writes a form's value with its keys in order.
func spelled(v roster.Value) string {
	var items []string
	for i, item := range v.List {
		text := spelled(item)
		if v.Kind == roster.Map {
			text = strconv.Quote(v.Keys[i]) + ":" + text
		}
		items = append(items, text)
	}
	switch v.Kind {
	case roster.Map:
		return "{" + strings.Join(items, ",") + "}"
	case roster.List:
		return "[" + strings.Join(items, ",") + "]"
	case roster.Null:
		return "null"
	}
	return strconv.Quote(v.Text)
}

// spellings are forms and what they say (contract section 1.2).
var spellings = []struct{ form, want string }{
	{"a=1", `{"a":"1"}`},
	{"a=1&b=2", `{"a":"1","b":"2"}`},
	{"b=2&a=1", `{"b":"2","a":"1"}`},
	{"a=1&a=2", `{"a":"2"}`},
	{"a=1&b=2&a=3", `{"a":"3","b":"2"}`},
	{"A=1&a=2", `{"A":"1","a":"2"}`},
	{"a", `{"a":""}`},
	{"a=", `{"a":""}`},
	{"a=b=c", `{"a":"b=c"}`},
	{"a=1;b=2", `{"a":"1;b=2"}`},
	{"a=x+y%2Bz%26", `{"a":"x y+z&"}`},
	{"a=%C3%BC", `{"a":"ü"}`},

	{"a[]=x", `{"a":["x"]}`},
	{"a[]=x&a[]=y", `{"a":["x","y"]}`},
	{"a[0]=x&a[1]=y", `{"a":["x","y"]}`},
	{"a%5B0%5D=x&a%5B1%5D=y", `{"a":["x","y"]}`},
	{"a%5b%5d=x&b=1&a%5b%5d=y", `{"a":["x","y"],"b":"1"}`},
	{"a[]=x&a[1]=y&a[]=z", `{"a":["x","y","z"]}`},
	{"a[]=x&a[0]=y", `{"a":["y"]}`},
	{"a[1]=x&a[0]=y", `{"a":{"1":"x","0":"y"}}`},
	{"a[5]=x&a[]=y", `{"a":{"5":"x","6":"y"}}`},
	{"a[-1]=x", `{"a":{"-1":"x"}}`},
	{"a[99999999999999999999]=x&a[]=y", `{"a":{"99999999999999999999":"x","0":"y"}}`},

	{"a[b]=c", `{"a":{"b":"c"}}`},
	{"a[b]=c&a[b]=d", `{"a":{"b":"d"}}`},
	{"a[b]=1&a[]=2", `{"a":{"b":"1","0":"2"}}`},
	{"a[b][c]=1&a[b][d]=2&a[e]=3", `{"a":{"b":{"c":"1","d":"2"},"e":"3"}}`},
	{"a[b][]=1&a[b][]=2", `{"a":{"b":["1","2"]}}`},
	{"a[][b]=1&a[][b]=2", `{"a":[{"b":"1"},{"b":"2"}]}`},
	{"a=1&a[b]=2", `{"a":{"b":"2"}}`},
	{"a[b]=2&a=1", `{"a":"1"}`},
	{"a[b]c=1", `{"a":{"b":"1"}}`},

	{"a.b=1", `{"a_b":"1"}`},
	{"a+b=1", `{"a_b":"1"}`},
	{"a%20b%2Ec=1", `{"a_b_c":"1"}`},
	{"a.b[c.d e]=1", `{"a_b":{"c.d e":"1"}}`},
	{"a.b=1&a_b=2", `{"a_b":"2"}`},

	{"a=%zz&b=1", `{"b":"1"}`},
	{"%zz=1&b=1", `{"b":"1"}`},
	{"a=%4&b=1", `{"b":"1"}`},
	{"a=100%&b=1", `{"b":"1"}`},
	{"a[%]=1&b=1", `{"b":"1"}`},
	{"&&a=1&", `{"a":"1"}`},
	{"=x&a=1", `{"a":"1"}`},
}

func TestFormsMeanWhatPHPMakesOfThem(t *testing.T) {
	for _, c := range spellings {
		if got := spelled(wire.Form(c.form)); got != c.want {
			t.Errorf("%s is %s, want %s", c.form, got, c.want)
		}
	}
}

func TestFormsWithoutNamesHaveNoParameters(t *testing.T) {
	for _, form := range []string{"", "&", "=", "=x", "%zz=1", "a=%", "&&&=&"} {
		if v := wire.Form(form); len(v.List) > 0 || len(v.Keys) > 0 {
			t.Errorf("%q is %s", form, spelled(v))
		}
	}
}

func TestFormMapsHaveTheJSONThatIsStored(t *testing.T) {
	v := wire.Form("prefs[theme]=a%22b%0A&prefs[n][]=1&prefs[n][]=2&prefs[%C3%BC][x]=%ff")
	prefs, _ := v.Member("prefs")
	if want := `{"theme":"a\"b\n","n":["1","2"],"ü":{"x":"` + "\ufffd" + `"}}`; prefs.JSON != want {
		t.Errorf("JSON %s, want %s", prefs.JSON, want)
	}
}

// Otherwise one text under 500 keys is kept 500 times.
func TestOnlyParametersThemselvesKeepTheirJSON(t *testing.T) {
	v := wire.Form("a" + strings.Repeat("[b]", 20) + "=text")
	if v.JSON != "" {
		t.Errorf("the whole form keeps %s", v.JSON)
	}
	if v = v.List[0]; !json.Valid([]byte(v.JSON)) {
		t.Errorf("the parameter keeps %q", v.JSON)
	}
	for v.Kind == roster.Map {
		if v = v.List[0]; v.JSON != "" {
			t.Fatalf("a value inside the parameter keeps %s", v.JSON)
		}
	}
}

func depth(v roster.Value) int {
	deepest := 0
	for _, item := range v.List {
		deepest = max(deepest, 1+depth(item))
	}
	return deepest
}

func TestHostileNestingEndsAtTheDepthOfBodies(t *testing.T) {
	for nest, want := range map[string]int{
		"[]": wire.MaxDepth, "[a]": wire.MaxDepth, "[0]": wire.MaxDepth, "[[]": wire.MaxDepth, "[": 1, "][": wire.MaxDepth, "[]]": 2,
	} {
		name := "a" + strings.Repeat(nest, 100_000)
		for _, form := range []string{name + "=1", url.QueryEscape(name) + "=1", strings.Repeat(name+"=1&", 3)} {
			if n := depth(wire.Form(form)); n != want {
				t.Errorf("100,000 times %s is %d deep, want %d", nest, n, want)
			}
		}
	}
}

func TestFieldsBeyondTheLimitAreLeftOut(t *testing.T) {
	var plain, list strings.Builder
	for i := range wire.MaxFormFields + 1 {
		fmt.Fprintf(&plain, "a%d=%d&", i, i)
		fmt.Fprintf(&list, "a[]=%d&", i)
	}
	v := wire.Form(plain.String())
	if len(v.Keys) != wire.MaxFormFields || v.Keys[wire.MaxFormFields-1] != "a9999" {
		t.Errorf("%d names, the last is %s", len(v.Keys), v.Keys[len(v.Keys)-1])
	}
	if n := len(wire.Form(list.String()).List[0].List); n != wire.MaxFormFields {
		t.Errorf("%d elements", n)
	}
	if v := wire.Form(strings.Repeat("&", wire.MaxFormFields) + "a=1"); len(v.Keys) != 0 {
		t.Errorf("empty fields do not count: %s", spelled(v))
	}
}

// multipartOf writes a body of fields, given as name and value in turns.
func multipartOf(t testing.TB, fields ...string) (body []byte, boundary string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.Boundary()
}

func TestMultipartFieldsMeanTheSameAsAForms(t *testing.T) {
	for _, c := range spellings {
		var fields []string
		for field := range strings.SplitSeq(c.form, "&") {
			name, value, _ := strings.Cut(field, "=")
			name, err1 := url.QueryUnescape(name)
			value, err2 := url.QueryUnescape(value)
			if err1 == nil && err2 == nil {
				fields = append(fields, name, value)
			}
		}
		body, boundary := multipartOf(t, fields...)
		if got := spelled(wire.Multipart(body, boundary)); got != c.want {
			t.Errorf("the fields of %s are %s, want %s", c.form, got, c.want)
		}
	}
}

func TestMultipartLeavesFilesOutAndEndsWhereItIsDamaged(t *testing.T) {
	part := func(disposition, text string) string {
		return "--cut\r\nContent-Disposition: " + disposition + "\r\n\r\n" + text + "\r\n"
	}
	a, b := part(`form-data; name="a"`, "1"), part(`form-data; name="b"`, "line\r\n--cu\r\n")
	for _, c := range []struct{ name, body, want string }{
		{"whole", a + b + "--cut--\r\n", `{"a":"1","b":"line\r\n--cu\r\n"}`},
		{"preamble and epilogue", "before\r\n" + a + "--cut--\r\nafter" + b, `{"a":"1"}`},
		{"file", a + part(`form-data; name="f"; filename="x.txt"`, "x") + b + "--cut--", `{"a":"1","b":"line\r\n--cu\r\n"}`},
		{"no name", part(`form-data`, "x") + a + "--cut--", `{"a":"1"}`},
		{"attachment", part(`attachment; name="x"`, "x") + a + "--cut--", `{"a":"1"}`},
		{"no disposition", "--cut\r\n\r\nx\r\n" + a + "--cut--", `{"a":"1"}`},
		{"cut in a text", a + "--cut\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nhal", `{"a":"1"}`},
		{"cut in a header", a + "--cut\r\nContent-Dispos", `{"a":"1"}`},
		{"bad header", a + "--cut\r\nno header\r\n\r\nx\r\n" + b + "--cut--", `{"a":"1"}`},
	} {
		if got := spelled(wire.Multipart([]byte(c.body), "cut")); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for _, boundary := range []string{"", "other", "\r\n", strings.Repeat("x", 1000)} {
		if v := wire.Multipart([]byte(a+"--cut--"), boundary); len(v.Keys) != 0 {
			t.Errorf("boundary %.20q: %s", boundary, spelled(v))
		}
	}
}

func TestMultipartFieldsBeyondTheLimitAreLeftOut(t *testing.T) {
	var fields []string
	for range wire.MaxFormFields + 1 {
		fields = append(fields, "a[]", "")
	}
	body, boundary := multipartOf(t, fields...)
	if n := len(wire.Multipart(body, boundary).List[0].List); n != wire.MaxFormFields {
		t.Errorf("%d elements", n)
	}
}

func TestInvalidUTF8IsFoundAtEveryPlace(t *testing.T) {
	for form, valid := range map[string]bool{
		"":                  true,
		"a=x":               true,
		"a=%C3%BC":          true,
		"a=%00":             true,
		"a=%EF%BF%BD":       true,
		"a=%ff":             false,
		"a=%C3":             false,
		"a=%ED%A0%80":       false,
		"%ff=x":             false,
		"a[%ff]=x":          false,
		"a[]=x&a[]=%ff":     false,
		"a[b][c][]=%C0%AF":  false,
		"a[b][%80][]=x&b=y": false,
	} {
		if got := wire.ValidUTF8(wire.Form(form)); got != valid {
			t.Errorf("%s: %v, want %v", form, got, valid)
		}
	}
}
