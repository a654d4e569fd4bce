package worker

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestProblemsAreFitForTheLog(t *testing.T) {
	for problem, want := range map[string]string{
		"the mail server answered 550 5.1.1 no such user": "the mail server answered 550 5.1.1 no such user",
		"your code is 012345":                             "your code is …",
		"+15005550006 is not a number":                    "+… is not a number",
		"two\r\nlines\x1b[2J":                             "two  lines [2J",
		strings.Repeat("ä", 200):                          strings.Repeat("ä", 150) + "…",
		"\xff":                                            "�",
	} {
		if got := harmless(problem); got != want {
			t.Errorf("%q becomes %q, want %q", problem, got, want)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	f.Add("the code is 012345")
	f.Add("0123\n45" + strings.Repeat("€", 200))
	code := regexp.MustCompile(`[0-9]{6}`)
	f.Fuzz(func(t *testing.T, problem string) {
		got := harmless(problem)
		if code.MatchString(got) || !utf8.ValidString(got) || len(got) > maxProblem+len("…") {
			t.Errorf("%q becomes %q", problem, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("%q becomes %q", problem, got)
			}
		}
	})
}
