package password

import (
	"strings"
	"unicode"

	"roster"
)

// MaxHistory is the longest history that a project may ask for.
const MaxHistory = 20

// Policy is what a project demands of new passwords (contract section 10). The
// zero value is that of a new project.
type Policy struct {
	Strength
	Dictionary   bool // refuse the 10,000 most common passwords
	PersonalData bool // refuse what contains the user's own data
	History      int  // refuse the last so many, 0 to MaxHistory
}

// Check applies strength and dictionary, which concern plain passwords only. It
// returns an [ArgumentError] for the parameter password.
func (p Policy) Check(password string) error {
	if err := p.Strength.Check(password); err != nil {
		return err
	}
	if p.Dictionary && Common(password) {
		return refuse("password", "is one of the most common passwords")
	}
	return nil
}

// CheckPerson applies the check for personal data. It is not for imported
// hashes: upstream searches their text too, and refuses a user named abe whose
// digits contain it (passwords section 1).
func (p Policy) CheckPerson(password string, person Person) error {
	if p.PersonalData && (!fits(password) || person.within(password)) {
		return roster.ErrPasswordPersona
	}
	return nil
}

// Remember appends hash to history and keeps the last ones. Without the policy
// history stays as it is (contract section 3.10).
func (p Policy) Remember(history []Hash, hash Hash) []Hash {
	if p.History <= 0 {
		return history
	}
	longer := append(history[:len(history):len(history)], hash)
	return longer[max(0, len(longer)-p.History):]
}

// Strength is what a password must be made of. Min is in bytes, from
// [MinLength] to [MaxLength]; less counts as MinLength.
type Strength struct {
	Min       int
	Uppercase bool // A-Z
	Lowercase bool // a-z
	Number    bool // 0-9
	Symbols   bool // neither letter, number nor white space, in Unicode
}

// Check returns an [ArgumentError] for the parameter password that says what is
// missing.
func (s Strength) Check(password string) error {
	shortest := max(s.Min, MinLength)
	switch {
	case len(password) < shortest || len(password) > MaxLength:
		return refuse("password", "must have %d to %d bytes", shortest, MaxLength)
	case s.Uppercase && !strings.ContainsFunc(password, between('A', 'Z')):
		return refuse("password", "must have an upper-case letter from A to Z")
	case s.Lowercase && !strings.ContainsFunc(password, between('a', 'z')):
		return refuse("password", "must have a lower-case letter from a to z")
	case s.Number && !strings.ContainsFunc(password, between('0', '9')):
		return refuse("password", "must have a digit from 0 to 9")
	case s.Symbols && !strings.ContainsFunc(password, symbol):
		return refuse("password", "must have a character that is neither letter, number nor white space")
	}
	return nil
}

func fits(password string) bool {
	return MinLength <= len(password) && len(password) <= MaxLength
}

func between(first, last rune) func(rune) bool {
	return func(r rune) bool { return first <= r && r <= last }
}

func symbol(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r)
}

// Person is the data that a password must not contain. Empty fields are
// skipped.
type Person struct{ ID, Email, Name, Phone string }

func (p Person) within(password string) bool {
	local, _, _ := strings.Cut(p.Email, "@")
	password = strings.ToLower(password)
	for _, item := range []string{p.ID, p.Email, local, p.Name, p.Phone, strings.TrimPrefix(p.Phone, "+")} {
		if item != "" && strings.Contains(password, strings.ToLower(item)) {
			return true
		}
	}
	return false
}
