package inbox

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
)

// Mail is a mail as the server was given it.
type Mail struct {
	From, To string // of the envelope
	Raw      string
}

// Message is a mail as its reader sees it.
type Message struct {
	Header  mail.Header
	Subject string
	Parts   map[string]string // text by media type
}

// Read decodes the mail.
func (m Mail) Read(t testing.TB) Message {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(m.Raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	kind, about, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/alternative" {
		t.Fatalf("the mail is %s:\n%s", kind, m.Raw)
	}
	return Message{message.Header, subject, parts(t, multipart.NewReader(message.Body, about["boundary"]))}
}

func parts(t testing.TB, r *multipart.Reader) map[string]string {
	t.Helper()
	list := make(map[string]string)
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		if encoding := part.Header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
			t.Fatalf("a part is encoded as %q", encoding)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		list[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

var code = regexp.MustCompile(`(?m)^    ([0-9]{6})$`)

// Code is the code that the mail tells its reader.
func (m Mail) Code(t testing.TB) string {
	t.Helper()
	text := m.Read(t).Parts["text/plain"]
	found := code.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("there is no code in it:\n%s", text)
	}
	return found[1]
}
