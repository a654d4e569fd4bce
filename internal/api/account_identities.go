package api

import (
	"net/http"

	"roster"
)

func accountIdentityEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "accountListIdentities", Method: http.MethodGet, Path: "/account/identities", Scopes: ofAccount, Status: 200,
			Summary: "List the accounts at other providers that one is linked to.", Errors: listing, LegacyQueries: true,
		}, (*API).listOwnIdentities),
		on(Endpoint{
			Name: "accountDeleteIdentity", Method: http.MethodDelete, Path: "/account/identities/{identityId}", Scopes: ofAccount, Status: 204,
			Summary: "Unlink an account at another provider.",
			Event:   roster.IdentityDeleted, Errors: []*roster.Error{roster.ErrIdentityNotFound},
		}, (*API).deleteOwnIdentity),
	}
}

type ownIdentitiesParams struct {
	Queries identityQueries  `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listOwnIdentities(r *Request, in ownIdentitiesParams) (identityList, error) {
	identities, total, err := a.Directory.Identities(r, r.By, page(in.Queries.Query, "", roster.ID(r.By.User().ID)), bool(in.Total))
	return identityList{total, each(identities, newIdentity)}, err
}

func (a *API) deleteOwnIdentity(r *Request, in identityParams) (none, error) {
	return none{}, a.Directory.DeleteOwnIdentity(r, r.By, string(in.IdentityID))
}
