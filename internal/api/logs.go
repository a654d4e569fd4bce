package api

import (
	"net/http"
	"time"

	"roster"
	"roster/internal/directory"
)

func logEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "usersListLogs", Method: http.MethodGet, Path: "/users/{userId}/logs", Scopes: readUsers, Status: 200,
			Summary: "List what was done by a user or to them, newest first.",
			Errors:  append(listing[:1:1], roster.ErrUserNotFound), LegacyQueries: true,
		}, (*API).listLogs),
		on(Endpoint{
			Name: "usersGetUsage", Method: http.MethodGet, Path: "/users/usage", Scopes: readUsers, Status: 200,
			Summary: "Count users and sessions, and those created in each hour or day.",
		}, (*API).getUsage),
	}
}

type listLogsParams struct {
	userParams
	Queries logQueries       `param:"queries" default:"[]" doc:"limit and offset."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all entries."`
}

func (a *API) listLogs(r *Request, in listLogsParams) (logList, error) {
	records, total, err := a.Directory.Logs(r, r.By, in.user(), in.Queries.Limit, in.Queries.Offset, bool(in.Total))
	return logList{total, each(records, func(e roster.Record) logModel { return newLog(e, r.Locale) })}, err
}

type usageParams struct {
	Range roster.StrictEnum `param:"range" default:"30d" enum:"24h,30d,90d" doc:"How far back to count."`
}

// usageRanges are the periods of each range (contract section 3.23).
var usageRanges = map[roster.StrictEnum]struct {
	periods int
	length  time.Duration
}{"24h": {24, time.Hour}, "30d": {30, 24 * time.Hour}, "90d": {90, 24 * time.Hour}}

func (a *API) getUsage(r *Request, in usageParams) (usageModel, error) {
	span := usageRanges[in.Range]
	u, err := a.Directory.Usage(r, r.By, span.periods, span.length)
	point := func(c directory.Count) usagePoint { return usagePoint{c.Value, c.Date} }
	return usageModel{string(in.Range), u.Users, u.Sessions, each(u.UsersCreated, point), each(u.SessionsCreated, point)}, err
}
