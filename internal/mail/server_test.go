package mail

import (
	"context"
	"errors"
	"net"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/mail/inbox"
)

// at is the server as it is used without user and TLS.
func at(s *inbox.Server) *Server {
	return &Server{
		Host: s.Host, Port: s.Port, Security: None, Roots: s.Roots,
		From: netmail.Address{Name: "Analytical & Söhne", Address: "no-reply@analytical.example"},
	}
}

func hello() Mail {
	return Mail{
		ID: "0123456789abcdef", To: "ada@example.com", Subject: "Your code", Plain: "Your code is:\n\n    012345\n",
		HTML: "<p>Your code is:</p>\n<p>012345</p>\n", Date: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC),
	}
}

func wantFinal(t *testing.T, err error, want bool) {
	t.Helper()
	var refusal *Refusal
	if err == nil || errors.As(err, &refusal) != want {
		t.Errorf("the error is %v, final: %t, want %t", err, !want, want)
	}
}

func TestAMailArrivesAsItWasMeant(t *testing.T) {
	s := inbox.Start(t, inbox.Options{})
	if err := at(s).Send(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	m := s.Next()[0]
	if m.From != "no-reply@analytical.example" || m.To != "ada@example.com" {
		t.Errorf("from %s to %s", m.From, m.To)
	}
	read := m.Read(t)
	headers := make(map[string]string)
	for _, name := range []string{"From", "To", "Subject", "Date", "Message-Id", "Auto-Submitted", "Mime-Version", "User-Agent", "X-Mailer"} {
		headers[name] = read.Header.Get(name)
	}
	want := map[string]string{
		"From": "=?utf-8?b?QW5hbHl0aWNhbCAmIFPDtmhuZQ==?= <no-reply@analytical.example>", "To": "<ada@example.com>",
		"Subject": "Your code", "Date": "Wed, 04 Mar 2026 09:00:00 +0000", "Message-Id": "<0123456789abcdef@analytical.example>",
		"Auto-Submitted": "auto-generated", "Mime-Version": "1.0", "User-Agent": "", "X-Mailer": "",
	}
	if d := cmp.Diff(want, headers); d != "" {
		t.Errorf("headers (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]string{"text/plain": hello().Plain, "text/html": hello().HTML}, read.Parts); d != "" {
		t.Errorf("parts (-want +got):\n%s", d)
	}
	if m.Code(t) != "012345" {
		t.Errorf("the code is %s", m.Code(t))
	}
}

func TestEveryKindOfSecurityAndPasswordIsSpoken(t *testing.T) {
	for _, security := range []Security{None, StartTLS, TLS} {
		for _, mechanism := range []string{"", "PLAIN", "LOGIN"} {
			t.Run(string(security)+mechanism, func(t *testing.T) {
				t.Parallel()
				o := inbox.Options{StartTLS: security == StartTLS, TLS: security == TLS, Mechanism: mechanism}
				if mechanism != "" {
					o.User, o.Password = "roster", "correct horse"
				}
				s := inbox.Start(t, o)
				server := at(s)
				server.Security, server.User, server.Password = security, o.User, o.Password
				if err := server.Send(t.Context(), hello()); err != nil {
					t.Fatal(err)
				}
				if got := s.Next()[0].Code(t); got != "012345" {
					t.Errorf("the code is %s", got)
				}
			})
		}
	}
}

func TestAServerThatIsNotTrustedGetsNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		options inbox.Options
		use     func(*Server)
	}{
		{"no TLS where it is wanted", inbox.Options{}, func(s *Server) { s.Security = StartTLS }},
		{"no TLS from the beginning", inbox.Options{StartTLS: true}, func(s *Server) { s.Security = TLS }},
		{"a certificate of nobody, STARTTLS", inbox.Options{StartTLS: true}, func(s *Server) { s.Security, s.Roots = StartTLS, nil }},
		{"a certificate of nobody", inbox.Options{TLS: true}, func(s *Server) { s.Security, s.Roots = TLS, nil }},
		{"a certificate of another", inbox.Options{StartTLS: true}, func(s *Server) { s.Security, s.Host = StartTLS, "localhost" }},
		{"no user where one is wanted", inbox.Options{}, func(s *Server) { s.User, s.Password = "roster", "correct horse" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := inbox.Start(t, c.options)
			server := at(s)
			server.Timeout = 2 * time.Second // one of them is silent
			c.use(server)
			wantFinal(t, server.Send(t.Context(), hello()), false)
			if s.Seen() != 0 {
				t.Error("it was given the mail")
			}
		})
	}
}

