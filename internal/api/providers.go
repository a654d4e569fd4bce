package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
)

// The scopes of companion section 11.
var (
	readProviders  = []roster.Scope{roster.ProvidersRead}
	writeProviders = []roster.Scope{roster.ProvidersWrite}
)

// providerEndpoints are those of companion section 11. What differs from kind to
// kind stands in the table of [roster.ProviderKinds].
func providerEndpoints() []Endpoint {
	const all, one = "/messaging/providers", "/messaging/providers/{providerId}"
	missing := []*roster.Error{roster.ErrProviderNotFound}
	endpoints := []Endpoint{
		on(Endpoint{
			Name: "messagingListProviders", Method: http.MethodGet, Path: all, Scopes: readProviders, Status: 200,
			Summary: "List messaging providers with their credentials.", Errors: []*roster.Error{roster.ErrQuery, roster.ErrCursorNotFound},
		}, (*API).listProviders),
		on(Endpoint{
			Name: "messagingGetProvider", Method: http.MethodGet, Path: one, Scopes: readProviders, Status: 200,
			Summary: "Get a messaging provider with its credentials.", Errors: missing,
		}, (*API).getProvider),
		on(Endpoint{
			Name: "messagingDeleteProvider", Method: http.MethodDelete, Path: one, Scopes: writeProviders, Status: 204,
			Summary: "Delete a messaging provider. Targets that name it stay.", Event: roster.ProviderDeleted, Errors: missing,
		}, (*API).deleteProvider),
	}
	for _, kind := range roster.ProviderKinds() {
		endpoints = append(endpoints,
			on(Endpoint{
				Name: "messagingCreate" + kind.Title + "Provider", Method: http.MethodPost, Path: all + "/" + kind.Name, Scopes: writeProviders, Status: 201,
				Summary: "Add " + kind.Service + " as a messaging provider. It is enabled only if it has all that it needs.",
				Event:   roster.ProviderCreated, Errors: []*roster.Error{roster.ErrProviderExists}, Fields: kind.Fields(),
			}, createProvider(kind)),
			on(Endpoint{
				Name: "messagingUpdate" + kind.Title + "Provider", Method: http.MethodPatch, Path: all + "/" + kind.Name + "/{providerId}", Scopes: writeProviders, Status: 200,
				Summary: "Change a messaging provider that is " + kind.Service + ". What is empty stays.",
				Event:   roster.ProviderUpdated, Errors: append(missing[:1:1], roster.ErrProviderType, roster.ErrMissingCredential), Fields: kind.Changes(),
			}, updateProvider(kind)),
		)
	}
	return endpoints
}

type listProvidersParams struct {
	Queries providerQueries  `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam `param:"search" default:"" min:"1" max:"256" doc:"A part of id, name, provider or type."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listProviders(r *Request, in listProvidersParams) (providerList, error) {
	providers, total, err := a.Directory.Providers(r, r.By, page(in.Queries.Query, in.Search, ""), bool(in.Total))
	return providerList{total, each(providers, newProvider)}, err
}

type providerParams struct {
	ProviderID roster.ID `param:"providerId" doc:"The provider's id."`
}

func (a *API) getProvider(r *Request, in providerParams) (providerModel, error) {
	p, err := a.Directory.Provider(r, r.By, string(in.ProviderID))
	return newProvider(p), err
}

func (a *API) deleteProvider(r *Request, in providerParams) (none, error) {
	return none{}, a.Directory.DeleteProvider(r, r.By, string(in.ProviderID))
}

type createProviderParams struct {
	ProviderID roster.CustomID  `param:"providerId" doc:"The id to be, or unique() for a generated one."`
	Name       roster.TextParam `param:"name" min:"1" max:"128" doc:"Name for people."`
	Fields     given
}

func createProvider(kind *roster.ProviderKind) func(*API, *Request, createProviderParams) (providerModel, error) {
	return func(a *API, r *Request, in createProviderParams) (providerModel, error) {
		p, err := a.Directory.CreateProvider(r, r.By, kind, string(in.ProviderID), in.Fields.change(in.Name))
		return newProvider(p), err
	}
}

type updateProviderParams struct {
	providerParams
	Name   roster.TextParam `param:"name" default:"" min:"1" max:"128" doc:"Name for people."`
	Fields given
}

func updateProvider(kind *roster.ProviderKind) func(*API, *Request, updateProviderParams) (providerModel, error) {
	return func(a *API, r *Request, in updateProviderParams) (providerModel, error) {
		p, err := a.Directory.UpdateProvider(r, r.By, kind, string(in.ProviderID), in.Fields.change(in.Name))
		return newProvider(p), err
	}
}

// change is what is given of a provider; "enabled" is not one of its fields.
func (g given) change(name roster.TextParam) directory.ProviderChange {
	n := directory.ProviderChange{Name: string(name), Fields: g}
	if enabled, ok := g["enabled"].(roster.BoolParam); ok {
		n.Enabled = (*bool)(&enabled)
	}
	return n
}
