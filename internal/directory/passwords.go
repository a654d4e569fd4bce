package directory

import (
	"context"

	"roster"
	"roster/internal/password"
)

// policyOf is what the project demands of passwords.
func policyOf(s roster.Settings) password.Policy {
	return password.Policy{
		Strength: password.Strength{
			Min: s.PasswordMinLength, Uppercase: s.PasswordUppercase, Lowercase: s.PasswordLowercase,
			Number: s.PasswordNumber, Symbols: s.PasswordSymbols,
		},
		Dictionary: s.PasswordDictionary, PersonalData: s.PersonalDataCheck, History: s.PasswordHistory,
	}
}

// UpdatePassword sets the user's password, or removes it if it is empty, and
// ends the user's sessions if the project says so (contract section 3.10).
func (d *Directory) UpdatePassword(ctx context.Context, by Caller, id, plain string) (roster.User, error) {
	policy := policyOf(by.Project.Settings)
	if plain != "" {
		if err := policy.Check(plain); err != nil {
			return roster.User{}, err
		}
	}
	u, err := d.User(ctx, by, id)
	if err != nil {
		return u, err
	}
	hash, err := d.newPassword(ctx, by, &u, plain, policy)
	if err != nil {
		return u, err
	}
	err = d.write(ctx, by, func(c change) error {
		u, err = c.setPassword(id, hash, policy, "")
		return err
	})
	return u, err
}

// newPassword judges and hashes a password for the user before the transaction.
func (d *Directory) newPassword(ctx context.Context, by Caller, u *roster.User, plain string, policy password.Policy) (password.Hash, error) {
	if err := policy.CheckPerson(plain, password.Person{ID: u.ID, Email: u.Email, Name: u.Name, Phone: u.Phone}); err != nil {
		return password.Hash{}, err
	}
	if plain == "" {
		return password.None(), nil
	}
	if policy.History > 0 {
		credentials, err := d.Store.Credentials(ctx, by.Project.Number, u.ID)
		if err != nil {
			return password.Hash{}, err
		}
		history, err := historyOf(credentials)
		if err != nil {
			return password.Hash{}, err
		}
		if err := d.Hasher.CheckHistory(ctx, plain, history); err != nil {
			return password.Hash{}, err
		}
	}
	return d.Hasher.Hash(ctx, plain)
}

// setPassword stores a password and ends the user's sessions but the one that is
// kept, if the project says so.
func (c change) setPassword(id string, hash password.Hash, policy password.Policy, kept string) (roster.User, error) {
	before, err := c.subject(id)
	if err != nil {
		return before, err
	}
	u := before
	u.Password, u.PasswordUpdatedAt = &hash.Text, c.Now
	if hash.Text != "" {
		u.Hash, u.HashOptions = hash.Algorithm, string(hash.Options)
		if err := c.remember(id, hash, policy); err != nil {
			return u, err
		}
	}
	if c.by.Project.Settings.InvalidateSessions {
		if err := c.DeleteOtherSessions(c.project(), id, kept); err != nil {
			return u, err
		}
	}
	return u, c.updated(roster.UserPasswordUpdated, &before, &u)
}

func (c change) remember(id string, hash password.Hash, policy password.Policy) error {
	if policy.History == 0 {
		return nil
	}
	credentials, err := c.Credentials(c.project(), id)
	if err != nil {
		return err
	}
	history, err := historyOf(credentials)
	if err != nil {
		return err
	}
	credentials.PasswordHistory = historyText(policy, history, hash)
	return c.SetCredentials(c.project(), id, credentials)
}
