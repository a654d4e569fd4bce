package directory

import (
	"context"
	"encoding/json"
	"time"

	"roster"
	"roster/internal/emaildomain"
	"roster/internal/password"
	"roster/internal/store"
)

// User returns the user with its targets.
func (d *Directory) User(ctx context.Context, by Caller, id string) (roster.User, error) {
	return d.Store.User(ctx, by.Project.Number, id)
}

// Users returns a page of users and, if asked for, how many match in all.
func (d *Directory) Users(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.User, int64, error) {
	return listed(ctx, by, page, total, d.Store.Users, d.Store.CountUsers)
}

// listed reads a page and its total.
func listed[T any](ctx context.Context, by Caller, page store.Page, total bool,
	read func(context.Context, roster.ProjectNumber, store.Page) ([]T, error),
	count func(context.Context, roster.ProjectNumber, store.Page) (int64, error),
) ([]T, int64, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, listTimeout, roster.ErrTimeout)
	defer cancel()
	items, err := read(ctx, by.Project.Number, page)
	var n int64
	if err == nil && total {
		n, err = count(ctx, by.Project.Number, page)
	}
	if err != nil && context.Cause(ctx) == error(roster.ErrTimeout) {
		err = roster.ErrTimeout
	}
	return items, n, err
}

// listTimeout is how long a list may take (contract section 1.6).
const listTimeout = 15 * time.Second

// NewUser is what a user is made of. All but the id may be empty.
type NewUser struct {
	ID       string // roster.Unique: one is made
	Email    string
	Phone    string
	Name     string
	Password string         // plain, to be hashed
	Imported *password.Hash // a hash from elsewhere, instead of Password
	signUp   bool           // made by the user, not for the user
}

// CreateUser makes a user with its targets (contract sections 3.2 and 3.3). The
// order of checks is the contract's.
func (d *Directory) CreateUser(ctx context.Context, by Caller, n NewUser) (roster.User, error) {
	policy := policyOf(by.Project.Settings)
	if n.Password != "" {
		if err := policy.Check(n.Password); err != nil {
			return roster.User{}, err
		}
	}
	if n.ID == roster.Unique {
		n.ID = d.newID()
	}
	if n.Password != "" {
		if err := d.checkPerson(ctx, by, n, policy); err != nil {
			return roster.User{}, err
		}
	}
	hash, err := d.hashOf(ctx, n)
	if err != nil {
		return roster.User{}, err
	}
	u := newUser(n, hash)
	credentials := roster.Credentials{PasswordHistory: historyText(policy, nil, hash)}
	err = d.write(ctx, by, func(c change) error {
		u.Targets = nil
		if n.signUp {
			if err := c.roomForOne(); err != nil {
				return err
			}
			if c.by.key == nil {
				c.by.become(&u)
			}
		}
		return c.createUser(d, &u, credentials)
	})
	return u, err
}

// checkPerson refuses personal data, but an address that an identity has comes
// first.
func (d *Directory) checkPerson(ctx context.Context, by Caller, n NewUser, policy password.Policy) error {
	err := policy.CheckPerson(n.Password, password.Person{ID: n.ID, Email: n.Email, Name: n.Name, Phone: n.Phone})
	if err == nil {
		return nil
	}
	return d.write(ctx, by, func(c change) error {
		if taken := c.emailFree(n.Email, ""); taken != nil {
			return taken
		}
		return err
	})
}

func (d *Directory) hashOf(ctx context.Context, n NewUser) (password.Hash, error) {
	switch {
	case n.Imported != nil:
		return *n.Imported, nil
	case n.Password != "":
		return d.Hasher.Hash(ctx, n.Password)
	}
	return password.None(), nil
}

func newUser(n NewUser, hash password.Hash) roster.User {
	u := roster.User{
		ID: n.ID, Email: n.Email, Phone: n.Phone, Name: n.Name, EmailFacts: emailFacts(n.Email),
		Hash: hash.Algorithm, HashOptions: string(hash.Options), Enabled: true, Labels: []string{}, Prefs: "{}",
	}
	if hash.Text != "" {
		u.Password = &hash.Text
	}
	return u
}

