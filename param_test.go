package roster_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
	"roster/internal/wire"
)

// sent is the value of a parameter as it arrives in a body.
func sent(t testing.TB, text string) roster.Value {
	t.Helper()
	body, err := wire.JSON([]byte(`{"p":` + text + `}`))
	if err != nil {
		t.Fatal(err)
	}
	v, _ := body.Member("p")
	return v
}

// judged is what a kind makes of values: JSON to what it takes, and those that
// it refuses.
type judged struct {
	kind    func() roster.Kind
	bounds  roster.Bounds
	taken   map[string]any
	refused []string
}

func kind[T any, P interface {
	*T
	roster.Kind
}]() roster.Kind {
	return P(new(T))
}

func TestKindsTakeWhatTheContractTakes(t *testing.T) {
	everyKind := []string{"null", "true", "1", `"x"`, "[]", "{}"}
	without := func(own ...string) []string {
		return slices.DeleteFunc(slices.Clone(everyKind), func(v string) bool { return slices.Contains(own, v) })
	}
	text := roster.Bounds{Min: 1, Max: 4}
	numbers := roster.Bounds{Min: 4, Max: 128}
	words := roster.Bounds{Words: []string{"email", "sms", "push"}}
	for name, c := range map[string]judged{
		"text": {
			kind[roster.TextParam], text,
			map[string]any{`"a"`: "a", `"éééé"`: "éééé", `"😀😀😀😀"`: "😀😀😀😀", `" "`: " ", `"a\nb"`: "a\nb"},
			append(without(`"x"`), `""`, `"aaaaa"`, `"a\u0000"`),
		},
		"text that may be empty": {kind[roster.TextParam], roster.Bounds{Max: 128}, map[string]any{`""`: "", `"` + x(128) + `"`: x(128)}, []string{`"` + x(129) + `"`, "null"}},
		"text without a limit":   {kind[roster.TextParam], roster.Bounds{}, map[string]any{`"` + x(100_000) + `"`: x(100_000)}, nil},
		"an id":                  {kind[roster.ID], roster.Bounds{}, map[string]any{`"ada"`: "ada"}, append(without(`"x"`), `""`, `"unique()"`, `"_a"`)},
		"a custom id":            {kind[roster.CustomID], roster.Bounds{}, map[string]any{`"ada"`: "ada", `"unique()"`: "unique()"}, append(without(`"x"`), `""`, `"unique( )"`, `"Unique()"`)},
		"a boolean":              {kind[roster.BoolParam], roster.Bounds{}, map[string]any{"true": true, "false": false}, append(without("true"), `"true"`, "0", `"1"`)},
		"a loose boolean": {
			kind[roster.LooseBool], roster.Bounds{},
			map[string]any{"true": true, "false": false, `"true"`: true, `"false"`: false, "1": true, "0": false, `"1"`: true, `"0"`: false}, // Q4
			[]string{"null", "2", "1.0", `""`, `"yes"`, `"TRUE"`, `" 1"`, "[]", "{}", "-0"},
		},
		"an integer of 32 bits": {
			kind[roster.Int32], roster.Bounds{},
			map[string]any{"0": int32(0), "2147483647": int32(2147483647), "-2147483648": int32(-2147483648), "-0": int32(0)},
			append(without("1"), "2147483648", "-2147483649", "1.0", "1e3", "99999999999999999999", `"1"`),
		},
		"an integer in a range": {
			kind[roster.Range], numbers,
			map[string]any{"4": int64(4), "128": int64(128), `"6"`: int64(6), `" 6 "`: int64(6), `"006"`: int64(6)},
			append(without(), "3", "129", `"3"`, `"129"`, "6.0", `"6.0"`, `"1e2"`, `""`, `" "`, `"6x"`, "-6", "99999999999999999999", `"0x10"`, `"1_0"`),
		},
		"a limit": {
			kind[roster.Limit], numbers,
			map[string]any{"4": int64(4), "128": int64(128), `"6"`: int64(6), "null": int64(0)},
			[]string{"true", "0", "3", "129", "6.0", `""`, `"null"`, "[]", "{}"},
		},
		"an object": {
			kind[roster.Object], roster.Bounds{},
			map[string]any{`{"a": [1, "b"]}`: `{"a":[1,"b"]}`, `" {\"a\": {}} "`: `{"a":{}}`, "{}": "", "[]": "", `"{}"`: "", `{"0":"a","x":1}`: `{"0":"a","x":1}`},
			[]string{"null", "true", "1", `""`, `"a"`, `"[]"`, `"null"`, `"{"`, `"{}{}"`, `"{a:1}"`, `["a"]`},
		},
		"an encryption": {
			kind[roster.Encryption], roster.Bounds{Words: []string{"none", "ssl", "tls"}},
			map[string]any{`"none"`: "none", `"SSL"`: "ssl", `"Tls"`: "tls"}, append(without(), `""`, `"starttls"`, `" ssl"`),
		},
		"one of some words": {
			kind[roster.Enum], words, map[string]any{`"email"`: "email", `"EMAIL"`: "EMAIL", `"Push"`: "Push"},
			append(without(), `"mail"`, `""`, `" sms"`, `["sms"]`),
		},
		"one of some words as written": {
			kind[roster.StrictEnum], words, map[string]any{`"sms"`: "sms"}, append(without(), `"SMS"`, `"Email"`, `""`),
		},
		"a password": {
			kind[roster.PasswordParam], roster.Bounds{}, map[string]any{`"12345678"`: "12345678", `"éééé"`: "éééé", `"` + x(256) + `"`: x(256)}, // bytes
			append(without(), `""`, `"1234567"`, `"ééé1"`, `"`+x(257)+`"`, "12345678"),
		},
		"a password that may be empty": {kind[roster.PasswordParam], roster.Bounds{Empty: true}, map[string]any{`""`: ""}, []string{"null", `" "`}},
		"a phone number":               {kind[roster.PhoneParam], roster.Bounds{}, map[string]any{`"+4915112345678"`: "+4915112345678"}, append(without(), `""`, `" +4915112345678"`, "4915112345678")},
		"a phone that may be empty":    {kind[roster.PhoneParam], roster.Bounds{Empty: true}, map[string]any{`""`: ""}, []string{"null", `"+"`}},
		"labels": {
			kind[roster.Labels], roster.Bounds{},
			map[string]any{
				"[]": []string{}, `["vip","b2"]`: []string{"vip", "b2"}, `["b","a","b","B"]`: []string{"b", "a", "B"}, `{"x":"vip","0":"a"}`: []string{"vip", "a"},
				"{}": []string{}, `["` + x(36) + `"]`: []string{x(36)},
			},
			[]string{"null", "true", "1", `"vip"`, `[""]`, `["a-b"]`, `["a b"]`, `["é"]`, `["` + x(37) + `"]`, `[1]`, `[null]`, `[["a"]]`, `["ok",{}]`},
		},
		"roles": {
			kind[roster.Roles], roster.Bounds{},
			map[string]any{
				"[]": []string{}, `["owner","can-edit_2.all"]`: []string{"owner", "can-edit_2.all"}, `["b","a","b","B"]`: []string{"b", "a", "B"},
				`{"x":"owner"}`: []string{"owner"}, "{}": []string{}, `["` + x(81) + `"]`: []string{x(81)}, `["7"]`: []string{"7"},
			},
			[]string{"null", "true", "1", `"owner"`, `[""]`, `["_a"]`, `[".a"]`, `["-a"]`, `["a b"]`, `["é"]`, `["a/b"]`, `["` + x(82) + `"]`, `[1]`, `[null]`, `[["a"]]`, `["ok",{}]`},
		},
		"preferences": {
			kind[roster.Prefs], roster.Bounds{},
			map[string]any{"{}": "{}", "[]": "{}", `{ "b": 1, "a": {"x": []} }`: `{"b":1,"a":{"x":[]}}`, `{"1":"a"}`: `{"1":"a"}`, `{"0":"a","x":1}`: `{"0":"a","x":1}`, `{"a":{}}`: `{"a":{}}`},
			[]string{"null", "true", "1", `"{}"`, `""`, `["a"]`, `{"0":"a"}`, `{"0":"a","1":"b"}`},
		},
	} {
		for text, want := range c.taken {
			k := c.kind()
			if err := k.Parse(sent(t, text), c.bounds); err != nil {
				t.Errorf("%s: %.60s is refused: %v", name, text, err)
			} else if got := fmt.Sprint(valueOf(k)); got != fmt.Sprint(want) {
				t.Errorf("%s: %.60s becomes %.60s", name, text, got)
			}
		}
		for _, text := range c.refused {
			k := c.kind()
			switch err := k.Parse(sent(t, text), c.bounds); {
			case err == nil:
				t.Errorf("%s: %.60s is taken as %v", name, text, valueOf(k))
			case !strings.HasSuffix(err.Error(), ".") && !strings.HasSuffix(err.Error(), "…"):
				t.Errorf("%s: the message is %q", name, err)
			}
		}
	}
}

