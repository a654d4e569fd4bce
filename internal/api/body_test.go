package api

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"roster"
)

// sent is a call with a body of a kind.
func sent(method, path, kind, body string) call {
	return call{method: method, path: path, body: body, header: header{"Content-Type": kind}}
}

var saysWhere = regexp.MustCompile(`at byte \d+: `)

func TestAMalformedBodyIsRefusedAndToldWhere(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for name, body := range map[string]string{
		"nothing but blanks":               " \n",
		"an object that does not end":      `{"length":6`,
		"a string that does not end":       `{"length":"6`,
		"an escape that does not end":      `{"length":"6\`,
		"a key without a value":            `{"length"}`,
		"a key without a colon":            `{"length" 6}`,
		"a key without quotes":             `{length:6}`,
		"single quotes":                    `{'length':6}`,
		"a comma too many":                 `{"length":6,}`,
		"a comma too few":                  `{"length":6 "expire":60}`,
		"a comma only":                     `{,}`,
		"a comma in an empty list":         `{"x":[,]}`,
		"something after it":               `{} x`,
		"two objects":                      `{}{}`,
		"a comment":                        `{} // nothing`,
		"a byte order mark":                "\ufeff{}",
		"a zero byte":                      "{}\x00",
		"NaN":                              `{"x":NaN}`,
		"Infinity":                         `{"x":-Infinity}`,
		"a leading zero":                   `{"x":01}`,
		"a plus":                           `{"x":+1}`,
		"a point without digits":           `{"x":1.}`,
		"a point before digits":            `{"x":.1}`,
		"an exponent without digits":       `{"x":1e}`,
		"hexadecimal":                      `{"x":0x10}`,
		"a word":                           `{"x":undefined}`,
		"a word in capitals":               `{"x":True}`,
		"a control character":              "{\"x\":\"a\tb\"}",
		"an unknown escape":                `{"x":"\x41"}`,
		"a short escape":                   `{"x":"\u12"}`,
		"half a pair, first":               `{"x":"\ud83d"}`,
		"half a pair, second":              `{"x":"\ude00"}`,
		"a pair the wrong way round":       `{"x":"\ude00\ud83d"}`,
		"half a pair in a key":             `{"\ud83d":1}`,
		"bytes that are no UTF-8":          "{\"x\":\"\xff\"}",
		"bytes that are no UTF-8 in a key": "{\"\xff\":1}",
		"a surrogate in UTF-8":             "{\"x\":\"\xed\xa0\x80\"}",
		"an overlong form":                 "{\"x\":\"\xc0\xaf\"}",
		"a key twice":                      `{"length":6,"length":7}`,
		"a key twice, once escaped":        `{"length":6,"\u006cength":7}`,
		"a key twice further down":         `{"x":{"y":[{"z":1,"z":1}]}}`,
		"too deep":                         `{"x":` + repeat("[", 512) + repeat("]", 512) + `}`,
		"far too deep":                     `{"x":` + repeat(`{"y":[`, 200_000),
	} {
		b.run(name, func(b *bed) {
			b.untouched(func() {
				r := b.refuses(sent("POST", user(id, "tokens"), "application/json", body), roster.ErrArgument)
				if message := r.text("message"); !saysWhere.MatchString(message) {
					b.t.Errorf("it does not say where: %s", message)
				}
			})
		})
	}
}

// What is no object has no parameters (contract section 1.2).
func TestOnlyAnObjectHasParameters(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	path := user(b.person().ID, "tokens")
	deepest := `{"x":` + repeat("[", 511) + "7" + repeat("]", 511) + `}`
	for _, body := range []string{
		"", "{}", "\t\r\n {} ", "[]", " [ ] ", `"x"`, "7", "true", "null", "[1]", `[{"length":9}]`, "[[]]", `{"unknown":{"length":9}}`, deepest,
	} {
		r := b.answers(sent("POST", path, "application/json", body), 201)
		if got := len(r.text("secret")); got != 6 {
			t.Errorf("%s = a token of %d digits, want the usual 6", body, got)
		}
		b.untouched(func() { b.blames(sent("POST", "/v1/users", "application/json", body), "userId") })
	}
	r := b.answers(sent("POST", path, "application/json", `{"\u006cength":"\u0039"}`), 201)
	if got := len(r.text("secret")); got != 9 {
		t.Errorf("a token of %d digits, want 9", got)
	}
}

