package api

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"roster"
)

// htmlPage is what stands in an HTML page: its text, and the ids and links of its
// elements.
type htmlPage struct {
	text       string
	ids, links []string
}

// readPage wants every element to be closed in its turn.
func readPage(t *testing.T, source string) htmlPage {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(source))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var p htmlPage
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
			for _, a := range token.Attr {
				switch a.Name.Local {
				case "id":
					p.ids = append(p.ids, a.Value)
				case "href":
					p.links = append(p.links, a.Value)
				}
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != token.Name.Local {
				t.Fatalf("</%s> closes %q", token.Name.Local, open)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			p.text += string(token)
		}
	}
	if len(open) > 0 {
		t.Errorf("%q are not closed", open)
	}
	return p
}

func TestTheReferenceNamesEverything(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	r := b.send(get("/v1/docs", nil).as(guest).as(header{"X-Appwrite-Project": ""}))
	if r.status != http.StatusOK || r.header.Get("Content-Type") != "text/html; charset=UTF-8" || !strings.HasPrefix(r.body, "<!doctype html>") {
		t.Fatalf("%d %s", r.status, r.header.Get("Content-Type"))
	}
	p := readPage(t, r.body)
	for _, e := range Endpoints() {
		words := []string{e.Name, Prefix + e.Path, e.Summary}
		for _, scope := range e.Scopes {
			if scope != roster.Public { // which nobody needs to be given
				words = append(words, string(scope))
			}
		}
		for _, param := range e.params {
			words = append(words, param.name, param.doc)
		}
		for _, err := range slices.Concat(always, e.Errors) {
			words = append(words, err.Type)
		}
		for _, word := range words {
			if !strings.Contains(p.text, word) {
				t.Errorf("it does not have %q", word)
			}
		}
		if !slices.Contains(p.ids, e.Name) || !slices.Contains(p.links, "#"+e.Name) {
			t.Errorf("%s has no place, or nothing leads there", e.Name)
		}
	}
	slices.Sort(p.ids)
	if once := slices.Compact(slices.Clone(p.ids)); len(once) != len(p.ids) {
		t.Errorf("ids come twice: %q", p.ids)
	}
	for _, link := range p.links {
		if id, here := strings.CutPrefix(link, "#"); here && !slices.Contains(p.ids, id) {
			t.Errorf("%s leads nowhere", link)
		}
	}
}

func TestTheReferenceSaysWhoMayHowOftenAndWhatFor(t *testing.T) {
	sweep(t)
	text := readPage(t, string(reference(Endpoints()))).text
	for _, sentence := range []string{
		"Answers 201 with User. For API keys with users.write.",
		"Answers 200 with UserList. For API keys with users.read, or users who may impersonate.",
		"Answers 201 with Session. For API keys with sessions.write, or guests.",
		"Answers 200 with Account. For users who have signed in.",
		"Answers 204. For users who have signed in.",
		"Answers 200 with text/plain. For anybody.",
		"total integer or null in the body, required",
		"At most 10 an hour per email, anew after a success; 100 an hour per IP address. API keys are not limited.",
		"At most 120 a minute per user.",
		"/v1/account/sessions/email or /v1/account/sessions",
		"Display name. 1 to 128 characters.",
		"Events: users.[userId].sessions.[sessionId].create",
		"Events: users.[userId].create teams.[teamId].memberships.[membershipId].create",
		"targetslist of Target",
		"emailCanonicalstring or null",
		"user_not_found404. " + roster.ErrUserNotFound.Message,
	} {
		if !strings.Contains(text, sentence) {
			t.Errorf("it does not say %q", sentence)
		}
	}
	if sentence := "For API keys with teams.write.\nAt most"; strings.Contains(text, sentence) {
		t.Errorf("it speaks of limits where only keys may call: %q", sentence)
	}
}

func TestRulesAreToldInWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		schema roster.Schema
		want   string
	}{
		{roster.Schema{"minLength": int64(1), "maxLength": int64(128)}, "1 to 128 characters."},
		{roster.Schema{"minLength": int64(0), "maxLength": int64(256)}, "At most 256 characters."},
		{roster.Schema{"minLength": int64(0)}, ""},
		{roster.Schema{"minLength": int64(1)}, "At least 1 characters."},
		{roster.Schema{"minimum": int64(0), "maximum": int64(3600)}, "0 to 3600."},
		{roster.Schema{"maxItems": 1000}, "At most 1000."},
		{roster.Schema{"enum": []string{"email", "sms"}, "description": "In any case."}, "One of email, sms. In any case."},
	} {
		if got := strings.Join(rules(test.schema), " "); got != test.want {
			t.Errorf("%v: %q, want %q", test.schema, got, test.want)
		}
	}
}
