package directory

import (
	"context"

	"roster"
	"roster/internal/store"
)

// Targets returns a page of the user's targets and, if asked for, how many
// match in all.
func (d *Directory) Targets(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Target, int64, error) {
	if _, err := d.User(ctx, by, page.UserID); err != nil {
		return nil, 0, err
	}
	return listed(ctx, by, page, total, d.Store.Targets, d.Store.CountTargets)
}

// Target returns the user's target.
func (d *Directory) Target(ctx context.Context, by Caller, user, id string) (roster.Target, error) {
	if _, err := d.User(ctx, by, user); err != nil {
		return roster.Target{}, err
	}
	return d.Store.Target(ctx, by.Project.Number, user, id)
}

// CreateTarget adds an address to the user; its id may be roster.Unique
// (contract section 3.15). A provider that is not there is left out, and one of
// another type is taken, as the contract has it.
func (d *Directory) CreateTarget(ctx context.Context, by Caller, t roster.Target) (roster.Target, error) {
	if err := checkIdentifier(t.ProviderType, t.Identifier); err != nil {
		return t, err
	}
	if t.ID == roster.Unique {
		t.ID = d.newID()
	}
	provider := t.ProviderID
	err := d.write(ctx, by, func(c change) (err error) {
		if _, err = c.User(c.project(), t.UserID); err != nil {
			return err
		}
		if t.ProviderID, err = c.knownProvider(provider); err != nil {
			return err
		}
		t.CreatedAt, t.UpdatedAt = c.Now, c.Now
		if err := c.CreateTarget(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TargetCreated, t.UserID, t.ID, "")
	})
	return t, err
}

// knownProvider is the id, or empty if there is no such provider.
func (c change) knownProvider(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	_, err := c.ProviderType(c.project(), id)
	if err == roster.ErrProviderNotFound {
		return "", nil
	}
	return id, err
}

func checkIdentifier(typ, identifier string) error {
	switch typ {
	case "email":
		if !roster.ValidEmail(roster.NormalEmail(identifier)) {
			return roster.ErrInvalidEmail
		}
	case "sms":
		if !roster.ValidPhone(identifier) {
			return roster.ErrInvalidPhone
		}
	case "push":
	default:
		return roster.ErrProviderType
	}
	return nil
}

// TargetUpdate is what changes of a target; what is empty stays.
type TargetUpdate struct{ Identifier, ProviderID, Name string }

// UpdateTarget changes the user's target.
func (d *Directory) UpdateTarget(ctx context.Context, by Caller, user, id string, n TargetUpdate) (roster.Target, error) {
	var t roster.Target
	err := d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		before, err := c.Target(c.project(), user, id)
		if err != nil {
			return err
		}
		if t, err = n.applied(before); err != nil {
			return err
		}
		if err := c.providerSuits(n, t); err != nil || t == before {
			return err
		}
		t.UpdatedAt = c.Now
		if err := c.UpdateTarget(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TargetUpdated, user, id, "")
	})
	return t, err
}

// applied is the target as it will be. A new identifier is taken for reachable
// until proven otherwise.
func (n TargetUpdate) applied(t roster.Target) (roster.Target, error) {
	if n.Identifier != "" {
		if err := checkIdentifier(t.ProviderType, n.Identifier); err != nil {
			return t, err
		}
		t.Identifier, t.Expired = n.Identifier, false
	}
	if n.ProviderID != "" {
		t.ProviderID = n.ProviderID
	}
	if n.Name != "" {
		t.Name = n.Name
	}
	return t, nil
}

// providerSuits refuses a new provider that is not there or does not send what
// the target receives.
func (c change) providerSuits(n TargetUpdate, t roster.Target) error {
	if n.ProviderID == "" {
		return nil
	}
	sends, err := c.ProviderType(c.project(), n.ProviderID)
	if err == nil && sends != t.ProviderType {
		err = roster.ErrProviderType.With("The provider sends " + sends + ", and the target receives " + t.ProviderType + ".")
	}
	return err
}

// DeleteTarget removes the user's target.
func (d *Directory) DeleteTarget(ctx context.Context, by Caller, user, id string) error {
	return d.write(ctx, by, func(c change) error {
		if _, err := c.User(c.project(), user); err != nil {
			return err
		}
		t, err := c.Target(c.project(), user, id)
		if err != nil {
			return err
		}
		if err := c.Tx.DeleteTarget(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TargetDeleted, user, id, "")
	})
}
