package letter

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"maps"
	"strings"
	text "text/template"
	"unicode"
)

// The letters that there are. Each needs "project", the project's name, and
// what stands beside it.
const (
	Challenge    = "challenge"     // code, minutes
	SessionAlert = "session-alert" // when, ip, country, device
)

// Letter is what a mail says.
type Letter struct {
	Subject string // one line
	Text    string
	HTML    string
}

//go:embed templates
var files embed.FS

// usual is the locale of those whose own has no letters.
const usual = "en"

// language holds the letters of one locale.
type language struct {
	texts *text.Template
	pages *html.Template
}

var languages = map[string]language{"en": read("en")}

func read(locale string) language {
	dir := "templates/" + locale + "/"
	return language{
		texts: text.Must(text.New("").Option("missingkey=error").ParseFS(files, dir+"*.txt")),
		pages: html.Must(html.New("").Option("missingkey=error").ParseFS(files, dir+"*.html")),
	}
}

func speaking(locale string) language {
	if l, ok := languages[locale]; ok {
		return l
	}
	return languages[usual]
}

// Mail writes a letter. It fails for one that there is not and for words that
// are missing.
func Mail(name, locale string, words map[string]string) (l Letter, err error) {
	tongue, plain := speaking(locale), printable(words)
	if l.Subject, err = tongue.fill(name+".subject", plain); err != nil {
		return l, err
	}
	if l.Text, err = tongue.fill(name+".text", plain); err != nil {
		return l, err
	}
	var page bytes.Buffer
	if err := tongue.pages.ExecuteTemplate(&page, name+".html", plain); err != nil {
		return l, fmt.Errorf("writing a letter: %w", err)
	}
	l.HTML = page.String()
	return l, nil
}

// SMS writes a letter for a telephone.
func SMS(name, locale string, words map[string]string) (string, error) {
	return speaking(locale).fill(name+".sms", printable(words))
}

func (l language) fill(name string, words map[string]string) (string, error) {
	var b strings.Builder
	if err := l.texts.ExecuteTemplate(&b, name, words); err != nil {
		return "", fmt.Errorf("writing a letter: %w", err)
	}
	return b.String(), nil
}

// maxWord bounds what a client can put into a letter, in characters.
const maxWord = 256

// printable puts each word on one line: a line of its own could pose as a
// header, or as a part of the letter.
func printable(words map[string]string) map[string]string {
	plain := maps.Clone(words)
	for name, word := range plain {
		word = strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return ' '
		}, word)
		if runes := []rune(word); len(runes) > maxWord {
			word = string(runes[:maxWord]) + "…"
		}
		plain[name] = word
	}
	return plain
}