func emailFacts(email string) *roster.EmailFacts {
	facts, ok := emaildomain.Of(email)
	if !ok {
		return nil
	}
	return &roster.EmailFacts{
		Canonical: facts.Canonical, Free: facts.Free, Disposable: facts.Disposable, Corporate: facts.Corporate, IsCanonical: facts.IsCanonical,
	}
}

func (c change) createUser(d *Directory, u *roster.User, credentials roster.Credentials) error {
	if u.Password != nil {
		u.PasswordUpdatedAt = c.Now
	}
	if err := c.insertUser(u, credentials); err != nil {
		return err
	}
	for _, address := range []struct{ typ, identifier string }{{"email", u.Email}, {"sms", u.Phone}} {
		if err := c.addTarget(d, u, address.typ, address.identifier); err != nil {
			return err
		}
	}
	return nil
}

// insertUser stores and records a user without targets.
func (c change) insertUser(u *roster.User, credentials roster.Credentials) error {
	u.CreatedAt, u.UpdatedAt, u.RegisteredAt = c.Now, c.Now, c.Now
	if err := c.emailFree(u.Email, ""); err != nil {
		return err
	}
	if err := c.CreateUser(c.project(), u); err != nil {
		return err
	}
	if credentials != (roster.Credentials{}) {
		if err := c.SetCredentials(c.project(), u.ID, credentials); err != nil {
			return err
		}
	}
	return c.record(roster.UserCreated, u.ID, "", "")
}

// emailFree refuses an address that an identity of another user than this has; a
// new user has no identities yet, whatever its id.
func (c change) emailFree(email, user string) error {
	if email == "" {
		return nil
	}
	taken, err := c.EmailOfIdentity(c.project(), email, user)
	if err == nil && taken {
		return roster.ErrEmailExists
	}
	return err
}

// UpdateUser applies edit to the user and records what differs. An edit that
// changes nothing leaves no trace (contract section 3.1).
func (d *Directory) UpdateUser(ctx context.Context, by Caller, id string, e *roster.Event, edit func(*roster.User)) (roster.User, error) {
	var u roster.User
	err := d.write(ctx, by, func(c change) error {
		before, err := c.subject(id)
		if err != nil {
			return err
		}
		u = before
		edit(&u)
		return c.updated(e, &before, &u)
	})
	return u, err
}

// updated stores the edited user, records it and reads its targets afresh.
func (c change) updated(e *roster.Event, before, u *roster.User) error {
	changed, err := c.Tx.UpdateUser(c.project(), before, u)
	if err == nil && changed {
		err = c.record(e, u.ID, "", diff(before, u))
	}
	if err != nil {
		return err
	}
	u.Targets, err = c.TargetsOf(c.project(), u.ID)
	return err
}

// DeleteUser deletes the user and all that is theirs in one transaction.
func (d *Directory) DeleteUser(ctx context.Context, by Caller, id string) error {
	return d.write(ctx, by, func(c change) error {
		u, err := c.User(c.project(), id)
		if err != nil {
			return err
		}
		if err := c.DeleteUser(c.project(), &u); err != nil {
			return err
		}
		return c.record(roster.UserDeleted, u.ID, "", snapshot(u.ID, u.CreatedAt, logged(&u)))
	})
}

// UpdateEmail sets the user's address, or removes it if it is empty. The
// current address again changes nothing (contract section 3.11, and Q17).
func (d *Directory) UpdateEmail(ctx context.Context, by Caller, id, email string) (roster.User, error) {
	return d.updateAddress(ctx, by, id, roster.UserEmailUpdated, emailAddress(email))
}

// UpdatePhone sets the user's number as UpdateEmail does the address (contract
// section 3.12).
func (d *Directory) UpdatePhone(ctx context.Context, by Caller, id, number string) (roster.User, error) {
	return d.updateAddress(ctx, by, id, roster.UserPhoneUpdated, phoneNumber(number))
}

