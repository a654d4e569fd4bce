package people

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"roster"
)

// Crowd is a number of users, of whom the first came at From and the last at
// Until.
type Crowd struct {
	Seed        uint64
	Size        int64
	From, Until roster.Time
}

// Of is the crowd that a directory gathers in its first three years.
func Of(size int64, seed uint64) Crowd {
	until := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	return Crowd{Seed: seed, Size: size, From: roster.TimeOf(until.AddDate(-3, 0, 0)), Until: roster.TimeOf(until)}
}

// Person is a user with the devices that are signed in. The facts about the
// address are left out.
type Person struct {
	roster.User
	Sessions []roster.Session
}

// maker makes one person.
type maker struct {
	*rand.Rand
	Crowd
	i       int64
	culture *culture
	given   name
	family  name
}

// Person makes user number i, who comes after all with a smaller number.
func (c Crowd) Person(i int64) Person {
	m := &maker{Rand: rand.New(rand.NewPCG(c.Seed, uint64(i))), Crowd: c, i: i}
	m.culture = m.anyCulture()
	m.given, m.family = common(m, m.culture.given), m.familyName()
	p := Person{User: roster.User{
		ID: m.id(), CreatedAt: c.Came(i), Name: m.name(), Email: m.email(), Phone: m.phone(),
		Hash: "argon2", HashOptions: "{}", Enabled: !m.oneIn(50), MFA: m.oneIn(40), Impersonator: m.oneIn(10_000), Labels: m.labels(), Prefs: m.prefs(),
	}}
	p.RegisteredAt = p.CreatedAt
	p.EmailVerified = p.Email != "" && !m.oneIn(5)
	p.PhoneVerified = p.Phone != "" && !m.oneIn(3)
	m.activity(&p)
	m.addresses(&p)
	return p
}

// Came is when user number i was created. No two of a crowd came in the same
// millisecond unless it is larger than its span.
func (c Crowd) Came(i int64) roster.Time {
	span := int64(c.Until - c.From)
	whole, rest := span/c.Size, span%c.Size
	at := whole*i + rest*i/c.Size
	return c.From + roster.Time(at+int64(scatter(c.Seed, uint64(i))%uint64(max(whole, 1))))
}

// scatter is a hash of two numbers.
func scatter(seed, n uint64) uint64 {
	n ^= seed * 0x9E3779B97F4A7C15
	n = (n ^ n>>30) * 0xBF58476D1CE4E5B9
	n = (n ^ n>>27) * 0x94D049BB133111EB
	return n ^ n>>31
}

func (m *maker) oneIn(n int) bool { return m.IntN(n) == 0 }

// skewed is a place in a list of n whose beginning is much more frequent.
func (m *maker) skewed(n int) int {
	f := m.Float64()
	return int(float64(n) * f * f * f)
}

func common[T any](m *maker, list []T) T { return list[m.skewed(len(list))] }

func (m *maker) anyCulture() *culture {
	n := m.IntN(1000)
	for i := range cultures {
		if n -= cultures[i].share; n < 0 {
			return &cultures[i]
		}
	}
	return &cultures[0]
}

// familyName is a frequent one, or one of many rarer ones.
func (m *maker) familyName() name {
	c := m.culture
	if len(c.endings) == 0 || m.IntN(10) < 6 {
		return common(m, c.family)
	}
	text := c.beginnings[m.IntN(len(c.beginnings))] + c.endings[m.IntN(len(c.endings))]
	return name{text, plainLetters.Replace(strings.ToLower(text))}
}

var plainLetters = strings.NewReplacer("ü", "ue", "а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i",
	"й", "y", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts",
	"ч", "ch", "ш", "sh", "щ", "shch", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya")

// name is empty for one in twenty users, who never gave one.
func (m *maker) name() string {
	first, last, between := m.given.written, m.family.written, " "
	if m.oneIn(20) {
		return ""
	}
	if m.culture.familyFirst {
		first, last = last, first
	}
	if m.culture.joined {
		between = ""
	}
	return first + between + last
}

// id is one that Roster makes, or the key of the product that had the user
// before.
func (m *maker) id() string {
	at := m.Came(m.i)
	if m.IntN(4) == 0 {
		return fmt.Sprintf("customer_%d", m.number(8))
	}
	return fmt.Sprintf("%08x%05x%07x", int64(at)/1000, int64(at)%1000*1000+int64(m.IntN(1000)), scatter(m.Seed, uint64(m.i))>>36)
}

// number has so many digits, is no other user's and tells nothing of the order.
func (m *maker) number(digits int) int64 {
	space := int64(1)
	for range digits {
		space *= 10
	}
	return int64((uint64(m.i)*48271 + m.Seed*7) % uint64(space))
}

func (m *maker) phone() string {
	if m.IntN(10) < 4 {
		return ""
	}
	return "+" + m.culture.calling + strconv.Itoa(1+m.IntN(9)) + fmt.Sprintf("%0*d", m.culture.digits-1, m.number(m.culture.digits-1))
}

var labels = []struct {
	name string
	of   int // one of so many has it
}{{"newsletter", 5}, {"beta", 12}, {"vip", 100}, {"staff", 1000}, {"auditor", 50_000}}

func (m *maker) labels() []string {
	list := []string{}
	for _, l := range labels {
		if m.oneIn(l.of) {
			list = append(list, l.name)
		}
	}
	return list
}

func (m *maker) prefs() string {
	if m.oneIn(3) {
		return "{}"
	}
	theme := []string{"light", "dark", "system"}[m.skewed(3)]
	return `{"language":"` + m.culture.language + `","theme":"` + theme + `","digest":` + strconv.FormatBool(m.oneIn(2)) + `}`
}

// hash is what a password leaves; nobody knows it.
const hash = "$argon2id$v=19$m=19456,t=2,p=1$MFJJZWdQT1owVnVPeXovZg$PntGXV9w/NSvUAxg15+KwdITADo7rwTe3MxAzeyCVI8"

// activity gives the user a password, times of change and sessions.
func (m *maker) activity(p *Person) {
	p.UpdatedAt = p.CreatedAt
	if m.IntN(4) > 0 {
		text := hash
		p.Password, p.PasswordUpdatedAt = &text, p.CreatedAt
		p.HashOptions = `{"type":"argon2","memory_cost":19456,"time_cost":2,"threads":1}`
		if m.oneIn(8) {
			p.PasswordUpdatedAt = m.later(p.CreatedAt)
		}
	}
	if m.oneIn(3) {
		p.UpdatedAt = max(m.later(p.CreatedAt), p.PasswordUpdatedAt)
	}
	if m.IntN(8) == 0 {
		return // has never been there
	}
	p.AccessedAt = m.later(p.CreatedAt)
	for range max(0, m.IntN(5)-2) {
		p.Sessions = append(p.Sessions, m.session(p))
	}
}

// later is a moment after another, often soon and sometimes much later.
func (m *maker) later(at roster.Time) roster.Time {
	f := m.Float64()
	return at + roster.Time(f*f*float64(m.Until-at))
}
