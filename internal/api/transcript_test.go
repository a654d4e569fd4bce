package api

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
	"roster/internal/token"
)

// A transcript is a file of exchanges, each a request and the exact answer:
//
//	### What happens
//	PATCH /v1/users/ada/name
//	Header: value
//
//	{"name":"Ada"}
//
//	HTTP/1.1 200 OK
//	Header: value
//
//	{"$id":"ada",…}
//
// Requests come with project and key unless they say otherwise. Before each
// the clock moves on by a second, or by what a line "# later 1h" says. With
// -update the answers are rewritten; the difference is then to be read.
type exchange struct {
	title, request, answer string
	later                  time.Duration
}

func readTranscript(t *testing.T, file string) []exchange {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []exchange
	for _, part := range strings.Split(string(source), "### ")[1:] {
		x := exchange{later: time.Second}
		x.title, part, _ = strings.Cut(part, "\n")
		if rest, ok := strings.CutPrefix(part, "# later "); ok {
			span, rest, _ := strings.Cut(rest, "\n")
			if x.later, err = time.ParseDuration(span); err != nil {
				t.Fatal(err)
			}
			part = rest
		}
		x.request, x.answer, _ = strings.Cut(part, "\nHTTP/1.1 ")
		x.request, x.answer = strings.TrimSpace(x.request), strings.TrimSpace(x.answer)
		list = append(list, x)
	}
	return list
}

func (x exchange) String() string {
	later := ""
	if x.later != time.Second {
		later = "# later " + x.later.String() + "\n"
	}
	return "### " + x.title + "\n" + later + x.request + "\n\nHTTP/1.1 " + x.answer + "\n"
}

// call reads the request.
func (x exchange) call() call {
	head, body, _ := strings.Cut(x.request, "\n\n")
	line, fields, _ := strings.Cut(head, "\n")
	c := call{header: header{}, body: body}
	c.method, c.path, _ = strings.Cut(line, " ")
	for field := range strings.Lines(fields) {
		name, value, _ := strings.Cut(field, ":")
		c.header[name] = strings.TrimSpace(value)
	}
	return c
}

// secrets is what differs from run to run, and what stands for it.
var secrets = []struct {
	pattern *regexp.Regexp
	mask    func([]string) string
}{
	{regexp.MustCompile(`"secret":"([^"]+)"`), func(m []string) string { return fmt.Sprintf(`"secret":"{%d characters}"`, len(m[1])) }},
	{regexp.MustCompile(`("?a_session_[^=:]+[=:]"?)([^;"]+)`), func(m []string) string { return fmt.Sprintf(`%s{%d characters}`, m[1], len(m[2])) }},
	{regexp.MustCompile(`secret=([A-Z2-7]+)"`), func(m []string) string { return fmt.Sprintf(`secret={%d characters}"`, len(m[1])) }},
	{regexp.MustCompile(`"recoveryCodes":\[("[0-9a-f]{10}",?)+\]`), func(m []string) string {
		return fmt.Sprintf(`"recoveryCodes":["{10 digits}", %d times]`, strings.Count(m[0], ",")+1)
	}},
	{regexp.MustCompile(`(\$argon2id\$v=19\$m=8,t=1,p=1)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)`), func(m []string) string {
		return fmt.Sprintf("%s${%d characters}${%d characters}", m[1], len(m[2]), len(m[3]))
	}},
	{regexp.MustCompile(`\b(state=[0-9a-f]{32}\.|nonce=|code_challenge=|secret=eyJ)([0-9A-Za-z._-]+)`), func(m []string) string {
		name, _, _ := strings.Cut(m[1], "=")
		return fmt.Sprintf("%s={%d characters}", name, len(m[0])-len(name)-1)
	}},
	{regexp.MustCompile(`a_flow_([0-9a-f]{32})=([0-9a-f]{32})`), func(m []string) string { return "a_flow_{32 digits}={32 digits}" }},
	{regexp.MustCompile(`127\.0\.0\.1:[0-9]+`), func([]string) string { return "127.0.0.1:{port}" }},
}

func masked(body string) string {
	for _, s := range secrets {
		body = s.pattern.ReplaceAllStringFunc(body, func(found string) string { return s.mask(s.pattern.FindStringSubmatch(found)) })
	}
	return body
}

// everywhere are headers that every answer has and that the harness wants of
// each (see wellFormed); and a length, which a masked body has not.
var everywhere = []string{"Server", "X-Content-Type-Options", "Cache-Control", "Expires", "Pragma", "Content-Length"}