// Only what names itself so is read (contract section 1.2).
func TestTheContentTypeSaysHowABodyIsRead(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, test := range []struct {
		kind, body string
		read       bool
	}{
		{"application/json", `{"userId":"unique()"}`, true},
		{"application/json;charset=utf-8", `{"userId":"unique()"}`, true},
		{"application/json ; charset=utf-8", `{"userId":"unique()"}`, true},
		{"Application/JSON", `{"userId":"unique()"}`, false},
		{"application/json+x", `{"userId":"unique()"}`, false},
		{"text/json", `{"userId":"unique()"}`, false},
		{"text/plain", `{"userId":"unique()"}`, false},
		{"", `{"userId":"unique()"}`, false},
		{"text/plain", `{`, false},
		{"application/x-www-form-urlencoded", `userId=unique()`, true},
		{"application/x-www-form-urlencoded; charset=UTF-8", `userId=unique%28%29`, true},
		{"application/x-www-form-urlencoded", `{"userId":"unique()"}`, false},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nunique()\r\n--x--\r\n", true},
		{"multipart/form-data; boundary=\"x\"", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nunique()\r\n--x--", true},
		{"multipart/form-data", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nunique()\r\n--x--", false},
		{"multipart/form-data; boundary=y", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nunique()\r\n--x--", false},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"userId\"; filename=\"f\"\r\n\r\nunique()\r\n--x--", false},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: attachment; name=\"userId\"\r\n\r\nunique()\r\n--x--", false},
	} {
		b.run(test.kind, func(b *bed) {
			if c := sent("POST", "/v1/users", test.kind, test.body); test.read {
				b.answers(c, 201)
			} else {
				b.untouched(func() { b.blames(c, "userId") })
			}
		})
	}
}

func TestTheBodyIsReadForWritesAndTheQueryStringForReads(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	b.untouched(func() {
		b.blames(sent("POST", "/v1/users?userId=ada", "application/json", "{}"), "userId")
		b.blames(call{method: "PATCH", path: user(id, "name") + "?name=x"}, "name")
		b.answers(sent("GET", "/v1/users?total=false", "application/json", `{"total":true`), 200).is(map[string]string{"total": "0"})
		b.refuses(sent("DELETE", user(id), "application/json", "{"), roster.ErrArgument)
	})
	// The path wins over the body.
	b.answers(patch(user(id, "name"), params{"name": `"x"`, "userId": `"nobody"`}), 200).is(map[string]string{"$id": id})
	b.answers(sent("DELETE", user(id), "application/json", `{"userId":"nobody"}`), 204)
}

// The limit of contract section 1.1, from both sides.
func TestABodyHasAtMostTwelveMebibytes(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	path := user(b.person().ID, "tokens")
	whole := repeat(" ", 12<<20)
	b.answers(sent("POST", path, "text/plain", whole), 201)
	b.untouched(func() {
		b.refuses(sent("POST", path, "text/plain", whole+" "), roster.ErrBodyTooLarge)
		chunked := b.request(sent("POST", path, "application/json", "{}"))
		chunked.Body, chunked.ContentLength = io.NopCloser(strings.NewReader(whole+" ")), -1
		b.serve(chunked, "a chunked POST").refused(roster.ErrBodyTooLarge)
		// It is found out before anything else.
		b.refuses(sent("POST", path, "application/json", whole+" ").as(withKey("unknown")), roster.ErrBodyTooLarge)
	})
}

func TestABodyThatDoesNotArriveIsNotActedUpon(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	r := b.request(sent("POST", user(b.person().ID, "tokens"), "application/json", "{}"))
	r.Body, r.ContentLength = io.NopCloser(iotest.ErrReader(errors.New("connection reset"))), -1
	b.untouched(func() { b.serve(r, "a POST").refused(roster.ErrArgument) })
}
