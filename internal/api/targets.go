package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
)

func targetEndpoints() []Endpoint {
	const all, one = "/users/{userId}/targets", "/users/{userId}/targets/{targetId}"
	ofTarget := []*roster.Error{roster.ErrUserNotFound, roster.ErrTargetNotFound}
	identifiers := []*roster.Error{roster.ErrTargetExists, roster.ErrInvalidEmail, roster.ErrInvalidPhone}
	return []Endpoint{
		on(Endpoint{
			Name: "usersCreateTarget", Method: http.MethodPost, Path: all, Scopes: writeUsers, Status: 201,
			Summary: "Give a user an address that messages can be sent to.",
			Event:   roster.TargetCreated, Errors: append(identifiers[:3:3], roster.ErrProviderType, roster.ErrUserNotFound),
		}, (*API).createTarget),
		on(Endpoint{
			Name: "usersListTargets", Method: http.MethodGet, Path: all, Scopes: readUsers, Status: 200,
			Summary: "List a user's targets.", Errors: append(listing[:3:3], roster.ErrUserNotFound),
		}, (*API).listTargets),
		on(Endpoint{
			Name: "usersGetTarget", Method: http.MethodGet, Path: one, Scopes: readUsers, Status: 200,
			Summary: "Get a target of a user.", Errors: ofTarget,
		}, (*API).getTarget),
		on(Endpoint{
			Name: "usersUpdateTarget", Method: http.MethodPatch, Path: one, Scopes: writeUsers, Status: 200,
			Summary: "Change a target of a user.",
			Event:   roster.TargetUpdated, Errors: append(append(identifiers[:3:3], ofTarget...), roster.ErrProviderNotFound, roster.ErrProviderType),
		}, (*API).updateTarget),
		on(Endpoint{
			Name: "usersDeleteTarget", Method: http.MethodDelete, Path: one, Scopes: writeUsers, Status: 204,
			Summary: "Remove a target of a user.", Event: roster.TargetDeleted, Errors: ofTarget,
		}, (*API).deleteTarget),
	}
}

type createTargetParams struct {
	TargetID     roster.CustomID  `param:"targetId" doc:"The id to be, or unique() for a generated one."`
	UserID       roster.ID        `param:"userId" doc:"The user's id."`
	ProviderType roster.Enum      `param:"providerType" enum:"email,sms,push" doc:"What kind of address it is."`
	Identifier   roster.TextParam `param:"identifier" min:"1" max:"255" doc:"The address: an email, a phone number or a device token. No two targets share one."`
	ProviderID   roster.ID        `param:"providerId" default:"" doc:"The messaging provider to send with; one that is not there is left out."`
	Name         roster.TextParam `param:"name" default:"" min:"1" max:"128" doc:"Name for people."`
}

func (a *API) createTarget(r *Request, in createTargetParams) (targetModel, error) {
	t, err := a.Directory.CreateTarget(r, r.By, roster.Target{
		ID: string(in.TargetID), UserID: string(in.UserID), ProviderType: string(in.ProviderType), Identifier: string(in.Identifier),
		ProviderID: string(in.ProviderID), Name: string(in.Name),
	})
	return newTarget(t), err
}

type listTargetsParams struct {
	userParams
	Queries targetQueries    `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listTargets(r *Request, in listTargetsParams) (targetList, error) {
	targets, total, err := a.Directory.Targets(r, r.By, page(in.Queries.Query, "", in.UserID), bool(in.Total))
	return targetList{total, each(targets, newTarget)}, err
}

type targetParams struct {
	userParams
	TargetID roster.ID `param:"targetId" doc:"The target's id."`
}

func (a *API) getTarget(r *Request, in targetParams) (targetModel, error) {
	t, err := a.Directory.Target(r, r.By, in.user(), string(in.TargetID))
	return newTarget(t), err
}

type updateTargetParams struct {
	targetParams
	Identifier roster.TextParam `param:"identifier" default:"" min:"1" max:"255" doc:"The new address."`
	ProviderID roster.ID        `param:"providerId" default:"" doc:"The messaging provider to send with."`
	Name       roster.TextParam `param:"name" default:"" min:"1" max:"128" doc:"Name for people."`
}

func (a *API) updateTarget(r *Request, in updateTargetParams) (targetModel, error) {
	t, err := a.Directory.UpdateTarget(r, r.By, in.user(), string(in.TargetID), directory.TargetUpdate{
		Identifier: string(in.Identifier), ProviderID: string(in.ProviderID), Name: string(in.Name),
	})
	return newTarget(t), err
}

func (a *API) deleteTarget(r *Request, in targetParams) (none, error) {
	return none{}, a.Directory.DeleteTarget(r, r.By, in.user(), string(in.TargetID))
}