// written is an answer as transcripts have it.
func (r *reply) written() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", r.status, http.StatusText(r.status))
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		if !slices.Contains(everywhere, name) {
			for _, value := range r.header[name] {
				fmt.Fprintf(&b, "%s: %s\n", name, masked(value))
			}
		}
	}
	switch {
	case r.header.Get("Content-Type") == pictureType:
		b.WriteString("\n{picture}")
	case r.body != "":
		b.WriteString("\n" + masked(r.body))
	}
	return strings.TrimSpace(b.String())
}

// scenery is what a transcript finds in place, for rows that no endpoint
// makes.
var scenery = map[string]func(*bed){
	"identities":     (*bed).mira,
	"memberships":    (*bed).mira,
	"teams":          (*bed).mira,
	"mfa":            (*bed).mira,
	"formats":        (*bed).mira,
	"account":        (*bed).miraWithToken,
	"account_oauth2": (*bed).signInsUnderWay,
	"sign-out":       (*bed).mira,
	"account_mfa":    (*bed).miraWithNewApp,
	"block-self":     (*bed).mira,
}

// mira is a user with one of everything.
func (b *bed) mira() {
	b.person(func(p *person) {
		p.ID, p.Name, p.Email, p.Phone, p.EmailVerified = "mira", "Mira Okafor", "mira@okafor-works.example", "+4915112345678", true
		p.AccessedAt = 0
		p.session.SecretDigest, p.secret = digestOf("of mira"), token.EncodeSession("mira", "of mira")
		p.identity.ProviderUID, p.identity.ProviderEmail, p.identity.ProviderAccessTokenExpiry = "1234567", "mira@mail.example", b.now().Add(8*time.Hour)
		p.team.Name = "Team A"
	})
}

func (b *bed) miraWithToken() {
	b.mira()
	b.write(func(tx store.Tx) error {
		return tx.CreateToken(b.project.Number, &roster.Token{
			ID: "token-mira", UserID: "mira", Type: roster.TokenGeneric, SecretDigest: digestOf("told mira"), CreatedAt: b.now(), ExpiresAt: b.now().Add(time.Hour),
		})
	})
}

// miraWithNewApp has an app that has not shown a code yet, in a project that
// accepts every factor and keeps its mails.
func (b *bed) miraWithNewApp() {
	b.settings(func(s *roster.Settings) { s.MFACustom = true })
	b.dir.Mailing = directory.MailKept
	b.mira()
	a, err := b.store.Authenticator(b.t.Context(), b.project.Number, "mira", directory.FactorTOTP)
	b.must(err)
	b.write(func(tx store.Tx) error {
		if err := tx.DeleteAuthenticator(b.project.Number, "mira", a.ID); err != nil {
			return err
		}
		a.Verified = false
		return tx.CreateAuthenticator(b.project.Number, &a)
	})
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d transcripts: %v", len(files), err)
	}
	shown := make(map[string]bool)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		t.Run(name, func(t *testing.T) {
			b := atOutset(t)
			if set := scenery[name]; set != nil {
				set(b)
			}
			for endpoint := range b.play(file) {
				shown[endpoint] = true
			}
		})
	}
	for _, e := range Endpoints() {
		if !shown[e.Name] {
			t.Errorf("no transcript shows how %s succeeds", e.Name)
		}
	}
}

// play sends every request of a transcript, compares or rewrites the answers
// and returns which endpoints succeeded.
func (b *bed) play(file string) map[string]bool {
	b.t.Helper()
	succeeded := make(map[string]bool)
	list := readTranscript(b.t, file)
	var now strings.Builder
	for i, x := range list {
		b.clock.forward(x.later)
		b.served = Endpoint{}
		r := b.send(x.call())
		if r.status < http.StatusBadRequest {
			succeeded[b.served.Name] = true
		}
		// Of old formats there is no description.
		if _, old := x.call().header["X-Appwrite-Response-Format"]; b.served.Name != "" && !old {
			r.conforms(b.served)
		}
		if got := r.written(); got != x.answer && !*update {
			b.t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", x.title, x.call(), got, x.answer)
		} else {
			x.answer = got
		}
		if i > 0 {
			now.WriteString("\n")
		}
		now.WriteString(x.String())
	}
	if *update {
		b.must(os.WriteFile(file, []byte(now.String()), 0o644))
	}
	return succeeded
}
