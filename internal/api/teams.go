package api

import (
	"net/http"

	"roster"
	"roster/internal/store"
)

// The scopes of companion section 9. Users hold the one for reading; writing
// takes a key.
var (
	readTeams  = []roster.Scope{roster.TeamsRead}
	writeTeams = []roster.Scope{roster.TeamsWrite}
)

func teamEndpoints() []Endpoint {
	const one = "/teams/{teamId}"
	ofTeam := []*roster.Error{roster.ErrTeamNotFound}
	return []Endpoint{
		on(Endpoint{
			Name: "teamsCreate", Method: http.MethodPost, Path: "/teams", Scopes: writeTeams, Status: 201,
			Summary: "Create a team without members.", Event: roster.TeamCreated, Errors: []*roster.Error{roster.ErrTeamExists},
		}, (*API).createTeam),
		on(Endpoint{
			Name: "teamsList", Method: http.MethodGet, Path: "/teams", Scopes: readTeams, Status: 200,
			Summary: "List teams. Users see those that they are members of.", Event: roster.UserImpersonated, LegacyQueries: true,
			Errors: listing[:2:2], // a team has no attribute that is null
		}, (*API).listTeams),
		on(Endpoint{
			Name: "teamsGet", Method: http.MethodGet, Path: one, Scopes: readTeams, Status: 200,
			Summary: "Get a team. For users who are not members of it, there is none.", Event: roster.UserImpersonated, Errors: ofTeam,
		}, (*API).getTeam),
		on(Endpoint{
			Name: "teamsUpdateName", Method: http.MethodPut, Path: one, Scopes: writeTeams, Status: 200,
			Summary: "Rename a team.", Event: roster.TeamUpdated, Errors: ofTeam,
		}, (*API).renameTeam),
		on(Endpoint{
			Name: "teamsDelete", Method: http.MethodDelete, Path: one, Scopes: writeTeams, Status: 204,
			Summary: "Delete a team and its memberships, not the members.", Event: roster.TeamDeleted, Errors: ofTeam,
		}, (*API).deleteTeam),
	}
}

// whileImpersonating returns what a user has read and records, once in a while,
// that it was read as somebody else.
func whileImpersonating[Out any](a *API, r *Request, out Out, err error) (Out, error) {
	if err == nil {
		err = a.Directory.RecordImpersonation(r, r.By)
	}
	return out, err
}

type createTeamParams struct {
	TeamID roster.CustomID  `param:"teamId" doc:"The id to be, or unique() for a generated one."`
	Name   roster.TextParam `param:"name" min:"1" max:"128" doc:"Name for people."`
	Roles  roster.Roles     `param:"roles" default:"" doc:"Not used: a team that a key makes has no members yet."`
}

func (a *API) createTeam(r *Request, in createTeamParams) (teamModel, error) {
	t, err := a.Directory.CreateTeam(r, r.By, string(in.TeamID), string(in.Name))
	return newTeam(t), err
}

type listTeamsParams struct {
	Queries teamQueries      `param:"queries" default:"[]" doc:"Filters, orders and page."`
	Search  roster.TextParam `param:"search" default:"" min:"1" max:"256" doc:"Part of the id or the name."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all that match."`
}

func (a *API) listTeams(r *Request, in listTeamsParams) (teamList, error) {
	teams, total, err := a.Directory.Teams(r, r.By, store.Page{Query: in.Queries.Query, Search: string(in.Search)}, bool(in.Total))
	return whileImpersonating(a, r, teamList{total, each(teams, newTeam)}, err)
}

type teamParams struct {
	TeamID roster.ID `param:"teamId" doc:"The team's id."`
}

func (p teamParams) team() string { return string(p.TeamID) }

func (a *API) getTeam(r *Request, in teamParams) (teamModel, error) {
	t, err := a.Directory.Team(r, r.By, in.team())
	return whileImpersonating(a, r, newTeam(t), err)
}

type renameTeamParams struct {
	teamParams
	Name roster.TextParam `param:"name" min:"1" max:"128" doc:"Name for people."`
}

func (a *API) renameTeam(r *Request, in renameTeamParams) (teamModel, error) {
	t, err := a.Directory.RenameTeam(r, r.By, in.team(), string(in.Name))
	return newTeam(t), err
}

func (a *API) deleteTeam(r *Request, in teamParams) (none, error) {
	return none{}, a.Directory.DeleteTeam(r, r.By, in.team())
}