// address is an email or a phone on its way into a user.
type address struct {
	typ, value string
	of         func(*roster.User) *string
	set        func(*roster.User)
	also       func(change, *roster.User) error // what else changes; nil: nothing
}

func emailAddress(email string) address {
	return address{
		typ: "email", value: email,
		of: func(u *roster.User) *string { return &u.Email },
		set: func(u *roster.User) {
			u.Email, u.EmailVerified, u.EmailFacts = email, false, emailFacts(email)
		},
	}
}

func phoneNumber(number string) address {
	return address{
		typ: "sms", value: number,
		of:  func(u *roster.User) *string { return &u.Phone },
		set: func(u *roster.User) { u.Phone, u.PhoneVerified = number, false },
	}
}

func (d *Directory) updateAddress(ctx context.Context, by Caller, id string, e *roster.Event, a address) (roster.User, error) {
	var u roster.User
	err := d.write(ctx, by, func(c change) error {
		before, err := c.subject(id)
		if err != nil {
			return err
		}
		if u = before; *a.of(&u) != a.value {
			if err := c.moveTarget(d, &u, a); err != nil {
				return err
			}
			a.set(&u)
		}
		if a.also != nil {
			if err := a.also(c, &u); err != nil {
				return err
			}
		}
		return c.updated(e, &before, &u)
	})
	return u, err
}

// moveTarget lets the target of the old address follow to the new one.
func (c change) moveTarget(d *Directory, u *roster.User, a address) error {
	old := *a.of(u)
	if a.value != "" {
		if err := c.addressFree(u, a); err != nil {
			return err
		}
	}
	if old != "" {
		target, err := c.TargetByIdentifier(c.project(), old)
		if err == nil && target.UserID == u.ID {
			return c.renameTarget(&target, a.value)
		}
		if err != nil && err != roster.ErrTargetNotFound {
			return err
		}
	}
	return c.addTarget(d, u, a.typ, a.value)
}

func (c change) addressFree(u *roster.User, a address) error {
	if a.typ == "email" {
		if err := c.emailFree(a.value, u.ID); err != nil {
			return err
		}
	}
	_, err := c.TargetByIdentifier(c.project(), a.value)
	switch err {
	case roster.ErrTargetNotFound:
		return nil
	case nil:
		return roster.ErrTargetExists
	}
	return err
}

func (c change) renameTarget(t *roster.Target, identifier string) error {
	if identifier == "" {
		return c.DeleteTarget(c.project(), t)
	}
	t.Identifier, t.UpdatedAt = identifier, c.Now
	return c.UpdateTarget(c.project(), t)
}

// addTarget makes the target of a user's own address. One that is taken is left
// out (contract section 3.2, step 10, and Q7).
func (c change) addTarget(d *Directory, u *roster.User, typ, identifier string) error {
	if identifier == "" {
		return nil
	}
	_, err := c.TargetByIdentifier(c.project(), identifier)
	if err != roster.ErrTargetNotFound {
		return err
	}
	t := roster.Target{ID: d.newID(), UserID: u.ID, CreatedAt: c.Now, UpdatedAt: c.Now, ProviderType: typ, Identifier: identifier}
	if err := c.CreateTarget(c.project(), &t); err != nil {
		return err
	}
	u.Targets = append(u.Targets, t)
	return nil
}

// Prefs returns the user's preferences, a JSON object.
func (d *Directory) Prefs(ctx context.Context, by Caller, id string) (string, error) {
	u, err := d.User(ctx, by, id)
	return u.Prefs, err
}

func historyText(policy password.Policy, history []password.Hash, hash password.Hash) string {
	if hash.Text == "" {
		return ""
	}
	history = policy.Remember(history, hash)
	if len(history) == 0 {
		return ""
	}
	return string(encoded(history))
}

func historyOf(c roster.Credentials) ([]password.Hash, error) {
	var history []password.Hash
	if c.PasswordHistory == "" {
		return nil, nil
	}
	return history, json.Unmarshal([]byte(c.PasswordHistory), &history)
}
