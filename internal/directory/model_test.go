package directory

import (
	"slices"
	"strings"
	"time"

	"roster"
)

// model is a directory in memory, written from the contract without a look at
// the directory that it is compared with. Its methods do what the contract says
// and return the error that it wants; what only the directory can choose
// (generated ids) is handed in.
type model struct {
	settings   roster.Settings
	now        roster.Time
	users      []*modelUser // in order of creation
	identities []roster.Identity
}

// modelUser is a user with all that is theirs. Its password is plain.
type modelUser struct {
	roster.User
	password       *string // nil: never set, empty: removed
	history        []string
	codes          []string
	sessions       []roster.Session
	secrets        map[string]string // of sessions, by id
	authenticators []roster.Authenticator
	log            []modelRecord // oldest first
}

type modelRecord struct {
	Time                   roster.Time
	Event, Audit, Resource string
	Changed                []string // names of the values that differ
}

func (m *model) user(id string) (*modelUser, error) {
	for _, u := range m.users {
		if u.ID == id {
			return u, nil
		}
	}
	return nil, roster.ErrUserNotFound
}

// targetOf returns who has the target that is wanted.
func (m *model) targetOf(wanted func(roster.Target) bool) *modelUser {
	for _, u := range m.users {
		if slices.ContainsFunc(u.Targets, wanted) {
			return u
		}
	}
	return nil
}

func withIdentifier(identifier string) func(roster.Target) bool {
	return func(t roster.Target) bool { return t.Identifier == identifier }
}

func (u *modelUser) record(now roster.Time, e *roster.Event, resource string, changed ...string) {
	slices.Sort(changed)
	u.log = append(u.log, modelRecord{now, e.Suffix, e.Audit, resource, changed})
}

// personal is the check of contract section 10.
func (m *model) personal(password, id, email, name, phone string) bool {
	if !m.settings.PersonalDataCheck {
		return false
	}
	local, _, _ := strings.Cut(email, "@")
	for _, item := range []string{id, email, local, name, phone, strings.TrimPrefix(phone, "+")} {
		if item != "" && strings.Contains(strings.ToLower(password), strings.ToLower(item)) {
			return true
		}
	}
	return password == ""
}

// create follows the steps of contract section 3.2. The password of an import
// is judged by no policy (passwords section 1).
func (m *model) create(n NewUser, plain string) error {
	imported := n.Imported != nil
	switch {
	case plain != "" && !imported && len(plain) < 8:
		return roster.ErrArgument
	case n.Email != "" && slices.ContainsFunc(m.identities, func(i roster.Identity) bool { return i.ProviderEmail == n.Email }):
		return roster.ErrEmailExists
	case plain != "" && !imported && m.personal(plain, n.ID, n.Email, n.Name, n.Phone):
		return roster.ErrPasswordPersona
	}
	for _, u := range m.users {
		if strings.EqualFold(u.ID, n.ID) || n.Email != "" && u.Email == n.Email || n.Phone != "" && u.Phone == n.Phone {
			return roster.ErrUserExists
		}
	}
	return nil
}

// created adds the user once it is known which ids were generated.
func (m *model) created(n NewUser, plain string, got roster.User) *modelUser {
	u := &modelUser{secrets: make(map[string]string)}
	u.ID, u.Email, u.Phone, u.Name = got.ID, n.Email, n.Phone, n.Name
	u.CreatedAt, u.UpdatedAt, u.RegisteredAt = m.now, m.now, m.now
	u.Enabled, u.Labels, u.Prefs = true, []string{}, "{}"
	if plain != "" {
		u.password, u.PasswordUpdatedAt = &plain, m.now
		u.remember(plain, m.settings.PasswordHistory)
	}
	u.record(m.now, roster.UserCreated, "")
	m.users = append(m.users, u)
	m.addOwnTarget(u, "email", n.Email, got.Targets)
	m.addOwnTarget(u, "sms", n.Phone, got.Targets)
	return u
}