func valueOf(k roster.Kind) any { return reflect.ValueOf(k).Elem().Interface() }

// Messages reach logs, and a password must not.
func TestRefusalNeverRepeatsTheValue(t *testing.T) {
	const secret = "hunter2"
	for _, k := range []roster.Kind{
		kind[roster.ID](), kind[roster.CustomID](), kind[roster.BoolParam](), kind[roster.LooseBool](), kind[roster.Int32](), kind[roster.Range](), kind[roster.Enum](),
		kind[roster.StrictEnum](), kind[roster.PasswordParam](), kind[roster.PhoneParam](), kind[roster.EmailParam](), kind[roster.Labels](), kind[roster.Roles](), kind[roster.Prefs](),
		kind[roster.Limit](), kind[roster.Object](), kind[roster.Encryption](),
	} {
		for _, text := range []string{`"` + secret + `"`, `["` + secret + `","` + secret + `!"]`, `{"` + secret + `":["` + secret + `"]}`} {
			if err := k.Parse(sent(t, text), roster.Bounds{Max: 3}); err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%T says %q", k, err)
			}
		}
	}
}

func TestLabelsAreAtMostAThousandAndRolesAHundred(t *testing.T) {
	words := func(n int) roster.Value {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf(`"l%d"`, i)
		}
		return sent(t, "["+strings.Join(list, ",")+"]")
	}
	for most, k := range map[int]roster.Kind{1000: kind[roster.Labels](), 100: kind[roster.Roles]()} {
		if err := k.Parse(words(most), roster.Bounds{}); err != nil || reflect.ValueOf(k).Elem().Len() != most {
			t.Errorf("%T of %d words: %v", k, most, err)
		}
		if err := k.Parse(words(most+1), roster.Bounds{}); err == nil {
			t.Errorf("%T takes %d words", k, most+1)
		}
	}
}

