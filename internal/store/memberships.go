package store

import (
	"context"
	"database/sql"

	"roster"
)

// A role may be any text, so only reading the JSON of the roles tells one from
// another.
var memberships = &list{table: "memberships", looked: []string{"id", "user_id", "team_id", "roles"}, columns: common(map[string]column{
	"userId":  {name: "user_id", filled: true},
	"teamId":  {name: "team_id", filled: true},
	"invited": {name: "invited_at"},
	"joined":  {name: "joined_at"},
	"confirm": {name: "confirmed", filled: true},
	"roles":   {name: "roles", filled: true, contains: "exists (select 1 from json_each(roles) where value = %s)"},
})}

const membershipColumns = "id, user_id, team_id, created_at, updated_at, invited_at, joined_at, confirmed, roles, seq"

// withTeam adds the team's name to each selected membership; a missing team
// has none.
func withTeam(selected, order string) string {
	return "select page.*, (select teams.name from teams where teams.project = $1 and lower(teams.id) = lower(page.team_id)) from (" + selected + ") page order by " + order
}

func scanMembership(r row, extra ...any) (roster.Membership, error) {
	var m roster.Membership
	var team sql.NullString
	pointers := []any{&m.ID, &m.UserID, &m.TeamID, &m.CreatedAt, &m.UpdatedAt, nullTime{&m.InvitedAt}, nullTime{&m.JoinedAt}, &m.Confirmed, words{&m.Roles}, &m.Seq}
	err := r.Scan(append(append(pointers, extra...), &team)...)
	m.TeamName = team.String
	return m, err
}

// Memberships returns a page of a user's memberships.
func (s *Store) Memberships(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Membership, error) {
	rows, err := s.page(ctx, memberships, p, page, membershipColumns, withTeam)
	if err != nil {
		return nil, err
	}
	extra := rowsOf{rows}.extra()
	return collect(rows, nil, func(r row) (roster.Membership, error) { return scanMembership(r, extra...) })
}

// CountMemberships returns how many memberships match, whatever the page.
func (s *Store) CountMemberships(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, memberships, p, page)
}

// CreateTeam inserts the team.
func (tx Tx) CreateTeam(p roster.ProjectNumber, t *roster.Team) error {
	t.Seq = tx.seq()
	return tx.exec("insert into teams (project, seq, id, name, created_at, updated_at, total) values ($1, $2, $3, $4, $5, $6, $7)",
		p, t.Seq, t.ID, t.Name, int64(t.CreatedAt), int64(t.UpdatedAt), t.Total)
}

// CreateMembership inserts the membership and sets its Seq.
func (tx Tx) CreateMembership(p roster.ProjectNumber, m *roster.Membership) error {
	m.Seq = tx.seq()
	return tx.exec(insertMembership, m.ID, m.UserID, m.TeamID, int64(m.CreatedAt), int64(m.UpdatedAt), moment(m.InvitedAt), moment(m.JoinedAt),
		m.Confirmed, wordsJSON(m.Roles), m.Seq, p)
}

var insertMembership = "insert into memberships (" + membershipColumns + ", project) values (" + placeholders(11) + ")"
