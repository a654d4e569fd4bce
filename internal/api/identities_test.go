package api

import (
	"testing"

	"roster"
	"roster/internal/store"
)

func TestAnIdentityShowsItsTokens(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{
		"total": "1", "identities.0.$id": p.identity.ID, "identities.0.userId": p.ID, "identities.0.provider": "github", "identities.0.providerUid": "uid-" + p.ID,
		"identities.0.providerEmail": p.identity.ProviderEmail, "identities.0.providerAccessToken": "access-" + p.ID, "identities.0.providerRefreshToken": "refresh-" + p.ID,
		"identities.0.providerAccessTokenExpiry": "",
	})
}

func TestAnIdentityWithoutTokensIsListed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateIdentity(b.project.Number, &roster.Identity{ID: "i", UserID: p.ID, Provider: "google", ProviderUID: "7", ProviderAccessTokenExpiry: b.now()})
	})
	b.answers(get("/v1/users/identities", params{"queries": list(`{"method":"equal","attribute":"provider","values":["google"]}`)}), 200).is(map[string]string{
		"total": "1", "identities.0.$id": "i", "identities.0.providerAccessToken": "", "identities.0.providerRefreshToken": "",
		"identities.0.providerAccessTokenExpiry": b.now().String(),
	})
}

// What was sealed for another row is not shown in this one.
func TestSealedTokensAreBoundToTheirRow(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateIdentity(b.project.Number, &roster.Identity{ID: "i", UserID: p.ID, Provider: "google", ProviderUID: "7", ProviderAccessToken: p.identity.ProviderAccessToken})
	})
	b.refuses(get("/v1/users/identities", nil), roster.ErrInternal)
}

// Identities have no words (contract section 3.20; upstream's tests ask for it).
func TestIdentitiesCannotBeSearched(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.person()
	b.refuses(get("/v1/users/identities", params{"search": `"github"`}), roster.ErrQuery)
}

func TestADeletedIdentityFreesItsEmail(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(del("/v1/users/identities/"+p.identity.ID), 204)
	b.refuses(del("/v1/users/identities/"+p.identity.ID), roster.ErrIdentityNotFound)
	b.answers(get("/v1/users/identities", nil), 200).is(map[string]string{"total": "0"})
	b.answers(post("/v1/users", params{"userId": `"ada"`, "email": quote(p.identity.ProviderEmail)}), 201)
	b.answers(get(user(p.ID, "logs"), nil), 200).is(map[string]string{"total": "1", "logs.0.event": "identity.delete"}) // it is its owner's
}