// The size is that of the JSON with \uXXXX for what is not ASCII and \/ for a
// slash, however the client has written it (contract section 1.4, MAP).
func TestPreferencesMayHave65535BytesAsTheContractMeasuresThem(t *testing.T) {
	const around = len(`{"a":""}`)
	for _, c := range []struct {
		char string
		size int
	}{
		{"x", 1}, {`\u0078`, 1}, {"\x7f", 1}, {"é", 6}, {`\u00e9`, 6}, {"€", 6}, {"😀", 12}, {`\ud83d\ude00`, 12}, {"/", 2}, {`\/`, 2}, {`\u002f`, 2},
		{`\"`, 2}, {`\u0022`, 2}, {`\\`, 2}, {`\n`, 2}, {`\u000A`, 2}, {`\u0001`, 6}, {`\u2028`, 6},
	} {
		n := (65535 - around) / c.size
		rest := x(65535 - around - n*c.size)
		var p roster.Prefs
		if err := p.Parse(sent(t, `{"a":"`+strings.Repeat(c.char, n)+rest+`"}`), roster.Bounds{}); err != nil {
			t.Errorf("65,535 bytes of %s: %v", c.char, err)
		}
		if err := p.Parse(sent(t, `{"a":"`+strings.Repeat(c.char, n)+rest+`y"}`), roster.Bounds{}); err == nil {
			t.Errorf("65,536 bytes of %s are taken", c.char)
		}
		if err := p.Parse(sent(t, `{"`+strings.Repeat(c.char, n)+rest+`a":""}`), roster.Bounds{}); err != nil {
			t.Errorf("65,535 bytes of %s in a key: %v", c.char, err)
		}
	}
	var p roster.Prefs
	blanks := `{ "a" : "` + x(65535-around) + `" }` + strings.Repeat(" ", 100)
	if err := p.Parse(sent(t, blanks), roster.Bounds{}); err != nil {
		t.Errorf("blanks are counted: %v", err)
	}
}

func TestKindsDescribeThemselves(t *testing.T) {
	for _, c := range []struct {
		kind   roster.Kind
		bounds roster.Bounds
		want   roster.Schema
	}{
		{kind[roster.TextParam](), roster.Bounds{Min: 1, Max: 128}, roster.Schema{"type": "string", "minLength": int64(1), "maxLength": int64(128)}},
		{kind[roster.TextParam](), roster.Bounds{}, roster.Schema{"type": "string", "minLength": int64(0)}},
		{kind[roster.Range](), roster.Bounds{Min: 4, Max: 128}, roster.Schema{"type": "integer", "minimum": int64(4), "maximum": int64(128)}},
		{kind[roster.Limit](), roster.Bounds{Min: 4, Max: 128}, roster.Schema{"type": []any{"integer", "null"}, "minimum": int64(4), "maximum": int64(128)}},
		{kind[roster.Enum](), roster.Bounds{Words: []string{"a", "b"}}, roster.Schema{"type": "string", "enum": []string{"a", "b"}}},
		{kind[roster.BoolParam](), roster.Bounds{}, roster.Schema{"type": "boolean"}},
	} {
		if diff := cmp.Diff(c.want, c.kind.Schema(c.bounds)); diff != "" {
			t.Errorf("%T (-want +got):\n%s", c.kind, diff)
		}
	}
}