func (u *modelUser) remember(plain string, history int) {
	if history > 0 {
		u.history = append(u.history, plain)
		u.history = u.history[max(0, len(u.history)-history):]
	}
}

// addOwnTarget leaves a taken identifier out (contract Q7). The id is the
// directory's choice.
func (m *model) addOwnTarget(u *modelUser, typ, identifier string, got []roster.Target) {
	if identifier == "" || m.targetOf(withIdentifier(identifier)) != nil {
		return
	}
	t := roster.Target{UserID: u.ID, CreatedAt: m.now, UpdatedAt: m.now, ProviderType: typ, Identifier: identifier}
	if i := slices.IndexFunc(got, withIdentifier(identifier)); i >= 0 {
		t.ID = got[i].ID
	}
	u.Targets = append(u.Targets, t)
}

// edited moves the time and adds a record if anything has changed.
func (m *model) edited(u *modelUser, e *roster.Event, changed ...string) {
	if len(changed) > 0 {
		u.UpdatedAt = m.now
		u.record(m.now, e, "", changed...)
	}
}

func (m *model) setPassword(u *modelUser, plain string) error {
	switch {
	case m.personal(plain, u.ID, u.Email, u.Name, u.Phone):
		return roster.ErrPasswordPersona
	case plain != "" && m.settings.PasswordHistory > 0 && slices.Contains(u.history, plain):
		return roster.ErrPasswordRecent
	}
	was, at := u.password, u.PasswordUpdatedAt
	u.password, u.PasswordUpdatedAt = &plain, m.now
	if plain != "" {
		u.remember(plain, m.settings.PasswordHistory)
	}
	if m.settings.InvalidateSessions {
		u.sessions = nil
	}
	switch {
	case at != m.now:
		m.edited(u, roster.UserPasswordUpdated, "passwordUpdate")
	case plain != "" || was == nil || *was != "":
		u.UpdatedAt = m.now // within the same millisecond, the log shows no value
		u.record(m.now, roster.UserPasswordUpdated, "")
	}
	return nil
}

// setEmail follows the steps of contract section 3.11.
func (m *model) setEmail(u *modelUser, email string, got []roster.Target) error {
	if email == u.Email {
		return nil // Q17
	}
	if email != "" && slices.ContainsFunc(m.identities, func(i roster.Identity) bool { return i.ProviderEmail == email && i.UserID != u.ID }) {
		return roster.ErrEmailExists
	}
	taken := slices.ContainsFunc(m.users, func(u *modelUser) bool { return email != "" && u.Email == email })
	if err := m.moveTarget(u, "email", u.Email, email, taken, roster.ErrEmailExists, got); err != nil {
		return err
	}
	changed := []string{"email"}
	if u.EmailVerified {
		changed = append(changed, "emailVerification")
	}
	u.Email, u.EmailVerified = email, false
	m.edited(u, roster.UserEmailUpdated, changed...)
	return nil
}

// setPhone follows contract section 3.12.
func (m *model) setPhone(u *modelUser, phone string, got []roster.Target) error {
	if phone == u.Phone {
		return nil
	}
	taken := slices.ContainsFunc(m.users, func(u *modelUser) bool { return phone != "" && u.Phone == phone })
	if err := m.moveTarget(u, "sms", u.Phone, phone, taken, roster.ErrPhoneExists, got); err != nil {
		return err
	}
	changed := []string{"phone"}
	if u.PhoneVerified {
		changed = append(changed, "phoneVerification")
	}
	u.Phone, u.PhoneVerified = phone, false
	m.edited(u, roster.UserPhoneUpdated, changed...)
	return nil
}

// moveTarget refuses a taken address and else renames, deletes or creates the
// target that stands for it.
func (m *model) moveTarget(u *modelUser, typ, from, to string, taken bool, err error, got []roster.Target) error {
	switch {
	case to != "" && m.targetOf(withIdentifier(to)) != nil:
		return roster.ErrTargetExists
	case taken:
		return err
	}
	i := slices.IndexFunc(u.Targets, withIdentifier(from))
	switch {
	case i < 0 || from == "":
		m.addOwnTarget(u, typ, to, got)
	case to == "":
		u.Targets = slices.Delete(u.Targets, i, i+1)
	default:
		u.Targets[i].Identifier, u.Targets[i].UpdatedAt = to, m.now
	}
	return nil
}

