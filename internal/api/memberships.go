package api

import (
	"net/http"

	"roster"
)

func membershipEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "usersListMemberships", Method: http.MethodGet, Path: "/users/{userId}/memberships", Scopes: readUsers, Status: 200,
			Summary: "List the teams that a user is in.", Errors: append(listing[:3:3], roster.ErrUserNotFound),
		}, (*API).listMemberships),
	}
}

type listMembershipsParams struct {
	userParams
	Queries membershipQueries `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam  `param:"search" default:"" min:"1" max:"256" doc:"Part of the id of the membership, user or team, or of a role."`
	Total   roster.LooseBool  `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listMemberships(r *Request, in listMembershipsParams) (membershipList, error) {
	u, memberships, total, err := a.Directory.Memberships(r, r.By, page(in.Queries.Query, in.Search, in.UserID), bool(in.Total))
	return membershipList{total, each(memberships, func(m roster.Membership) membershipModel { return newMembership(u, m) })}, err
}

func newMembership(u roster.User, m roster.Membership) membershipModel {
	return membershipModel{
		ID: m.ID, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt, UserID: m.UserID, UserName: u.Name, UserEmail: u.Email,
		TeamID: m.TeamID, TeamName: m.TeamName, Invited: m.InvitedAt, Joined: m.JoinedAt, Confirm: m.Confirmed, Roles: m.Roles,
	}
}
