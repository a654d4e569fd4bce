package directory

import (
	"strings"
	"testing"
	"unicode/utf8"

	"roster"
	"roster/internal/token"
)

// strange is text that PostgreSQL cannot hold, which a client can write into
// query strings, headers and tokens.
var strange = []string{"\x00", "a\x00b", "\xff", "caf\xe9", "\xed\xa0\x80"}

func onEachEngine(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newBench(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newBenchOn(t, onPostgres(t))) })
}

func TestStrangeTextNamesNobody(t *testing.T) {
	onEachEngine(t, func(t *testing.T, b *bench) {
		project, wire := b.impersonator(t)
		for _, text := range strange {
			by, err := b.Identify(t.Context(), Credentials{Project: text})
			if err != nil || by.Refusal() != roster.ErrProjectNotFound {
				t.Errorf("project %q: refused with %v, error %v", text, by.Refusal(), err)
			}
			by, err = b.Identify(t.Context(), Credentials{Project: project, Sessions: []string{token.EncodeSession(text, "secret")}})
			if err != nil || by.User() != nil {
				t.Errorf("a session of %q: user %v, error %v", text, by.User(), err)
			}
			for _, i := range []Impersonation{{ID: text}, {Email: text}, {Email: text + "@x.example"}, {Phone: text}, {ID: text, Email: "bob@x.example"}} {
				by, err = b.Identify(t.Context(), Credentials{Project: project, Sessions: []string{wire}, Impersonate: i})
				if err != nil || by.User() == nil || by.Acting() != by.User() {
					t.Errorf("%+q: acting as %v, error %v", i, by.Acting(), err)
				}
			}
		}
		by, err := b.Identify(t.Context(), Credentials{Project: project, Sessions: []string{wire}, Impersonate: Impersonation{Email: "BOB@x.example", Phone: "\x00"}})
		if err != nil || by.Acting().ID != "bob" {
			t.Errorf("acting as %v, error %v", by.Acting(), err)
		}
	})
}

// impersonator makes a project with the user ada, who may act as bob, and
// returns the project's id and ada's session.
func (b *bench) impersonator(t *testing.T) (project, wire string) {
	t.Helper()
	p, err := b.CreateProject(t.Context(), "home", "Home")
	by := Caller{Project: p}
	for _, id := range []string{"ada", "bob"} {
		if err == nil {
			_, err = b.CreateUser(t.Context(), by, NewUser{ID: id, Email: id + "@x.example"})
		}
	}
	if err == nil {
		_, err = b.UpdateUser(t.Context(), by, "ada", roster.UserImpersonatorUpdated, func(u *roster.User) { u.Impersonator = true })
	}
	if err == nil {
		_, wire, err = b.CreateSession(t.Context(), by, "ada")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.ID, wire
}

func TestUserAgentsAreKeptAsText(t *testing.T) {
	long := "x" + strings.Repeat("é", maxUserAgent)
	for _, test := range []struct{ sent, want string }{
		{"", "UNKNOWN"},
		{"curl/8.5", "curl/8.5"},
		{"café", "café"},
		{"caf\xe9 \xed\xa0\x80!", "caf? ?!"},
		{long, long[:maxUserAgent-1]}, // the next character does not fit whole
		{strings.Repeat("é", maxUserAgent), strings.Repeat("é", maxUserAgent/2)},
	} {
		got := agentOf(Credentials{UserAgent: test.sent})
		if got != test.want || !utf8.ValidString(got) {
			t.Errorf("%.40q is kept as %.40q (%d bytes), want %.40q", test.sent, got, len(got), test.want)
		}
	}
}
