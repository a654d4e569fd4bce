package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"roster"
	"roster/internal/store"
)

// ProviderChange is what is given of a messaging provider. Fields are its
// credentials and options by name, as values that marshal to JSON.
type ProviderChange struct {
	Name    string // empty: as it is
	Enabled *bool  // nil: as it is
	Fields  map[string]any
}

// CreateProvider makes a provider of the kind; its id may be roster.Unique. One
// that lacks what it needs is made all the same, but not enabled (companion
// section 11).
func (d *Directory) CreateProvider(ctx context.Context, by Caller, kind *roster.ProviderKind, id string, n ProviderChange) (roster.Provider, error) {
	p := roster.Provider{ID: id, Name: n.Name, Kind: kind.Name, Type: kind.Type}
	if p.ID == roster.Unique {
		p.ID = d.newID()
	}
	credentials, options := values{}, values{}
	credentials.begin(kind.Credentials)
	credentials.take(kind.Credentials, n.Fields)
	options.begin(kind.Options)
	options.take(kind.Options, n.Fields)
	p.Enabled = n.Enabled != nil && *n.Enabled && len(lacking(kind, credentials, options)) == 0
	p.Credentials, p.Options = credentials.text(), options.text()
	err := d.write(ctx, by, func(c change) error {
		p.CreatedAt, p.UpdatedAt = c.Now, c.Now
		if err := c.CreateProvider(c.project(), d.sealed(by.Project, p)); err != nil {
			return err
		}
		return c.record(roster.ProviderCreated, "", p.ID, "")
	})
	return p, err
}

// UpdateProvider changes a provider of the kind. What is empty stays, and a
// provider is not enabled before it has all that it needs.
func (d *Directory) UpdateProvider(ctx context.Context, by Caller, kind *roster.ProviderKind, id string, n ProviderChange) (roster.Provider, error) {
	var p roster.Provider
	err := d.write(ctx, by, func(c change) error {
		before, err := c.Provider(c.project(), id)
		if err == nil {
			err = d.openProvider(by.Project, &before)
		}
		if err != nil {
			return err
		}
		if p, err = n.applied(kind, before); err != nil || p == before {
			return err
		}
		p.UpdatedAt = c.Now
		if err := c.Tx.UpdateProvider(c.project(), d.sealed(by.Project, p)); err != nil {
			return err
		}
		return c.record(roster.ProviderUpdated, "", id, differences(ofProvider(&before), ofProvider(&p)))
	})
	return p, err
}

// applied is the provider as it will be.
func (n ProviderChange) applied(kind *roster.ProviderKind, p roster.Provider) (roster.Provider, error) {
	if p.Kind != kind.Name {
		return p, roster.ErrProviderType.With("The provider is one of " + p.Kind + " and not of " + kind.Name + ".")
	}
	credentials, options := values{}, values{}
	if err := json.Unmarshal([]byte(p.Credentials), &credentials); err != nil {
		return p, fmt.Errorf("reading a provider's credentials: %w", err)
	}
	if err := json.Unmarshal([]byte(p.Options), &options); err != nil {
		return p, fmt.Errorf("reading a provider's options: %w", err)
	}
	credentials.take(kind.Credentials, n.Fields)
	options.take(kind.Options, n.Fields)
	p.Credentials, p.Options = credentials.text(), options.text()
	if n.Name != "" {
		p.Name = n.Name
	}
	if n.Enabled != nil {
		p.Enabled = *n.Enabled
	}
	if missing := lacking(kind, credentials, options); n.Enabled != nil && *n.Enabled && len(missing) > 0 {
		return p, roster.ErrMissingCredential.With("The provider cannot be enabled without " + strings.Join(missing, ", ") + ".")
	}
	return p, nil
}

// Providers returns a page of the project's providers, their credentials in
// clear, and, if asked for, how many match in all.
func (d *Directory) Providers(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Provider, int64, error) {
	list, n, err := listed(ctx, by, page, total, d.Store.Providers, d.Store.CountProviders)
	for i := range list {
		if err := d.openProvider(by.Project, &list[i]); err != nil {
			return nil, 0, err
		}
	}
	return list, n, err
}

// Provider returns the provider, its credentials in clear.
func (d *Directory) Provider(ctx context.Context, by Caller, id string) (roster.Provider, error) {
	p, err := d.Store.Provider(ctx, by.Project.Number, id)
	if err != nil {
		return p, err
	}
	return p, d.openProvider(by.Project, &p)
}

// DeleteProvider deletes the provider. Targets that name it keep its id: their
// addresses stay good for whichever provider sends next, and all of them are as
// before if one is made again under that id, which is how an account is moved
// to another service.
func (d *Directory) DeleteProvider(ctx context.Context, by Caller, id string) error {
	return d.write(ctx, by, func(c change) error {
		p, err := c.Provider(c.project(), id)
		if err != nil {
			return err
		}
		if err := c.Tx.DeleteProvider(c.project(), &p); err != nil {
			return err
		}
		return c.record(roster.ProviderDeleted, "", id, snapshot(p.ID, p.CreatedAt, ofProvider(&p)))
	})
}

// sealed is the provider as it is stored.
func (d *Directory) sealed(project roster.Project, p roster.Provider) *roster.Provider {
	p.Credentials = d.Secrets.Seal(p.Credentials, ProviderPlace(project, p.ID))
	return &p
}

func (d *Directory) openProvider(project roster.Project, p *roster.Provider) (err error) {
	p.Credentials, err = d.Secrets.Open(p.Credentials, ProviderPlace(project, p.ID))
	return err
}

// ProviderPlace is what a provider's credentials are sealed to.
func ProviderPlace(p roster.Project, id string) string {
	return fmt.Sprintf("providers.credentials:%d:%s", p.Number, id)
}

// values are credentials or options: JSON by name.
type values map[string]json.RawMessage

// begin keeps what the fields are before any is given; of texts, empty.
func (v values) begin(fields []roster.ProviderField) {
	for _, f := range fields {
		switch f.Default.Kind {
		case roster.Null:
		case roster.String:
			v[f.Name] = encoded("")
		default:
			v[f.Name] = json.RawMessage(f.Default.Text)
		}
	}
}

// take keeps those of the fields that are given. Empty ones are left out, or
// leave what there was.
func (v values) take(fields []roster.ProviderField, given map[string]any) {
	for _, f := range fields {
		if value, ok := given[f.Name]; ok && fmt.Sprint(value) != "" {
			v[f.Name] = encoded(value)
		}
	}
}

func (v values) has(name string) bool { return v[name] != nil && string(v[name]) != `""` }

func (v values) text() string { return string(encoded(v)) }

// lacking lists what the kind needs and neither of the values have.
func lacking(kind *roster.ProviderKind, credentials, options values) []string {
	return slices.DeleteFunc(slices.Clone(kind.Needs), func(name string) bool { return credentials.has(name) || options.has(name) })
}
