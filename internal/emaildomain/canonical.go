package emaildomain

import "strings"

// provider is one row of the table of canonical forms (contract section 4.1).
type provider struct {
	domains []string
	domain  string              // the canonical one
	local   func(string) string // nil where the local part stays
}

var providers = []provider{
	{domain: "gmail.com", domains: []string{"gmail.com", "googlemail.com"}, local: gmail},
	{domain: "outlook.com", domains: microsoft(), local: withoutTag},
	{domain: "icloud.com", domains: []string{"icloud.com", "me.com", "mac.com"}, local: withoutTag},
	{domain: "yahoo.com", domains: []string{
		"yahoo.com", "yahoo.co.uk", "yahoo.ca", "yahoo.de", "yahoo.fr", "yahoo.in", "yahoo.it",
		"ymail.com", "rocketmail.com",
	}, local: withoutKeyword},
	{domain: "protonmail.com", domains: []string{"protonmail.com", "proton.me", "pm.me"}},
	{domain: "fastmail.com", domains: []string{"fastmail.com", "fastmail.fm"}},
	{domain: "walla.co.il", domains: []string{"walla.co.il", "walla.com"}},
}

// The countries in which Microsoft has given out addresses. Domains that only
// look alike are other people's, and must not be merged with these.
const (
	outlookIn = "com at be cl co.id co.il co.nz co.th com.ar com.au com.br com.gr com.pe com.tr com.vn cz de dk es fr hu ie in it jp kr lv my ph pt sa sg sk"
	hotmailIn = "com be ca cl co.id co.il co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.hk com.tr com.tw com.vn cz de dk es fi fr gr hu it lt lv my nl no ph rs se sg sk"
	liveIn    = "com at be ca cl cn co.kr co.uk co.za com.ar com.au com.mx com.my com.ph com.pt com.sg de dk fi fr hk ie in it jp nl no ru se"
)

func microsoft() []string {
	domains := []string{"msn.com", "passport.com"}
	for _, brand := range []struct{ name, in string }{{"outlook", outlookIn}, {"hotmail", hotmailIn}, {"live", liveIn}} {
		for country := range strings.FieldsSeq(brand.in) {
			domains = append(domains, brand.name+"."+country)
		}
	}
	return domains
}

var providerOf = index(providers)

func index(providers []provider) map[string]*provider {
	m := map[string]*provider{}
	for i := range providers {
		for _, domain := range providers[i].domains {
			m[domain] = &providers[i]
		}
	}
	return m
}

// canonical returns the form that a provider delivers to the same mailbox. With
// other providers a tag may be part of the name, so it stays.
func canonical(local, domain string) (string, string) {
	p := providerOf[domain]
	if p == nil {
		return local, domain
	}
	if p.local != nil {
		local = p.local(local)
	}
	return local, p.domain
}

func gmail(local string) string {
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	return strings.ReplaceAll(local, ".", "")
}

func withoutTag(local string) string {
	local, _, _ = strings.Cut(local, "+")
	return local
}

func withoutKeyword(local string) string {
	if dash := strings.LastIndexByte(local, '-'); dash >= 0 {
		return local[:dash]
	}
	return local
}
