package roster

import (
	"net/netip"
	"strings"
)

// EmailParam is an address, trimmed and lower-cased (contract section 1.4,
// EMAIL, and Q3). It may be empty if its bounds say so.
type EmailParam string

// Parse implements [Kind].
func (e *EmailParam) Parse(v Value, b Bounds) error {
	if v.Kind != String {
		return mustBe("an email address", v)
	}
	if v.Text == "" && b.Empty {
		return nil
	}
	address := NormalEmail(v.Text)
	if !ValidEmail(address) {
		return problem("must be an email address, such as name@example.com.")
	}
	*e = EmailParam(address)
	return nil
}

// Schema implements [Kind].
func (EmailParam) Schema(Bounds) Schema { return Schema{"type": "string", "format": "email"} }

// PhoneParam is a phone number in international form (contract section 1.4,
// PHONE). It may be empty if its bounds say so.
type PhoneParam string

// Parse implements [Kind].
func (p *PhoneParam) Parse(v Value, b Bounds) error {
	if v.Kind != String {
		return mustBe("a phone number", v)
	}
	if v.Text == "" && b.Empty {
		return nil
	}
	if !ValidPhone(v.Text) {
		return problem("must be a phone number: + and 7 to 15 digits, beginning with a country's calling code.")
	}
	*p = PhoneParam(v.Text)
	return nil
}

// Schema implements [Kind].
func (PhoneParam) Schema(Bounds) Schema {
	return Schema{"type": "string", "pattern": `^\+[1-9][0-9]{6,14}$`}
}

// NormalEmail trims address and lower-cases its ASCII letters.
func NormalEmail(address string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(address))
}

// Limits of an address in bytes (RFC 5321 section 4.5.3.1, RFC 1035).
const (
	maxEmail      = 254
	maxLocalPart  = 64
	maxHost       = 253
	maxHostLabel  = 63
	emailAtomText = "!#$%&'*+-/=?^_`{|}~"
)

// ValidEmail reports whether a normalized address is one by the contract's
// rules (section 1.4): ASCII, a domain with a dot or an IP literal in brackets.
func ValidEmail(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	return ok && len(address) <= maxEmail && !strings.Contains(domain, "@") && validLocalPart(local) && validMailDomain(domain)
}

func validLocalPart(local string) bool {
	if len(local) == 0 || len(local) > maxLocalPart {
		return false
	}
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' {
		return validQuoted(local[1 : len(local)-1])
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || !allAtomText(atom) {
			return false
		}
	}
	return true
}

func allAtomText(atom string) bool {
	for i := range len(atom) {
		if c := atom[i]; !isAlphanumeric(c) && strings.IndexByte(emailAtomText, c) < 0 {
			return false
		}
	}
	return true
}

func validQuoted(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c < ' ' || c > '~' || c == '"':
			return false
		case c == '\\':
			i++
			if i == len(text) {
				return false
			}
		}
	}
	return true
}

func validMailDomain(domain string) bool {
	if inner, ok := strings.CutPrefix(domain, "["); ok {
		return validLiteral(strings.TrimSuffix(inner, "]")) && strings.HasSuffix(domain, "]")
	}
	labels := strings.Split(domain, ".")
	if len(domain) > maxHost || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if !validHostLabel(label) {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

func validHostLabel(label string) bool {
	if len(label) == 0 || len(label) > maxHostLabel || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		if !isAlphanumeric(label[i]) && label[i] != '-' {
			return false
		}
	}
	return true
}

func validLiteral(literal string) bool {
	literal, six := strings.CutPrefix(strings.ToLower(literal), "ipv6:")
	ip, err := netip.ParseAddr(literal)
	return err == nil && ip.Is6() == six && ip.Zone() == ""
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// ValidPhone reports whether number is + and 7 to 15 digits of which the first
// are a known calling code (contract sections 1.4 and 1.5).
func ValidPhone(number string) bool {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	for n := 3; n > 0; n-- {
		if callingCodes[digits[:n]] {
			return true
		}
	}
	return false
}

// callingCodes is the set of contract section 1.5.
var callingCodes = func() map[string]bool {
	codes := make(map[string]bool)
	for code := range strings.FieldsSeq(callingCodeList) {
		codes[code] = true
	}
	return codes
}()

const callingCodeList = `
1 7
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 94 95 98
212 213 216 218 220 221 222 223 224 226 227 228 229 231 232 233 234 236 237 238 239 240 241 242 244 245 248 249 250 251 252 253
254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 356 357 358 359 370 371 372
373 374 375 376 377 378 380 381 385 386 387 389 417 420 421 500 501 502 503 504 505 506 507 509 590 591 592 593 594 595 596 597
598 670 671 672 673 674 675 676 677 678 679 680 681 682 683 686 687 688 689 691 692 850 852 853 855 856 880 886 960 961 962 963
964 965 966 967 968 971 972 973 974 975 976 977 994 995 996
`
