package totp

import (
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// rfc is the secret of RFC 6238, appendix B.
var rfc = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))

// The vectors of RFC 6238, appendix B, of whose eight digits apps show the last
// six.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	for _, v := range []struct {
		at   int64
		code string
		step int64
	}{
		{59, "94287082", 0x1},
		{1111111109, "07081804", 0x23523EC},
		{1111111111, "14050471", 0x23523ED},
		{1234567890, "89005924", 0x273EF07},
		{2000000000, "69279037", 0x3F940AA},
		{20000000000, "65353130", 0x27BC86AA},
	} {
		if step, ok := Match(rfc, v.code[2:], time.Unix(v.at, 0)); !ok || step != v.step {
			t.Errorf("at %d the code %s is of step %d, %v, want %d", v.at, v.code[2:], step, ok, v.step)
		}
	}
}

func TestACodeCountsOneStepEarlyAndOneStepLate(t *testing.T) {
	const step = 59_000_000
	code, err := hotp.GenerateCode(rfc, step)
	if err != nil {
		t.Fatal(err)
	}
	first, last := time.Unix(step*30, 0), time.Unix(step*30+29, 999_000_000)
	for _, test := range []struct {
		at   time.Time
		want bool
	}{
		{first.Add(-31 * time.Second), false}, {first.Add(-30 * time.Second), true}, {first, true},
		{last, true}, {last.Add(30 * time.Second), true}, {last.Add(31 * time.Second), false},
	} {
		if got, ok := Match(rfc, code, test.at); ok != test.want || ok && got != step {
			t.Errorf("at %s: step %d, %v", test.at.UTC(), got, ok)
		}
	}
}

func TestOnlySixDigitsAreACode(t *testing.T) {
	at := time.Unix(59, 0)
	for _, code := range []string{"", "0", "87082", "94287082", "287083", "28708２", "287 082", "-87082", "287082\x00", "2870820"} {
		if _, ok := Match(rfc, code, at); ok {
			t.Errorf("%q is a code", code)
		}
	}
	for _, secret := range []string{"", "not base32!", "A"} {
		if _, ok := Match(secret, "287082", at); ok {
			t.Errorf("the secret %q has that code", secret)
		}
	}
}

func TestSecretsAreLongAndDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		secret := NewSecret()
		if len(secret) != 103 || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			t.Errorf("the secret %s", secret)
		}
		if seen[secret] {
			t.Errorf("the secret %s comes again", secret)
		}
		seen[secret] = true
	}
}

func TestTheLinkIsWrittenAsClientsKnowIt(t *testing.T) {
	for _, test := range []struct{ issuer, account, want string }{
		{"Demo", "ada@example.com", "otpauth://totp/Demo%3Aada%40example.com?issuer=Demo&secret=S"},
		{"My Shop & Co", "ada+1@example.com", "otpauth://totp/My%20Shop%20%26%20Co%3Aada%2B1%40example.com?issuer=My%20Shop%20%26%20Co&secret=S"},
		{"a:b", "c:d", "otpauth://totp/ab%3Acd?issuer=ab&secret=S"},
		{":", "ada", "otpauth://totp/ada?secret=S"},
		{"Zoë~", "ŝ", "otpauth://totp/Zo%C3%AB~%3A%C5%9D?issuer=Zo%C3%AB~&secret=S"},
		{strings.Repeat("ä", 100), "ada", "otpauth://totp/" + strings.Repeat("%C3%A4", 64) + "%3Aada?issuer=" + strings.Repeat("%C3%A4", 64) + "&secret=S"},
	} {
		if got := URI("S", test.issuer, test.account); got != test.want {
			t.Errorf("%s of %s:\n%s, want\n%s", test.account, test.issuer, got, test.want)
		}
	}
}

// Whatever issuer and account are called, an app reads what was meant, and the
// picture can be drawn.
func FuzzTheLinkIsRead(f *testing.F) {
	f.Add("Demo", "ada@example.com")
	f.Add("a:b%3A&secret=x", "?issuer=y#z/..")
	f.Add("", "")
	f.Add("\xff\x00", "\n")
	f.Add(strings.Repeat("🦊", 200), strings.Repeat("\x7f", 2000))
	secret := NewSecret()
	f.Fuzz(func(t *testing.T, issuer, account string) {
		link := URI(secret, issuer, account)
		key, err := otp.NewKeyFromURL(link)
		if err != nil {
			t.Fatalf("%q: %v", link, err)
		}
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		label := strings.TrimPrefix(u.Path, "/")
		if name := shown(issuer, maxIssuer); name != "" {
			label = strings.TrimPrefix(label, name+":")
			if u.Query().Get("issuer") != name {
				t.Errorf("%q is issued by %q, want %q", link, u.Query().Get("issuer"), name)
			}
		}
		if key.Secret() != secret || key.Type() != "totp" || label != shown(account, maxAccount) || u.Fragment != "" || len(u.Query()) > 2 {
			t.Errorf("%q has the secret %s and the account %q", link, key.Secret(), label)
		}
		if utf8.ValidString(issuer) && !utf8.ValidString(shown(issuer, maxIssuer)) {
			t.Errorf("%q is cut within a character", issuer)
		}
		if n := len(link); n > maxLink {
			t.Errorf("the link has %d bytes", n)
		}
	})
}

// maxLink is what fits a picture (ISO/IEC 18004, version 40-M).
const maxLink = 2331

// Nothing but the code of a step near the time is a code.
func FuzzMatch(f *testing.F) {
	f.Add("287082", int64(59))
	f.Add(" 287082\n", int64(59))
	f.Add("", int64(0))
	f.Fuzz(func(t *testing.T, code string, at int64) {
		step, ok := Match(rfc, code, time.Unix(at, 0))
		if !ok {
			return
		}
		want, err := hotp.GenerateCode(rfc, uint64(step))
		if err != nil || strings.TrimSpace(code) != want || step < at/30-1 || step > at/30+1 {
			t.Errorf("%q is the code of step %d at %d; the step's is %s", code, step, at, fmt.Sprint(want, err))
		}
	})
}
