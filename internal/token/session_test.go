package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"roster/internal/token"
)

var secret256 = strings.Repeat("0123456789abcdef", 16)

func TestSessionsHaveTheContractsForm(t *testing.T) {
	wire := token.EncodeSession("ada", secret256)
	text, err := base64.StdEncoding.DecodeString(wire)
	if want := `{"id":"ada","secret":"` + secret256 + `"}`; err != nil || string(text) != want {
		t.Errorf("%s is %s (%v), want %s", wire, text, err, want)
	}
}

func reads(t *testing.T, wire, user, secret string) {
	t.Helper()
	if u, s, ok := token.DecodeSession(wire); !ok || u != user || s != secret {
		t.Errorf("%.60q is %q, %q (%v)", wire, u, s, ok)
	}
}

func TestSessionsComeBackWithAndWithoutPadding(t *testing.T) {
	paddings := map[int]bool{}
	for _, user := range []string{"a", "ab", "abc", "usr_demo01", strings.Repeat("Z", 36)} {
		wire := token.EncodeSession(user, secret256)
		bare := strings.TrimRight(wire, "=")
		paddings[len(wire)-len(bare)] = true
		reads(t, wire, user, secret256)
		reads(t, bare, user, secret256)
		if len(wire)-len(bare) == 2 {
			reads(t, bare+"=", user, secret256)
		}
	}
	if len(paddings) != 3 {
		t.Errorf("only the paddings %v were tried", paddings)
	}
}

// A client that writes the JSON itself may order and space it otherwise.
func TestSessionsMayBeAnyJSONObjectWithBothMembers(t *testing.T) {
	for _, text := range []string{
		`{"secret":"s","id":"ada"}`, "{ \"id\" : \"ada\",\n\"secret\":\"s\" }", `{"id":"\u0061da","secret":"s"}`, `{"id":"ada","secret":"s","more":[1]}`,
	} {
		reads(t, base64.StdEncoding.EncodeToString([]byte(text)), "ada", "s")
	}
}

func TestWhatIsNoSessionCountsAsAbsent(t *testing.T) {
	wire := token.EncodeSession("ada??", "~~~>>>") // has + or / in it
	if !strings.ContainsAny(wire, "+/") {
		t.Fatalf("%s does not show the alphabet", wire)
	}
	for _, bad := range []string{
		"", "=", "====", "a", "null", "deleted", secret256, `{"id":"ada","secret":"s"}`,
		strings.NewReplacer("+", "-", "/", "_").Replace(wire), // the URL alphabet
		strings.ReplaceAll(wire, "+", " ") + " ",
		wire[:20] + "\n" + wire[20:], wire + "\r\n", "\n" + wire, " " + wire, wire + " ",
		wire[:20] + "=" + wire[20:], wire[:20] + "!" + wire[20:], wire[:20] + "\x00" + wire[20:], wire[:20] + "ü" + wire[20:],
		wire[:len(wire)/2], wire[4:], wire + wire,
	} {
		absent(t, bad)
	}
	for _, text := range []string{
		"", "null", "1", `"ada"`, "[]", "{}", `["ada","s"]`, `{"id":"ada"}`, `{"secret":"s"}`, `{"id":"","secret":"s"}`, `{"id":"ada","secret":""}`,
		`{"id":1,"secret":"s"}`, `{"id":"ada","secret":null}`, `{"id":"ada","secret":["s"]}`, `{"id":"ada","secret":"s"`, `{"id":"ada","secret":"s"}x`, `{"id":"ada","secret":"s"}{}`,
	} {
		absent(t, base64.StdEncoding.EncodeToString([]byte(text)))
	}
}

func absent(t *testing.T, wire string) {
	t.Helper()
	if u, s, ok := token.DecodeSession(wire); ok || u != "" || s != "" {
		t.Errorf("%q is %q, %q (%v)", wire, u, s, ok)
	}
}

// FuzzDecodeSession: what is accepted survives being written again.
func FuzzDecodeSession(f *testing.F) {
	for _, seed := range []string{
		token.EncodeSession("ada", secret256), token.EncodeSession("<b>", "\u2028"), "eyJpZCI6ImEiLCJzZWNyZXQiOiJzIn0", "e30=", "====", "a\nb",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		user, secret, ok := token.DecodeSession(wire)
		if !ok {
			absent(t, wire)
			return
		}
		if user == "" || secret == "" || strings.ContainsAny(wire, "\r\n-_ ") {
			t.Errorf("%q is %q, %q", wire, user, secret)
		}
		reads(t, token.EncodeSession(user, secret), user, secret)
	})
}
