package directory

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"roster"
)

var product = roster.Project{ID: "Shop", Settings: roster.Settings{Platforms: []string{"shop.example", "*.wild.example"}}}

// FuzzRedirectTarget: whatever is accepted leads to an allowed host, also for a
// browser, which forgives much more than Go does.
func FuzzRedirectTarget(f *testing.F) {
	for _, seed := range []string{
		"https://shop.example/a?b#c", "HTTPS://a.WILD.example:8080", "http://api.example", "appwrite-callback-shop://x", "https:shop.example", "https:///shop.example",
		"//evil.example", `https:\\evil.example`, `https://evil.example\.wild.example`, "https://shop.example@evil.example", "https://evil.example#@shop.example",
		"https://evil.example／.wild.example", "https://[::1]", "https://evil.example%2f.wild.example", "javascript:alert(1)", "https://shop.example:@evil.example",
		"ht\ntps://evil.example", " https://evil.example", "https://evil.example;.wild.example", "https://127.1", "https://shop.example.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, ok := redirectTarget(product, "api.example", text)
		if !ok {
			return
		}
		for _, written := range []string{u.String(), WithQuery(u.String(), map[string]string{"secret": "s", "error": `{"a":"b&c#d"}`})} {
			scheme, host := asBrowsersDo(written)
			switch {
			case scheme == "appwrite-callback-shop":
			case scheme != "http" && scheme != "https", !slices.Contains([]string{"shop.example", "api.example"}, host) && !strings.HasSuffix(host, ".wild.example"), strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "":
				t.Errorf("%q becomes %q, which leads a browser to %s at %q", text, written, scheme, host)
			}
			if strings.ContainsAny(written, "\r\n\\ \t") {
				t.Errorf("%q becomes %q, which is no header", text, written)
			}
		}
		again, ok := redirectTarget(product, "api.example", u.String())
		if !ok || again.String() != u.String() {
			t.Errorf("%q becomes %q, which becomes %v (%v)", text, u, again, ok)
		}
	})
}

// asBrowsersDo finds scheme and host by the WHATWG's rules: blanks around are
// dropped, as are tabs and line ends within, backslashes are slashes, any number
// of slashes begins the host, and a user ends with the last @ before the path.
func asBrowsersDo(text string) (scheme, host string) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	text = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(text)
	scheme, rest, _ := strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" {
		return scheme, ""
	}
	rest = strings.TrimLeft(strings.ReplaceAll(rest, `\`, "/"), "/")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if plain, err := url.PathUnescape(rest); err == nil {
		rest = plain
	}
	if port := strings.LastIndex(rest, ":"); port >= 0 && !strings.HasSuffix(rest, "]") {
		rest = rest[:port]
	}
	return scheme, strings.ToLower(rest)
}

func TestBrowsersAreUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		"https://a.example/x": "a.example", `https:\\a.example\x`: "a.example", "https:a.example": "a.example", "https:////a.example": "a.example", "HT\nTPS://b@A.example:1": "a.example",
		`https://b.example\@a.example`: "b.example", "https://b.example@c@a.example?d": "a.example", "https://a%2eexample": "a.example",
	} {
		if _, got := asBrowsersDo(text); got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}
