package directory

import (
	"context"

	"roster"
	"roster/internal/store"
)

// Teams returns a page of teams and, if asked for, how many match in all. Users
// see the teams that they are confirmed members of; while they impersonate
// somebody, that user's (companion section 3.5: roles come from the target).
func (d *Directory) Teams(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Team, int64, error) {
	if u := by.Acting(); u != nil {
		page.UserID = u.ID
	}
	return listed(ctx, by, page, total, d.Store.Teams, d.Store.CountTeams)
}

// Team returns the team. For users who are not confirmed members of it, there
// is none.
func (d *Directory) Team(ctx context.Context, by Caller, id string) (roster.Team, error) {
	if u := by.Acting(); u != nil {
		return d.Store.TeamOf(ctx, by.Project.Number, id, u.ID)
	}
	return d.Store.Team(ctx, by.Project.Number, id)
}

// CreateTeam makes a team without members; its id may be roster.Unique
// (companion section 9.1).
func (d *Directory) CreateTeam(ctx context.Context, by Caller, id, name string) (roster.Team, error) {
	if id == roster.Unique {
		id = d.newID()
	}
	t := roster.Team{ID: id, Name: name}
	err := d.write(ctx, by, func(c change) error {
		t.CreatedAt, t.UpdatedAt = c.Now, c.Now
		if err := c.CreateTeam(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TeamCreated, "", t.ID, "")
	})
	return t, err
}

// RenameTeam changes the team's name. The name that it has leaves no trace.
func (d *Directory) RenameTeam(ctx context.Context, by Caller, id, name string) (roster.Team, error) {
	var t roster.Team
	err := d.write(ctx, by, func(c change) error {
		before, err := c.Team(c.project(), id)
		if t = before; err != nil || t.Name == name {
			return err
		}
		t.Name, t.UpdatedAt = name, c.Now
		if err := c.Tx.RenameTeam(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TeamUpdated, "", id, differences(ofTeam(&before), ofTeam(&t)))
	})
	return t, err
}

// DeleteTeam deletes the team and its memberships, not the members.
func (d *Directory) DeleteTeam(ctx context.Context, by Caller, id string) error {
	return d.write(ctx, by, func(c change) error {
		t, err := c.Team(c.project(), id)
		if err != nil {
			return err
		}
		if err := c.Tx.DeleteTeam(c.project(), &t); err != nil {
			return err
		}
		return c.record(roster.TeamDeleted, "", id, snapshot(t.ID, t.CreatedAt, ofTeam(&t)))
	})
}