func TestAWrongPasswordIsToldWithoutIt(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		s := inbox.Start(t, inbox.Options{User: "roster", Password: "correct horse", Mechanism: mechanism, StartTLS: true})
		server := at(s)
		server.Security, server.User, server.Password = StartTLS, "roster", "battery staple"
		err := server.Send(t.Context(), hello())
		wantFinal(t, err, false)
		if err == nil || !strings.Contains(err.Error(), "user and password: it answered 535") || strings.Contains(err.Error(), "staple") {
			t.Errorf("%s: the error is %v", mechanism, err)
		}
	}
}

func TestWhatIsFinalIsWhatTheServerSays(t *testing.T) {
	for code, want := range map[int]bool{421: false, 450: false, 451: false, 550: true, 554: true} {
		s := inbox.Start(t, inbox.Options{Refuse: func(inbox.Mail, int) error { return inbox.Refusal(code, "because of the weather") }})
		err := at(s).Send(t.Context(), hello())
		wantFinal(t, err, want)
		if err == nil || !strings.Contains(err.Error(), "because of the weather") || strings.Contains(err.Error(), "ada@") {
			t.Errorf("%d: the error is %v", code, err)
		}
	}
}

func TestAServerThatIsNotThereIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := &Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: None}
	wantFinal(t, s.Send(t.Context(), hello()), false)
}

func TestAnAddressOfIPv6IsDialled(t *testing.T) {
	s := &Server{Host: "::1", Port: 1, Security: None} // nobody listens there
	if err := s.Send(t.Context(), hello()); err == nil || !strings.Contains(err.Error(), "dial tcp [::1]:1: ") {
		t.Errorf("the error is %v", err)
	}
}

// silent is a server that says the lines and nothing more; the channel is
// closed when its client has gone.
func silent(t *testing.T, lines string) (*Server, <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Write([]byte(lines))
		for buffer := make([]byte, 1024); err == nil; {
			_, err = conn.Read(buffer)
		}
	}()
	return &Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: None}, gone
}

func TestAServerThatHangsIsLeft(t *testing.T) {
	for name, lines := range map[string]string{
		"at once": "", "after the greeting": "220 hello\r\n", "after EHLO": "220 hello\r\n250 hello\r\n",
		"in the middle of a line": "220 hel", "before the data": "220 hello\r\n250 hello\r\n250 ok\r\n250 ok\r\n",
		"after the data": "220 hello\r\n250 hello\r\n250 ok\r\n250 ok\r\n354 go on\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, gone := silent(t, lines)
			s.Timeout = 200 * time.Millisecond
			wantFinal(t, s.Send(t.Context(), hello()), false)
			<-gone // the connection is not left open
		})
	}
}

func TestACallerThatGoesAwayIsNotHeldBack(t *testing.T) {
	s, gone := silent(t, "220 hello\r\n250 hello\r\n250 ok\r\n")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	s.Timeout = time.Hour
	wantFinal(t, s.Send(ctx, hello()), false)
	<-gone
}

func TestAMailThatTheServerHasIsNotSentAgain(t *testing.T) {
	// It breaks off instead of saying goodbye.
	s, gone := silent(t, "220 hello\r\n250 hello\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 I have it\r\n")
	s.Timeout = 500 * time.Millisecond
	if err := s.Send(t.Context(), hello()); err != nil {
		t.Error(err)
	}
	<-gone
}

var lineOfHeader = regexp.MustCompile(`^([A-Za-z-]+:|[ \t])`)

func TestNothingBecomesAHeaderOfItsOwn(t *testing.T) {
	const evil = "Hi\r\nBcc: eve@example.com\r\n\r\nbody\r\n.\r\nQUIT\r\n"
	s := inbox.Start(t, inbox.Options{})
	server := at(s)
	server.From.Name = evil
	m := hello()
	m.Subject = evil
	if err := server.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := s.Next()
	head, _, _ := strings.Cut(got[0].Raw, "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if !lineOfHeader.MatchString(line) || strings.HasPrefix(line, "Bcc") {
			t.Errorf("the header has the line %q", line)
		}
	}
	if len(got) != 1 || got[0].To != m.To {
		t.Errorf("%d mails, the first to %s", len(got), got[0].To)
	}
	for _, to := range []string{"ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com", "Eve <ada@example.com>", "ada@example.com>\r\nRCPT TO:<eve@example.com", "", "ada"} {
		m := hello()
		m.To = to
		wantFinal(t, server.Send(t.Context(), m), true)
	}
	if n := s.Seen(); n != 1 {
		t.Errorf("%d mails were sent", n)
	}
}
