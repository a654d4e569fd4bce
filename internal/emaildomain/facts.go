package emaildomain

import "strings"

// Facts is what an email address tells by itself. Exactly one of Free,
// Disposable and Corporate is true.
type Facts struct {
	Canonical   string // one form for all spellings that reach the same mailbox
	Free        bool   // anyone may have an address there
	Disposable  bool   // made to be thrown away; outranks Free
	Corporate   bool   // neither
	IsCanonical bool   // the address is its own canonical form
}

// Of returns the facts about an email address, whose case and surrounding
// blanks do not matter. It returns false, and the five facts are null, where
// there is no local part or domain, or where the local part has nothing left in
// its canonical form (contract section 4.1).
func Of(email string) (Facts, bool) {
	email = strings.ToLower(strings.TrimSpace(email))
	at := strings.LastIndexByte(email, '@')
	if at < 0 || at == len(email)-1 {
		return Facts{}, false
	}
	local, domain := canonical(email[:at], email[at+1:])
	if local == "" {
		return Facts{}, false
	}
	f := Facts{Canonical: email, IsCanonical: local == email[:at] && domain == email[at+1:]}
	if !f.IsCanonical {
		f.Canonical = local + "@" + domain
	}
	f.judge(email[at+1:])
	return f, true
}

// judge looks the domain up as it was given, not in its canonical form.
func (f *Facts) judge(domain string) {
	f.Disposable = disposable().has(domain) || wildcards().hasParent(domain)
	f.Free = !f.Disposable && free().has(domain)
	f.Corporate = !f.Disposable && !f.Free
}
