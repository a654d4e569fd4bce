package store

import (
	"context"

	"roster"
)

var identities = &list{table: "identities", columns: common(map[string]column{
	"userId":                    {name: "user_id", filled: true},
	"provider":                  {name: "provider", filled: true},
	"providerUid":               {name: "provider_uid", filled: true},
	"providerEmail":             {name: "provider_email", filled: true},
	"providerAccessTokenExpiry": {name: "provider_access_token_expiry"},
})}

const identityColumns = `id, user_id, created_at, updated_at, provider, provider_uid, provider_email,
	provider_access_token, provider_refresh_token, provider_access_token_expiry, seq`

func scanIdentity(r row) (roster.Identity, error) {
	var i roster.Identity
	err := r.Scan(&i.ID, &i.UserID, &i.CreatedAt, &i.UpdatedAt, &i.Provider, &i.ProviderUID, &i.ProviderEmail,
		&i.ProviderAccessToken, &i.ProviderRefreshToken, nullTime{&i.ProviderAccessTokenExpiry}, &i.Seq)
	return i, err
}

// Identities returns a page of the project's identities.
func (s *Store) Identities(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Identity, error) {
	rows, err := s.page(ctx, identities, p, page, identityColumns, plain(identityColumns))
	return collect(rows, err, scanIdentity)
}

// CountIdentities returns how many identities match, whatever the page.
func (s *Store) CountIdentities(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, identities, p, page)
}

// Identity returns the identity, within the transaction.
func (tx Tx) Identity(p roster.ProjectNumber, id string) (roster.Identity, error) {
	rows, err := tx.query("select "+identityColumns+" from identities where project = $1 and id = $2"+tx.engine.lock, p, id)
	return first(rows, err, roster.ErrIdentityNotFound, scanIdentity)
}

// IdentityOf returns the identity of the account at the provider.
func (tx Tx) IdentityOf(p roster.ProjectNumber, provider, uid string) (roster.Identity, error) {
	rows, err := tx.query("select "+identityColumns+" from identities where project = $1 and provider = $2 and provider_uid = $3"+tx.engine.lock, p, provider, uid)
	return first(rows, err, roster.ErrIdentityNotFound, scanIdentity)
}

// IdentityByEmail returns an identity that has the address; all that have it are
// one user's.
func (tx Tx) IdentityByEmail(p roster.ProjectNumber, email string) (roster.Identity, error) {
	rows, err := tx.query("select "+identityColumns+" from identities where project = $1 and provider_email = $2 limit 1", p, email)
	return first(rows, err, roster.ErrIdentityNotFound, scanIdentity)
}

// FreshestIdentity returns the user's identity at the provider that was used
// last.
func (tx Tx) FreshestIdentity(p roster.ProjectNumber, user, provider string) (roster.Identity, error) {
	rows, err := tx.query("select "+identityColumns+" from identities where project = $1 and user_id = $2 and provider = $3 order by updated_at desc, seq desc limit 1", p, user, provider)
	return first(rows, err, roster.ErrIdentityNotFound, scanIdentity)
}

// EmailOfIdentity reports whether an identity of another user than except has
// the address.
func (tx Tx) EmailOfIdentity(p roster.ProjectNumber, email, except string) (bool, error) {
	rows, err := tx.query("select 1 from identities where project = $1 and provider_email = $2 and user_id <> $3 limit 1", p, email, except)
	found, err := collect(rows, err, func(r row) (n int, err error) { return n, r.Scan(&n) })
	return len(found) > 0, err
}

// CreateIdentity inserts the identity and sets its Seq.
func (tx Tx) CreateIdentity(p roster.ProjectNumber, i *roster.Identity) error {
	i.Seq = tx.seq()
	return tx.exec(insertIdentity, i.ID, i.UserID, int64(i.CreatedAt), int64(i.UpdatedAt), i.Provider, i.ProviderUID, i.ProviderEmail,
		i.ProviderAccessToken, i.ProviderRefreshToken, moment(i.ProviderAccessTokenExpiry), i.Seq, p)
}

var insertIdentity = "insert into identities (" + identityColumns + ", project) values (" + placeholders(12) + ")"

// UpdateIdentity stores the address and the tokens of the identity, which was
// used now.
func (tx Tx) UpdateIdentity(p roster.ProjectNumber, i *roster.Identity) error {
	i.UpdatedAt = tx.Now
	return tx.change(roster.ErrIdentityNotFound, updateIdentity, p, i.Seq, int64(i.UpdatedAt), i.ProviderEmail,
		i.ProviderAccessToken, i.ProviderRefreshToken, moment(i.ProviderAccessTokenExpiry))
}

const updateIdentity = `update identities set updated_at = $3, provider_email = $4,
	provider_access_token = $5, provider_refresh_token = $6, provider_access_token_expiry = $7 where project = $1 and seq = $2`

// DeleteIdentities deletes all identities of the user.
func (tx Tx) DeleteIdentities(p roster.ProjectNumber, user string) error {
	return tx.exec("delete from identities where project = $1 and user_id = $2", p, user)
}

// DeleteIdentity deletes the identity.
func (tx Tx) DeleteIdentity(p roster.ProjectNumber, i *roster.Identity) error {
	return tx.exec("delete from identities where project = $1 and seq = $2", p, i.Seq)
}
