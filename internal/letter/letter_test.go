package letter

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

var words = map[string]string{
	"project": "Analytical & Sons", "code": "012345", "minutes": "60",
	"when": "4 March 2026, 08:15 UTC", "device": "Firefox on Linux", "country": "Germany", "ip": "203.0.113.7",
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s is another (-want +got), see -update:\n%s", name, d)
	}
}

func TestMailsSayWhatTheyAlwaysSaid(t *testing.T) {
	for _, name := range []string{Challenge, SessionAlert} {
		l, err := Mail(name, "en", words)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", "Subject: "+l.Subject+"\n\n"+l.Text)
		golden(t, name+".html", l.HTML)
	}
}

func TestAnSMSSaysWhatItAlwaysSaid(t *testing.T) {
	text, err := SMS(Challenge, "en", words)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, Challenge+".sms", text+"\n")
}

func TestAnUnknownLocaleGetsTheUsualWords(t *testing.T) {
	for _, locale := range []string{"", "xx", "../en", "en/../en"} {
		l, err := Mail(Challenge, locale, words)
		if err != nil || l.Subject != "Your code for Analytical & Sons" {
			t.Errorf("%q: %q, error %v", locale, l.Subject, err)
		}
	}
}

func TestAWordThatIsMissingIsAnError(t *testing.T) {
	if _, err := Mail(Challenge, "", map[string]string{"project": "P", "minutes": "60"}); err == nil {
		t.Error("a mail without a code was written")
	}
	if _, err := SMS(Challenge, "", map[string]string{"project": "P", "minutes": "60"}); err == nil {
		t.Error("an SMS without a code was written")
	}
	if _, err := Mail("invoice", "", words); err == nil {
		t.Error("a letter that there is not was written")
	}
}

func TestWhatClientsSayBecomesNeitherMarkupNorALine(t *testing.T) {
	evil := map[string]string{}
	for name := range words {
		evil[name] = "<script>alert(1)</script>\r\nBcc: eve@example.com\n\n\x1b[2J\u202e\u2028" + strings.Repeat("x", 1000)
	}
	for _, name := range []string{Challenge, SessionAlert} {
		l, err := Mail(name, "", evil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(l.Subject, "\r\n") {
			t.Errorf("%s: the subject has lines: %q", name, l.Subject)
		}
		if strings.Contains(l.HTML, "<script") {
			t.Errorf("%s: the page has a script:\n%s", name, l.HTML)
		}
		for _, part := range []string{l.Subject, l.Text, l.HTML} {
			if strings.Contains(part, "\nBcc") || strings.ContainsAny(part, "\r\x1b\u202e\u2028") {
				t.Errorf("%s has more than one line of a word:\n%q", name, part)
			}
			if strings.Contains(part, strings.Repeat("x", maxWord)) {
				t.Errorf("%s has a word without end", name)
			}
		}
	}
}
