package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

func membershipEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "usersListMemberships", Method: http.MethodGet, Path: "/users/{userId}/memberships", Scopes: readUsers, Status: 200,
			Summary: "List the teams that a user is in.", Errors: append(listing[:3:3], roster.ErrUserNotFound),
		}, (*API).listMemberships),
	}
}

func teamMembershipEndpoints() []Endpoint {
	const all, one = "/teams/{teamId}/memberships", "/teams/{teamId}/memberships/{membershipId}"
	ofMembership := []*roster.Error{roster.ErrTeamNotFound, roster.ErrMembership, roster.ErrTeamMismatch}
	return []Endpoint{
		on(Endpoint{
			Name: "teamsCreateMembership", Method: http.MethodPost, Path: all, Scopes: writeTeams, Status: 201, Limits: limited(10, "ip"),
			Summary: "Make a user a member of a team, or a new user if nobody has the address.",
			Event:   roster.MembershipCreated, Also: []*roster.Event{roster.UserCreated},
			Errors: []*roster.Error{roster.ErrTeamNotFound, roster.ErrUserNotFound, roster.ErrUserExists, roster.ErrEmailExists, roster.ErrConfirmed},
		}, (*API).createMembership),
		on(Endpoint{
			Name: "teamsListMemberships", Method: http.MethodGet, Path: all, Scopes: readTeams, Status: 200,
			Summary: "List a team's memberships. Members see of each other what the project's settings show.",
			Event:   roster.UserImpersonated, LegacyQueries: true, Errors: append(listing[:3:3], roster.ErrTeamNotFound),
		}, (*API).listTeamMemberships),
		on(Endpoint{
			Name: "teamsGetMembership", Method: http.MethodGet, Path: one, Scopes: readTeams, Status: 200,
			Summary: "Get a membership of a team.", Event: roster.UserImpersonated, Errors: ofMembership,
		}, (*API).getMembership),
		on(Endpoint{
			Name: "teamsUpdateMembership", Method: http.MethodPatch, Path: one, Scopes: writeTeams, Status: 200,
			Summary: "Replace a member's roles.", Event: roster.MembershipUpdated, Errors: ofMembership,
		}, (*API).updateMembership),
		on(Endpoint{
			Name: "teamsDeleteMembership", Method: http.MethodDelete, Path: one, Scopes: writeTeams, Status: 204,
			Summary: "Remove a member from a team.", Event: roster.MembershipDeleted,
			Errors: []*roster.Error{roster.ErrInviteNotFound, roster.ErrTeamNotFound, roster.ErrTeamMismatch},
		}, (*API).deleteMembership),
	}
}

type listMembershipsParams struct {
	userParams
	Queries membershipQueries `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam  `param:"search" default:"" min:"1" max:"256" doc:"Part of the id of the membership, user or team, or of a role."`
	Total   roster.LooseBool  `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listMemberships(r *Request, in listMembershipsParams) (membershipList, error) {
	memberships, total, err := a.Directory.Memberships(r, r.By, page(in.Queries.Query, in.Search, in.UserID), bool(in.Total))
	return membershipList{total, each(memberships, newMembership)}, err
}

type createMembershipParams struct {
	teamParams
	Email  roster.EmailParam `param:"email" default:"" doc:"Email address of the user; one of email, userId and phone is needed."`
	UserID roster.ID         `param:"userId" default:"" doc:"The user's id."`
	Phone  roster.PhoneParam `param:"phone" default:"" doc:"Phone number of the user."`
	Roles  roster.Roles      `param:"roles" doc:"What the user may do in the team, in the product's own words."`
	URL    roster.TextParam  `param:"url" default:"" doc:"Not used: a membership that a key makes needs no answer to an invitation."`
	Name   roster.TextParam  `param:"name" default:"" min:"1" max:"128" doc:"Display name of a new user; else the email."`
}

func (a *API) createMembership(r *Request, in createMembershipParams) (membershipModel, error) {
	if in.Email == "" && in.UserID == "" && in.Phone == "" {
		return membershipModel{}, roster.ErrArgument.With("One of the parameters email, userId and phone is needed.")
	}
	m, err := a.Directory.CreateMembership(r, r.By, directory.NewMembership{
		TeamID: in.team(), UserID: string(in.UserID), Email: string(in.Email), Phone: string(in.Phone), Name: string(in.Name), Roles: in.Roles,
	})
	return newMembership(m), err
}

type listTeamMembershipsParams struct {
	teamParams
	Queries membershipQueries `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam  `param:"search" default:"" min:"1" max:"256" doc:"Part of the id of the membership, user or team, or of a role."`
	Total   roster.LooseBool  `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listTeamMemberships(r *Request, in listTeamMembershipsParams) (membershipList, error) {
	of := store.Page{Query: in.Queries.Query, Search: string(in.Search), TeamID: in.team()}
	memberships, total, err := a.Directory.TeamMemberships(r, r.By, of, bool(in.Total))
	return whileImpersonating(a, r, membershipList{total, each(memberships, newMembership)}, err)
}

type membershipParams struct {
	teamParams
	MembershipID roster.ID `param:"membershipId" doc:"The membership's id."`
}

func (a *API) getMembership(r *Request, in membershipParams) (membershipModel, error) {
	m, err := a.Directory.Membership(r, r.By, in.team(), string(in.MembershipID))
	return whileImpersonating(a, r, newMembership(m), err)
}

type updateMembershipParams struct {
	membershipParams
	Roles roster.Roles `param:"roles" doc:"What the user may do in the team, in the product's own words."`
}

func (a *API) updateMembership(r *Request, in updateMembershipParams) (membershipModel, error) {
	m, err := a.Directory.SetRoles(r, r.By, in.team(), string(in.MembershipID), in.Roles)
	return newMembership(m), err
}

func (a *API) deleteMembership(r *Request, in membershipParams) (none, error) {
	return none{}, a.Directory.DeleteMembership(r, r.By, in.team(), string(in.MembershipID))
}
