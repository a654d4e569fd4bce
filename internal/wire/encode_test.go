package wire_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"roster"
	"roster/internal/wire"
)

type address struct {
	City string `json:"city"`
	Zip  *int   `json:"zip"`
}

type base struct {
	ID      string `json:"$id"`
	Version int32  `json:"version"`
}

type person struct {
	base
	Name     string     `json:"name"`
	Age      int        `json:"age"`
	Seq      int64      `json:"seq"`
	OK       bool       `json:"ok"`
	Words    []string   `json:"words"`
	Home     address    `json:"home"`
	Work     *address   `json:"work"`
	All      []address  `json:"all"`
	Matrix   [][]int    `json:"matrix"`
	Pointers []*address `json:"pointers"`
}

func standardJSON(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func TestStructsAreWrittenAsTheStandardLibraryWritesThem(t *testing.T) {
	zip := 80331
	full := person{
		base: base{"ada", math.MinInt32}, Name: "Ada <b>&\"\\/\n\t ü 😀 \x01\x7f", Age: -1, Seq: math.MaxInt64, OK: true,
		Words: []string{"", "a"}, Home: address{"München", &zip}, Work: &address{City: "x"},
		All: []address{{}, {City: "y"}}, Matrix: [][]int{{}, {1, 2}}, Pointers: []*address{nil, {City: "z"}},
	}
	empty := person{Words: []string{}, All: []address{}, Matrix: [][]int{}, Pointers: []*address{}, Seq: math.MinInt64}
	for _, v := range []any{full, &full, empty, []person{full, empty}, (*person)(nil), "text", 7, true, struct{}{}} {
		if got, want := string(wire.Append(nil, v, wire.Version{})), standardJSON(t, v); got != want {
			t.Errorf("written %s\n   want %s", got, want)
		}
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	if got := string(wire.Append([]byte("before "), []int{1}, wire.Version{})); got != "before [1]" {
		t.Error(got)
	}
}

func TestContractValuesAreWrittenInTheirOwnForm(t *testing.T) {
	type model struct {
		Unnamed string
		List    []string     `json:"list"`
		Pointer *string      `json:"pointer"`
		At      roster.Time  `json:"at"`
		Never   roster.Time  `json:"never"`
		Maybe   *roster.Time `json:"maybe"`
		Raw     wire.RawJSON `json:"raw"`
		None    wire.RawJSON `json:"none"`
		Path    string       `json:"path"`
		Lines   string       `json:"lines"`
	}
	v := model{
		Unnamed: "x", At: roster.TimeOf(time.Date(2026, 2, 28, 23, 59, 59, 7e6, time.UTC)),
		Raw: `{"a":[1,"</"]}`, Path: "a/b", Lines: "\b\f\u2028",
	}
	want := `{"list":[],"pointer":null,"at":"2026-02-28T23:59:59.007+00:00","never":"","maybe":null,` +
		`"raw":{"a":[1,"</"]},"none":null,"path":"a/b","lines":"\u0008\u000c` + "\u2028" + `"}`
	if got := string(wire.Append(nil, v, wire.Version{})); got != want {
		t.Errorf("written %s\n   want %s", got, want)
	}
}

func TestFieldsNewerThanTheFormatAreLeftOut(t *testing.T) {
	type inner struct {
		New string `json:"new" since:"1.9.0"`
		Old string `json:"old"`
	}
	type embedded struct {
		MFA bool `json:"mfa" since:"1.5.0"`
	}
	type model struct {
		First string `json:"first" since:"1.9.3"`
		embedded
		List []inner `json:"list"`
		Last int     `json:"last" since:"1.9.0"`
	}
	v := model{List: []inner{{}, {}}}
	const whole = `{"first":"","mfa":false,"list":[{"new":"","old":""},{"new":"","old":""}],"last":0}`
	for format, want := range map[string]string{
		"":       whole,
		"2.0.0":  whole,
		"1.9.5":  whole,
		"1.9.3":  whole,
		"1.9.2":  `{"mfa":false,"list":[{"new":"","old":""},{"new":"","old":""}],"last":0}`,
		"1.9.0":  `{"mfa":false,"list":[{"new":"","old":""},{"new":"","old":""}],"last":0}`,
		"1.8.99": `{"mfa":false,"list":[{"old":""},{"old":""}]}`,
		"1.5.0":  `{"mfa":false,"list":[{"old":""},{"old":""}]}`,
		"1.4.99": `{"list":[{"old":""},{"old":""}]}`,
		"0.1":    `{"list":[{"old":""},{"old":""}]}`,
	} {
		version, _ := wire.ParseVersion(format)
		if got := string(wire.Append(nil, v, version)); got != want {
			t.Errorf("format %q: %s\n   want %s", format, got, want)
		}
	}
}

func TestStringsComeBackAsTheyWere(t *testing.T) {
	var all []rune
	for r := range rune(0x3000) {
		all = append(all, r)
	}
	for _, s := range []string{"", "a", `"\/`, "\x00\x1f\x7f", "\u2028\u2029", "😀\U0010ffff", "a\xffb\xc3", "\xed\xa0\x80", string(all)} {
		checkString(t, s)
	}
}

// checkString compares s with itself once it is written and read; invalid bytes
// become U+FFFD one by one, as in encoding/json.
func checkString(t *testing.T, s string) {
	t.Helper()
	written := wire.AppendString(nil, s)
	want := string([]rune(s))
	var standard string
	if err := json.Unmarshal(written, &standard); err != nil || standard != want {
		t.Errorf("%.60q is written %.60q, which encoding/json reads as %.60q (%v)", s, written, standard, err)
	}
	if v, err := wire.JSON(written); err != nil || v.Kind != roster.String || v.Text != want {
		t.Errorf("%.60q is written %.60q, which reads as %.60q (%v)", s, written, v.Text, err)
	}
}
