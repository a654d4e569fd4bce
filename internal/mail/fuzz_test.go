package mail

import (
	"bytes"
	"maps"
	netmail "net/mail"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzMessage has a mail made of anything: it has the headers that it should
// have, and no others.
func FuzzMessage(f *testing.F) {
	f.Add("Analytical Shop", "ada@example.com", "Your code", "012345\n")
	f.Add("Shop\r\nBcc: eve@example.com", "ada@example.com", "Hi\r\n\r\n.\r\nQUIT", "\r\n.\r\n")
	f.Add("=?utf-8?q?x?=", `"a b"@example.com`, "\x00\xff\u202e", "From x\n")
	f.Add(`"`, "ada@example.com>\r\nRCPT TO:<eve@example.com", "\n x", "")
	f.Fuzz(func(t *testing.T, name, to, subject, text string) {
		s := &Server{From: netmail.Address{Name: name, Address: "no-reply@shop.example"}}
		out, err := s.message(Mail{ID: "id", To: to, Subject: subject, Plain: text, HTML: "<p>" + text})
		if err != nil {
			return
		}
		var source bytes.Buffer
		if _, err := out.WriteTo(&source); err != nil {
			return
		}
		read, err := netmail.ReadMessage(&source)
		if err != nil {
			t.Fatalf("it cannot be read: %v\n%s", err, source.String())
		}
		want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
		if d := cmp.Diff(want, slices.Sorted(maps.Keys(read.Header))); d != "" {
			t.Errorf("other headers (-want +got):\n%s", d)
		}
		if list, err := read.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != to {
			t.Errorf("it is to %v, want %q, error %v", list, to, err)
		}
	})
}
