package store

import (
	"context"

	"roster"
)

var providers = &list{table: "providers", looked: []string{"id", "name", "provider", "type"}, columns: common(map[string]column{
	"name":     {name: "name", filled: true},
	"provider": {name: "provider", filled: true},
	"type":     {name: "type", filled: true},
	"enabled":  {name: "enabled", filled: true},
})}

const providerColumns = "id, created_at, updated_at, name, provider, type, enabled, credentials, options, seq"

func scanProvider(r row) (roster.Provider, error) {
	var p roster.Provider
	return p, r.Scan(&p.ID, &p.CreatedAt, &p.UpdatedAt, &p.Name, &p.Kind, &p.Type, &p.Enabled, &p.Credentials, &p.Options, &p.Seq)
}

func providerValues(p *roster.Provider) []any {
	return []any{p.ID, int64(p.CreatedAt), int64(p.UpdatedAt), p.Name, p.Kind, p.Type, p.Enabled, p.Credentials, p.Options, p.Seq}
}

// Providers returns a page of the project's messaging providers.
func (s *Store) Providers(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Provider, error) {
	rows, err := s.page(ctx, providers, p, page, providerColumns, plain(providerColumns))
	return collect(rows, err, scanProvider)
}

// CountProviders returns how many providers match, whatever the page.
func (s *Store) CountProviders(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, providers, p, page)
}

const providerByID = "select " + providerColumns + " from providers where project = $1 and lower(id) = lower($2) and id = $2"

// Provider returns the provider with the id.
func (s *Store) Provider(ctx context.Context, p roster.ProjectNumber, id string) (roster.Provider, error) {
	rows, err := s.cache.query(ctx, providerByID, p, id)
	return first(rows, err, roster.ErrProviderNotFound, scanProvider)
}

// Provider reads as [Store.Provider] does, for who is about to change it.
func (tx Tx) Provider(p roster.ProjectNumber, id string) (roster.Provider, error) {
	rows, err := tx.query(providerByID+tx.engine.lock, p, id)
	return first(rows, err, roster.ErrProviderNotFound, scanProvider)
}

// EnabledProvider returns the project's newest provider of the kind that is
// enabled.
func (s *Store) EnabledProvider(ctx context.Context, p roster.ProjectNumber, kind string) (roster.Provider, error) {
	rows, err := s.cache.query(ctx, "select "+providerColumns+" from providers where project = $1 and provider = $2 and enabled order by seq desc limit 1", p, kind)
	return first(rows, err, roster.ErrProviderNotFound, scanProvider)
}

// ProviderType returns what the provider sends. It keeps nobody from changing
// it: many targets may name one provider at once.
func (tx Tx) ProviderType(p roster.ProjectNumber, id string) (string, error) {
	rows, err := tx.query("select type from providers where project = $1 and lower(id) = lower($2) and id = $2", p, id)
	return first(rows, err, roster.ErrProviderNotFound, func(r row) (typ string, err error) { return typ, r.Scan(&typ) })
}

var providerConflicts = map[string]error{"providers_id": roster.ErrProviderExists}

// CreateProvider inserts the provider and sets its Seq. An id that is taken
// gives [roster.ErrProviderExists].
func (tx Tx) CreateProvider(p roster.ProjectNumber, provider *roster.Provider) error {
	provider.Seq = tx.seq()
	return tx.unique(providerConflicts, insertProvider, append(providerValues(provider), p)...)
}

var insertProvider = "insert into providers (" + providerColumns + ", project) values (" + placeholders(11) + ")"

// UpdateProvider stores the provider.
func (tx Tx) UpdateProvider(p roster.ProjectNumber, provider *roster.Provider) error {
	return tx.exec(updateProvider, append(providerValues(provider), p)...)
}

var updateProvider = "update providers set (" + providerColumns + ") = (" + placeholders(10) + ") where project = $11 and seq = $10"

// DeleteProvider deletes the provider.
func (tx Tx) DeleteProvider(p roster.ProjectNumber, provider *roster.Provider) error {
	return tx.exec("delete from providers where project = $1 and seq = $2", p, provider.Seq)
}
