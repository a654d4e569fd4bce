package directory

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"roster"
	"roster/internal/store"
)

// Memberships returns a page of the user's memberships and, if asked for, how
// many match in all.
func (d *Directory) Memberships(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Membership, int64, error) {
	if _, err := d.User(ctx, by, page.UserID); err != nil {
		return nil, 0, err
	}
	return d.memberships(ctx, by, page, total)
}

// TeamMemberships returns a page of the memberships of a team that the caller
// sees and, if asked for, how many match in all.
func (d *Directory) TeamMemberships(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Membership, int64, error) {
	if _, err := d.Team(ctx, by, page.TeamID); err != nil {
		return nil, 0, err
	}
	if u := by.Acting(); u != nil && !by.Project.Settings.MembershipUserID {
		page.Viewer = u.ID
	}
	return d.memberships(ctx, by, page, total)
}

func (d *Directory) memberships(ctx context.Context, by Caller, page store.Page, total bool) ([]roster.Membership, int64, error) {
	list, n, err := listed(ctx, by, page, total, d.Store.Memberships, d.Store.CountMemberships)
	for i := range list {
		list[i] = visible(by, list[i])
	}
	return list, n, err
}

// visible is the membership as the caller sees it: without what the project hides
// of members from each other, which is everything unless its settings say
// otherwise. Keys see all (companion section 9.3).
func visible(by Caller, m roster.Membership) roster.Membership {
	u, s := &m.Member, by.Project.Settings
	u.MFA = u.MFA && (u.AppVerified || u.Email != "" && u.EmailVerified || u.Phone != "" && u.PhoneVerified)
	if by.Acting() == nil {
		return m
	}
	if !s.MembershipUserID {
		m.UserID = ""
	}
	if !s.MembershipUserName {
		u.Name = ""
	}
	if !s.MembershipUserEmail {
		u.Email = ""
	}
	if !s.MembershipUserPhone {
		u.Phone = ""
	}
	u.MFA = u.MFA && s.MembershipUserMFA
	if !s.MembershipUserAccessedAt {
		u.AccessedAt = 0
	}
	return m
}

// Membership returns the membership of a team that the caller sees.
func (d *Directory) Membership(ctx context.Context, by Caller, team, id string) (roster.Membership, error) {
	if _, err := d.Team(ctx, by, team); err != nil {
		return roster.Membership{}, err
	}
	m, err := d.Store.Membership(ctx, by.Project.Number, id)
	if err == nil && m.TeamID != team {
		err = roster.ErrTeamMismatch
	}
	return visible(by, m), err
}

// NewMembership is what a membership is made of. One of UserID, Email and Phone
// says whose it will be; those that are given must agree.
type NewMembership struct {
	TeamID               string
	UserID, Email, Phone string
	Name                 string // of the user, if it has to be made
	Roles                []string
}

// CreateMembership makes a user a member of the team at once. An address that
// nobody has makes a user, and an invitation that is waiting is confirmed; then
// the membership keeps its id and roles (companion section 9.2).
func (d *Directory) CreateMembership(ctx context.Context, by Caller, n NewMembership) (roster.Membership, error) {
	var m roster.Membership
	err := d.write(ctx, by, func(c change) error {
		team, err := c.Team(c.project(), n.TeamID)
		if err != nil {
			return err
		}
		u, err := c.newMember(d, n)
		if err != nil {
			return err
		}
		m = roster.Membership{
			ID: d.newID(), UserID: u.ID, TeamID: team.ID, CreatedAt: c.Now, UpdatedAt: c.Now, InvitedAt: c.Now, JoinedAt: c.Now,
			Confirmed: true, Roles: n.Roles,
		}
		if err := c.join(&m); err != nil {
			return err
		}
		if err := c.record(roster.MembershipCreated, u.ID, m.ID, ""); err != nil {
			return err
		}
		m, err = c.Membership(c.project(), m.ID)
		return err
	})
	return visible(by, m), err
}

// newMember finds whose the membership will be, or makes the user.
func (c change) newMember(d *Directory, n NewMembership) (roster.User, error) {
	u, err := c.addressee(n)
	switch {
	case errors.Is(err, roster.ErrUserNotFound) && n.UserID == "":
		u = newUser(NewUser{ID: d.newID(), Email: n.Email, Phone: n.Phone, Name: cmp.Or(n.Name, n.Email)}, d.Hasher.Unknown())
		// Without a time of it, the password counts as none that was ever set.
		err = c.insertUser(&u, roster.Credentials{})
	case err == nil && (n.Email != "" && n.Email != u.Email || n.Phone != "" && n.Phone != u.Phone):
		err = roster.ErrUserExists.With("The user has another email or phone number than the one that was sent along.")
	}
	return u, err
}

func (c change) addressee(n NewMembership) (roster.User, error) {
	switch {
	case n.UserID != "":
		return c.User(c.project(), n.UserID)
	case n.Email != "":
		return c.UserByEmail(c.project(), n.Email)
	}
	return c.UserByPhone(c.project(), n.Phone)
}

// join stores the membership or confirms the one that there is.
func (c change) join(m *roster.Membership) error {
	known, err := c.MembershipOf(c.project(), m.TeamID, m.UserID)
	switch {
	case errors.Is(err, roster.ErrMembership):
		return c.Tx.CreateMembership(c.project(), m)
	case err != nil:
		return err
	case known.Confirmed:
		return roster.ErrConfirmed
	}
	*m = known
	m.Confirmed, m.JoinedAt, m.UpdatedAt = true, c.Now, c.Now
	return c.UpdateMembership(c.project(), &known, m)
}

// SetRoles replaces the roles of the team's membership. Those that it has leave
// no trace.
func (d *Directory) SetRoles(ctx context.Context, by Caller, team, id string, roles []string) (roster.Membership, error) {
	var m roster.Membership
	err := d.write(ctx, by, func(c change) error {
		if _, err := c.Team(c.project(), team); err != nil {
			return err
		}
		before, err := c.membershipIn(team, id)
		if m = before; err != nil || slices.Equal(m.Roles, roles) {
			return err
		}
		m.Roles, m.UpdatedAt = roles, c.Now
		if err := c.UpdateMembership(c.project(), &before, &m); err != nil {
			return err
		}
		return c.record(roster.MembershipUpdated, m.UserID, m.ID, differences(ofMembership(&before), ofMembership(&m)))
	})
	return visible(by, m), err
}

func (c change) membershipIn(team, id string) (roster.Membership, error) {
	m, err := c.Membership(c.project(), id)
	if err == nil && m.TeamID != team {
		err = roster.ErrTeamMismatch
	}
	return m, err
}

// DeleteMembership ends the team's membership. What is wrong is told in the
// order of companion section 9.2: the membership comes before the team.
func (d *Directory) DeleteMembership(ctx context.Context, by Caller, team, id string) error {
	return d.write(ctx, by, func(c change) error {
		m, err := c.membershipIn(team, id)
		if errors.Is(err, roster.ErrMembership) {
			return roster.ErrInviteNotFound
		}
		if _, missing := c.Team(c.project(), team); missing != nil {
			return missing
		}
		if err != nil {
			return err
		}
		if err := c.Tx.DeleteMembership(c.project(), &m); err != nil {
			return err
		}
		return c.record(roster.MembershipDeleted, m.UserID, m.ID, snapshot(m.ID, m.CreatedAt, ofMembership(&m)))
	})
}