// fits is the check of identifiers, contract section 3.15. The test uses only
// addresses and numbers whose validity shows at their first character.
func fits(typ, identifier string) error {
	switch {
	case typ == "email" && !strings.Contains(identifier, "@"):
		return roster.ErrInvalidEmail
	case typ == "sms" && !strings.HasPrefix(identifier, "+"):
		return roster.ErrInvalidPhone
	case typ != "email" && typ != "sms" && typ != "push":
		return roster.ErrProviderType
	}
	return nil
}

func (m *model) createTarget(t roster.Target) error {
	if err := fits(t.ProviderType, t.Identifier); err != nil {
		return err
	}
	if _, err := m.user(t.UserID); err != nil {
		return err
	}
	taken := func(other roster.Target) bool {
		return strings.EqualFold(other.ID, t.ID) || other.Identifier == t.Identifier
	}
	if m.targetOf(taken) != nil {
		return roster.ErrTargetExists
	}
	return nil
}

// pushProvider is the one provider that there is.
const pushProvider = "fcm"

func (m *model) updateTarget(u *modelUser, id string, n TargetUpdate) error {
	i := slices.IndexFunc(u.Targets, func(t roster.Target) bool { return t.ID == id })
	if i < 0 {
		return roster.ErrTargetNotFound
	}
	t := u.Targets[i]
	if n.Identifier != "" {
		if err := fits(t.ProviderType, n.Identifier); err != nil {
			return err
		}
		t.Identifier, t.Expired = n.Identifier, false
	}
	switch {
	case n.ProviderID == "":
	case n.ProviderID != pushProvider:
		return roster.ErrProviderNotFound
	case t.ProviderType != "push":
		return roster.ErrProviderType
	default:
		t.ProviderID = n.ProviderID
	}
	if n.Name != "" {
		t.Name = n.Name
	}
	if t.Identifier != u.Targets[i].Identifier && m.targetOf(withIdentifier(t.Identifier)) != nil {
		return roster.ErrTargetExists
	}
	if t != u.Targets[i] {
		t.UpdatedAt = m.now
		u.Targets[i] = t
		u.record(m.now, roster.TargetUpdated, id)
	}
	return nil
}

func (m *model) delete(u *modelUser) {
	m.users = slices.DeleteFunc(m.users, func(other *modelUser) bool { return other == u })
	m.identities = slices.DeleteFunc(m.identities, func(i roster.Identity) bool { return i.UserID == u.ID })
}

// verified reports whether the newest authenticator is.
func (u *modelUser) verified() bool {
	return len(u.authenticators) > 0 && u.authenticators[len(u.authenticators)-1].Verified
}

// admitted says what the bearer of one of the user's sessions gets who asks to
// read users: contract sections 1.9, step 12, and 2.4.
func (u *modelUser) admitted() error {
	switch {
	case !u.Impersonator:
		return roster.ErrScope
	case !u.Enabled:
		return roster.ErrUserBlocked
	case u.MFA && (u.EmailVerified || u.PhoneVerified || u.verified()):
		return roster.ErrMoreFactors
	}
	return nil
}

// factors is contract section 3.21.
func (m *model) factors(u *modelUser) Factors {
	return Factors{
		TOTP:   m.settings.MFATOTP && u.verified(),
		Email:  m.settings.MFAEmail && u.Email != "" && u.EmailVerified,
		Phone:  m.settings.MFAPhone && u.Phone != "" && u.PhoneVerified,
		Custom: m.settings.MFACustom,
	}
}

func (m *model) sessionLife() time.Duration {
	return time.Duration(m.settings.SessionDuration) * time.Second
}
