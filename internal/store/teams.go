package store

import (
	"context"
	"strings"

	"roster"
)

var teams = &list{
	table: "teams",
	owner: "seq in (select own.seq from memberships m join teams own on own.project = $1 and lower(own.id) = lower(m.team_id) and own.id = m.team_id " +
		"where m.project = $1 and m.user_id = %s and m.confirmed)",
	columns: map[string]column{
		"$id":        {name: "id", folded: "lower(id)"},
		"$createdAt": {name: "created_at", filled: true},
		"$updatedAt": {name: "updated_at", filled: true},
		"$sequence":  {name: "seq", filled: true},
		"name":       {name: "name", lower: "name_lower", filled: true},
		"total":      {name: "total", filled: true},
	},
	looked: []string{"id", "name_lower"},
}

const teamColumns = "id, name, created_at, updated_at, total, seq"

func scanTeam(r row) (roster.Team, error) {
	var t roster.Team
	return t, r.Scan(&t.ID, &t.Name, &t.CreatedAt, &t.UpdatedAt, &t.Total, &t.Seq)
}

// Teams returns a page of the project's teams, or of those that a user is a
// confirmed member of.
func (s *Store) Teams(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Team, error) {
	rows, err := s.page(ctx, teams, p, page, teamColumns, plain(teamColumns))
	return collect(rows, err, scanTeam)
}

// CountTeams returns how many teams match, whatever the page.
func (s *Store) CountTeams(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, teams, p, page)
}

var (
	teamByID = "select " + teamColumns + " from teams where project = $1 and " + teams.idIs("$2")
	teamOf   = teamByID + " and exists (select 1 from memberships where project = $1 and team_id = $2 and user_id = $3 and confirmed)"
)

// Team returns the team.
func (s *Store) Team(ctx context.Context, p roster.ProjectNumber, id string) (roster.Team, error) {
	rows, err := s.cache.query(ctx, teamByID, p, id)
	return first(rows, err, roster.ErrTeamNotFound, scanTeam)
}

// TeamOf returns the team if the user is a confirmed member of it.
func (s *Store) TeamOf(ctx context.Context, p roster.ProjectNumber, id, user string) (roster.Team, error) {
	rows, err := s.cache.query(ctx, teamOf, p, id, user)
	return first(rows, err, roster.ErrTeamNotFound, scanTeam)
}

// Team reads as [Store.Team] does, within the transaction.
func (tx Tx) Team(p roster.ProjectNumber, id string) (roster.Team, error) {
	rows, err := tx.query(teamByID, p, id)
	return first(rows, err, roster.ErrTeamNotFound, scanTeam)
}

var teamConflicts = map[string]error{"teams_id": roster.ErrTeamExists}

// CreateTeam inserts the team and sets its Seq. An id that is taken gives
// [roster.ErrTeamExists].
func (tx Tx) CreateTeam(p roster.ProjectNumber, t *roster.Team) error {
	t.Seq = tx.seq()
	return tx.unique(teamConflicts, insertTeam, t.ID, t.Name, int64(t.CreatedAt), int64(t.UpdatedAt), t.Total, t.Seq, strings.ToLower(t.Name), p)
}

var insertTeam = "insert into teams (" + teamColumns + ", name_lower, project) values (" + placeholders(8) + ")"

// RenameTeam stores the team's name and time of change.
func (tx Tx) RenameTeam(p roster.ProjectNumber, t *roster.Team) error {
	return tx.exec("update teams set name = $3, name_lower = $4, updated_at = $5 where project = $1 and seq = $2",
		p, t.Seq, t.Name, strings.ToLower(t.Name), int64(t.UpdatedAt))
}

// grow adds to the number of the team's confirmed members. Whatever changes
// memberships does so in the same transaction, so that the number is exact.
func (tx Tx) grow(p roster.ProjectNumber, team string, by int) error {
	if by == 0 {
		return nil
	}
	return tx.exec(growTeam, p, team, by, int64(tx.Now))
}

var growTeam = "update teams set total = total + $3, updated_at = $4 where project = $1 and " + teams.idIs("$2")

// DeleteTeam deletes the team and its memberships.
func (tx Tx) DeleteTeam(p roster.ProjectNumber, t *roster.Team) error {
	for _, statement := range []string{
		"delete from membership_roles where project = $1 and membership_seq in (select seq from memberships where project = $1 and team_id = $2)",
		"delete from memberships where project = $1 and team_id = $2",
		"delete from teams where project = $1 and " + teams.idIs("$2"),
	} {
		if err := tx.exec(statement, p, t.ID); err != nil {
			return err
		}
	}
	return nil
}
