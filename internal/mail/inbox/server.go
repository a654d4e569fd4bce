package inbox

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options say what the server is like. The zero value takes everything from
// everybody.
type Options struct {
	StartTLS       bool // TLS can be begun within the connection
	TLS            bool // TLS from the beginning
	User, Password string
	Mechanism      string // PLAIN, or LOGIN
	// Refuse is asked about each mail as it comes, with how many have come
	// before; nil takes all. Its error goes to the client.
	Refuse func(m Mail, before int) error
}

// Refusal is an error that the server answers with.
func Refusal(code int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 1}, Message: words}
}

// Server is a mail server that runs until the test ends.
type Server struct {
	Host  string
	Port  int
	Roots *x509.CertPool // whose certificate the server has

	options Options
	came    chan struct{} // receives whenever a mail was taken

	mu    sync.Mutex
	seen  int
	mails []Mail
}

// Start starts a server.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	certificate, roots := newCertificate(t)
	s := &Server{Host: "127.0.0.1", Roots: roots, options: o, came: make(chan struct{}, 1000)}
	protocol := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return s.session(), nil }))
	protocol.Domain, protocol.AllowInsecureAuth = "inbox.example", true
	protocol.ErrorLog = log.New(io.Discard, "", 0) // clients that break off are what is tested
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if o.StartTLS {
		protocol.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	if o.TLS {
		l = tls.NewListener(l, config)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		protocol.Serve(l)
	}()
	t.Cleanup(func() {
		protocol.Close()
		<-ended
	})
	return s
}

// Next waits for the next mail that nobody has waited for, and returns all that
// there are.
func (s *Server) Next() []Mail {
	<-s.came
	return s.Mails()
}

// Mails returns what the server has taken, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail{}, s.mails...)
}

// Seen is how many mails were offered, taken or not.
func (s *Server) Seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func (s *Server) session() smtp.Session {
	if s.options.User == "" {
		return &session{server: s, known: true}
	}
	return &guarded{session{server: s}}
}

// session is one client's connection.
type session struct {
	server   *Server
	known    bool
	from, to string
}

func (c *session) Reset()        { c.from, c.to = "", "" }
func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if !c.known {
		return smtp.ErrAuthRequired
	}
	c.from = from
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return c.server.take(Mail{From: c.from, To: c.to, Raw: string(raw)})
}

func (s *Server) take(m Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.seen
	s.seen++
	if s.options.Refuse != nil {
		if err := s.options.Refuse(m, before); err != nil {
			return err
		}
	}
	s.mails = append(s.mails, m)
	s.came <- struct{}{}
	return nil
}

// guarded is a session whose client has to say who it is.
type guarded struct{ session }

func (c *guarded) AuthMechanisms() []string { return []string{c.server.options.Mechanism} }

func (c *guarded) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == sasl.Login {
		return &login{check: c.check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return c.check(user, password) }), nil
}

func (c *guarded) check(user, password string) error {
	if user != c.server.options.User || password != c.server.options.Password {
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong: " + user + " " + password}
	}
	c.known = true
	return nil
}

// login is the mechanism LOGIN, of which the library has the client only.
type login struct {
	check func(user, password string) error
	asked int
	user  string
}

func (l *login) Next(answer []byte) (challenge []byte, done bool, err error) {
	l.asked++
	switch l.asked {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(answer)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(answer))
}
