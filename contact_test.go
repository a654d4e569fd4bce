package roster_test

import (
	"net/mail"
	"regexp"
	"strings"
	"testing"

	"roster"
)

func x(n int) string { return strings.Repeat("x", n) }

func TestEmailAddressesAreThoseOfTheContract(t *testing.T) {
	longDomain := strings.Repeat(x(61)+".", 3) + "co" // 188 bytes
	for _, address := range []string{
		"a+b@x.co", "a'b@x.com", "a@[127.0.0.1]", "a@x.c0m", // contract section 1.4
		"mira@okafor-works.example", "a.b.c@x.co", "!#$%&'*+-/=?^_`{|}~@x.co", "1@2.x3", "a@x-y.co", "a@1.co", "a@x.1a", "a@sub.sub.sub.x.co",
		`"a b"@x.co`, `"a.b."@x.co`, `"a\"b"@x.co`, `"a\\"@x.co`, "a@[ipv6:::1]", "a@[ipv6:2001:db8::1]", "a@xn--bcher-kva.example",
		x(64) + "@x.co", "a@" + x(63) + ".co", x(64) + "@" + longDomain, x(64) + "@" + x(1) + "." + longDomain[:187],
	} {
		if len(address) > 254 {
			t.Fatalf("the test has an address of %d bytes", len(address))
		}
		if !roster.ValidEmail(address) {
			t.Errorf("%s is refused", address)
		}
	}
	for _, address := range []string{
		"a@localhost", "ü@x.com", "a@b_c.com", // contract section 1.4
		"", "@", "a", "a@", "@x.co", "a@@x.co", "a@b@x.co", "a.x.co", ".a@x.co", "a.@x.co", "a..b@x.co", "a b@x.co", "a@x .co", "a@x.co ", " a@x.co",
		"a@.co", "a@x.", "a@x..co", "a@-x.co", "a@x-.co", "a@x.-co", "a@x.123", "a@ü.co", "a@x.co\n", "a\x00@x.co", "a@x\x00.co", "a(b)@x.co", "a,b@x.co", "a:b@x.co",
		"<a@x.co>", `a"b@x.co`, `"a@x.co`, `"a"b"@x.co`, `"a\"@x.co`, "\"a\tb\"@x.co", "a@127.0.0.1", "a@[127.0.0.1", "a@127.0.0.1]", "a@[300.0.0.1]", "a@[127.0.1]", "a@[]",
		"a@[::1]", "a@[ipv6:127.0.0.1]", "a@[ipv6:::g]", "a@[ipv6:fe80::1%eth0]", "a@[x.co]",
		x(65) + "@x.co", "a@" + x(64) + ".co", x(64) + "@" + longDomain + "." + x(10), "a@" + strings.Repeat("x.", 130) + "co",
	} {
		if roster.ValidEmail(address) {
			t.Errorf("%s is taken", address)
		}
	}
}

func TestEmailIsTrimmedAndItsASCIIIsLowerCased(t *testing.T) {
	for text, want := range map[string]string{"  Mira@Okafor-Works.EXAMPLE\n": "mira@okafor-works.example", "A@[IPv6:::1]": "a@[ipv6:::1]"} {
		var email roster.EmailParam
		if err := email.Parse(roster.Text(text), roster.Bounds{}); err != nil || string(email) != want {
			t.Errorf("%q is %q, error %v", text, email, err)
		}
	}
	for _, text := range []string{"", " ", "\u212a@x.co", "a@x.co,b@x.co"} { // the Kelvin sign is no k
		var email roster.EmailParam
		if err := email.Parse(roster.Text(text), roster.Bounds{}); err == nil {
			t.Errorf("%q is taken as %q", text, email)
		}
	}
	var email roster.EmailParam
	if err := email.Parse(roster.Text(""), roster.Bounds{Empty: true}); err != nil || email != "" {
		t.Errorf("an empty address that is allowed is %q, error %v", email, err)
	}
}

func FuzzWhatIsTakenForAnEmailIsOne(f *testing.F) {
	for _, text := range []string{"Mira@Okafor-Works.example", `"a b"@x.co`, "a@[127.0.0.1]", "a@[IPv6:::1]", "a..b@x.co", "ü@x.co", "a@x.c0m", " a@x.co ", "a@b@c.de", `"\"@x.co`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		address := roster.NormalEmail(text)
		if again := roster.NormalEmail(address); again != address {
			t.Fatalf("%q becomes %q and then %q", text, address, again)
		}
		if !roster.ValidEmail(address) {
			return
		}
		at := strings.LastIndexByte(address, '@')
		local, domain := address[:max(at, 0)], address[at+1:]
		plain := func(r rune) bool { return r < ' ' || r > '~' || 'A' <= r && r <= 'Z' }
		if local == "" || len(local) > 64 || len(address) > 254 || strings.ContainsFunc(address, plain) || strings.Contains(local, "@") {
			t.Fatalf("%q is taken", address)
		}
		if !strings.Contains(strings.Trim(domain, "."), ".") && !strings.HasPrefix(domain, "[") {
			t.Fatalf("%q is taken", address)
		}
		if _, err := mail.ParseAddress("<" + address + ">"); err != nil && !strings.HasPrefix(domain, "[ipv6:") {
			t.Fatalf("%q is taken, and the standard library says %v", address, err)
		}
	})
}

func TestPhoneNumbersBeginWithACallingCode(t *testing.T) {
	for _, number := range []string{"+4915112345678", "+1234567", "+123456789012345", "+7123456", "+99612345", "+3901234567", "+15551234567"} {
		if !roster.ValidPhone(number) {
			t.Errorf("%s is refused", number)
		}
	}
	for _, number := range []string{
		"", "+", "4915112345678", "+123456", "+1234567890123456", "+0123456789", "+49 151 1234567", "+49-1511234567", "+49151123456x", "004915112345678", "++4915112345678",
		"+2101234567", "+9991234567", "+3721"[:4] + "12", "+49151\n1234567", "+٤٩١٥١١٢٣٤٥", "+8001234567", "+2191234567",
	} {
		if roster.ValidPhone(number) {
			t.Errorf("%s is taken", number)
		}
	}
}

func FuzzPhoneNumbersAreThoseOfThePattern(f *testing.F) {
	f.Add("+4915112345678")
	f.Add("+0123")
	pattern := regexp.MustCompile(`\A\+[1-9][0-9]{6,14}\z`)
	f.Fuzz(func(t *testing.T, number string) {
		if roster.ValidPhone(number) && !pattern.MatchString(number) {
			t.Errorf("%q is taken", number)
		}
		if pattern.MatchString(number) && (number[1] == '1' || number[1] == '7') && !roster.ValidPhone(number) {
			t.Errorf("%q is refused", number)
		}
	})
}
