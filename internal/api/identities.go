package api

import (
	"net/http"

	"roster"
)

func identityEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "usersListIdentities", Method: http.MethodGet, Path: "/users/identities", Scopes: readUsers, Status: 200,
			Summary: "List the accounts at other providers that users are linked to.",
			Errors:  listing, LegacyQueries: true,
		}, (*API).listIdentities),
		on(Endpoint{
			Name: "usersDeleteIdentity", Method: http.MethodDelete, Path: "/users/identities/{identityId}", Scopes: writeUsers, Status: 204,
			Summary: "Unlink an account at another provider.",
			Event:   roster.IdentityDeleted, Errors: []*roster.Error{roster.ErrIdentityNotFound},
		}, (*API).deleteIdentity),
	}
}

type listIdentitiesParams struct {
	Queries identityQueries  `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam `param:"search" default:"" min:"1" max:"256" doc:"Not possible here: filter by providerEmail instead."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listIdentities(r *Request, in listIdentitiesParams) (identityList, error) {
	if in.Search != "" {
		return identityList{}, roster.ErrQuery.With("Identities have no words to search for. Filter by providerEmail instead.")
	}
	identities, total, err := a.Directory.Identities(r, r.By, page(in.Queries.Query, "", ""), bool(in.Total))
	return identityList{total, each(identities, newIdentity)}, err
}

type identityParams struct {
	IdentityID roster.ID `param:"identityId" doc:"The identity's id."`
}

func (a *API) deleteIdentity(r *Request, in identityParams) (none, error) {
	return none{}, a.Directory.DeleteIdentity(r, r.By, string(in.IdentityID))
}
