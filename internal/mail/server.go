package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Security is how a connection to a mail server is protected.
type Security string

// The kinds of security: none at all, TLS that begins within the connection
// (RFC 3207), and TLS from the beginning (RFC 8314). A server that does not
// offer what is asked for, or whose certificate is not good, gets nothing.
const (
	None     Security = "none"
	StartTLS Security = "starttls"
	TLS      Security = "tls"
)

// ports are the usual ones.
var ports = map[Security]int{None: 25, StartTLS: 587, TLS: 465}

// Server is a mail server and how to use it.
type Server struct {
	Host           string
	Port           int    // 0: the usual one of the security
	User, Password string // empty: it wants none
	Security       Security
	From           netmail.Address
	Timeout        time.Duration  // for one mail; 0: twenty seconds
	Roots          *x509.CertPool // whose certificates are good; nil: the system's
}

// timeout is how long a server may take for one mail.
const timeout = 20 * time.Second

// Mail is what is sent.
type Mail struct {
	ID                       string // before the "@" of its Message-ID
	To, Subject, Plain, HTML string
	Date                     time.Time
}

// Send gives the mail to the server. Without an error the server has it. The
// error is a [*Refusal] if trying again would not help.
func (s *Server) Send(ctx context.Context, m Mail) error {
	message, err := s.message(m)
	if err != nil {
		return err
	}
	limit := cmp.Or(s.Timeout, timeout)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var l line
	defer l.close()
	client, err := s.client(limit, func(ctx context.Context, _, _ string) (net.Conn, error) { return l.open(s.dial(ctx)) })
	if err != nil {
		return fmt.Errorf("using the mail server: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return connecting(err)
	}
	stop := context.AfterFunc(ctx, l.close)
	defer stop()
	if err = client.SendWithSMTPClient(connection, message); message.IsDelivered() {
		client.CloseWithSMTPClient(connection) // how it says goodbye does not matter any more
		return nil
	}
	return sending(err)
}

// line is the connection, for the library leaves it open when it fails early,
// and looks at the context only until it is connected.
type line struct{ conn net.Conn }

func (l *line) open(conn net.Conn, err error) (net.Conn, error) {
	if err == nil {
		l.conn = conn
	}
	return conn, err
}

func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
	}
}

// dial connects to the server. The library's own address of it lacks the
// brackets that IPv6 needs.
func (s *Server) dial(ctx context.Context) (net.Conn, error) {
	address := net.JoinHostPort(s.Host, strconv.Itoa(cmp.Or(s.Port, ports[s.Security])))
	if s.Security == TLS {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, "tcp", address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address)
}

func (s *Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

func (s *Server) client(limit time.Duration, dial gomail.DialContextFunc) (*gomail.Client, error) {
	policy := gomail.NoTLS
	if s.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithTimeout(limit), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(dial), gomail.WithoutNoop(),
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password), gomail.WithOpportunisticSMTPAuth(mechanisms...))
	}
	return gomail.NewClient(s.Host, options...)
}

// mechanisms are the ways to tell the password, best first. The last two send
// it as it is, which the library does on a protected connection only, or to
// this machine itself.
var mechanisms = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
}

func (s *Server) message(m Mail) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To {
		return nil, &Refusal{"the recipient is not an address"}
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(&s.From)
	out.ToMailAddress(to)
	out.Subject(m.Subject)
	out.SetDateWithValue(m.Date)
	out.SetMessageIDWithValue(m.ID + "@" + domain(s.From.Address))
	// So that no machine answers (RFC 3834 section 5).
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetBodyString(gomail.TypeTextPlain, m.Plain)
	if m.HTML != "" {
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return out, nil
}
