package people

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"roster"
)

// providers are where most addresses are, the frequent ones first.
var providers = strings.Fields("gmail.com gmail.com gmail.com gmail.com outlook.com yahoo.com hotmail.com icloud.com proton.me aol.com fastmail.com")

// employees is how many of a crowd are with one company.
const employees = 40

var (
	trades = strings.Fields("works labs foods motors bank press energy clinic travel studio logistics systems garden paper")
	places = strings.Fields("north harbour alpine river blue granite silver meadow coastal summit amber cedar")
)

// email is empty for one in ten users. It is no other user's: at a provider the
// number sees to it, at a company the place there.
func (m *maker) email() string {
	switch n := m.IntN(100); {
	case n < 10:
		return ""
	case n < 70:
		list := providers
		if own := m.culture.mail; len(own) > 0 && m.oneIn(2) {
			list = own
		}
		return m.local() + fmt.Sprint(m.number(8)) + "@" + common(m, list)
	case n < 76: // the large companies
		return m.local() + fmt.Sprint(m.number(8)) + "@" + common(m, trades) + ".example"
	}
	company := m.i / employees
	domain := fmt.Sprintf("%s%s%d.example", places[company%12], trades[company/12%14], company)
	return fmt.Sprintf("%s.%d@%s", m.local(), m.i%employees, domain)
}

func (m *maker) local() string {
	given, family := m.given.plain, m.family.plain
	switch m.IntN(5) {
	case 0:
		return given[:1] + family
	case 1:
		return family + "." + given
	case 2:
		return given
	}
	return given + "." + family
}

// addresses gives the user the targets that its email and phone make.
func (m *maker) addresses(p *Person) {
	for n, address := range []struct{ kind, identifier string }{{"email", p.Email}, {"sms", p.Phone}} {
		if address.identifier != "" {
			p.Targets = append(p.Targets, roster.Target{
				ID: m.made(uint64(n)), UserID: p.ID, CreatedAt: p.CreatedAt, UpdatedAt: p.CreatedAt, ProviderType: address.kind, Identifier: address.identifier,
			})
		}
	}
}

// made is an id of the form that Roster makes; which says which of the user's.
func (m *maker) made(which uint64) string {
	return fmt.Sprintf("%08x%012x", int64(m.Came(m.i))/1000, scatter(m.Seed+1+which, uint64(m.i))>>16)
}

var agents = []string{
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
}

func (m *maker) session(p *Person) roster.Session {
	n := uint64(len(p.Sessions))
	at := m.later(p.CreatedAt)
	secret := sha256.Sum256(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, scatter(m.Seed, uint64(m.i))), n))
	return roster.Session{
		ID: m.made(10 + n), UserID: p.ID, CreatedAt: at, UpdatedAt: at, ExpiresAt: at.Add(365 * 24 * time.Hour),
		Provider: "email", ProviderUID: p.Email, SecretDigest: hex.EncodeToString(secret[:]),
		UserAgent: common(m, agents), IP: fmt.Sprintf("203.0.113.%d", m.IntN(256)), Country: m.culture.language, Factors: []string{"password"},
	}
}
