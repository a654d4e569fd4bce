package store

import (
	"context"

	"roster"
)

var memberships = &list{table: "memberships", looked: []string{"id", "user_id", "team_id", "roles"}, columns: common(map[string]column{
	"userId":  {name: "user_id", filled: true},
	"teamId":  {name: "team_id", filled: true},
	"invited": {name: "invited_at"},
	"joined":  {name: "joined_at"},
	"confirm": {name: "confirmed", filled: true},
	"roles":   {name: "roles", filled: true, contains: "select membership_seq from membership_roles where project = $1 and role = %s"},
})}

const membershipColumns = "id, user_id, team_id, created_at, updated_at, invited_at, joined_at, confirmed, roles, seq"

// withTeam adds to each selected membership what it shows of its team and its
// user, of which either may be missing, so that a page is one statement.
func withTeam(selected, order string) string {
	return "select page.*, team.name, member.name, member.email, member.phone, member.email_verified, member.phone_verified, member.mfa, member.accessed_at, " +
		"(select verified from authenticators where project = $1 and user_id = page.user_id and type = 'totp' order by seq desc limit 1) " +
		"from (" + selected + ") page " +
		"left join teams team on team.project = $1 and lower(team.id) = lower(page.team_id) and team.id = page.team_id " +
		"left join users member on member.project = $1 and lower(member.id) = lower(page.user_id) and member.id = page.user_id " +
		"order by " + qualified(order)
}

func scanMembership(r row, extra ...any) (roster.Membership, error) {
	var m roster.Membership
	u := &m.Member
	pointers := []any{&m.ID, &m.UserID, &m.TeamID, &m.CreatedAt, &m.UpdatedAt, nullTime{&m.InvitedAt}, nullTime{&m.JoinedAt}, flag{&m.Confirmed}, words{&m.Roles}, &m.Seq}
	joined := []any{
		nullText{&m.TeamName}, nullText{&u.Name}, nullText{&u.Email}, nullText{&u.Phone},
		flag{&u.EmailVerified}, flag{&u.PhoneVerified}, flag{&u.MFA}, nullTime{&u.AccessedAt}, flag{&u.AppVerified},
	}
	return m, r.Scan(append(append(pointers, extra...), joined...)...)
}

func oneMembership(r row) (roster.Membership, error) { return scanMembership(r) }

// Memberships returns a page of the memberships of a user, or of a team.
func (s *Store) Memberships(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Membership, error) {
	rows, err := s.page(ctx, memberships, p, page, membershipColumns, withTeam)
	if err != nil {
		return nil, err
	}
	extra := rows.extra()
	return collect(rows, nil, func(r row) (roster.Membership, error) { return scanMembership(r, extra...) })
}

// CountMemberships returns how many memberships match, whatever the page.
func (s *Store) CountMemberships(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, memberships, p, page)
}

var (
	membershipByID = withTeam("select "+membershipColumns+" from memberships where project = $1 and id = $2", "seq")
	membershipOf   = withTeam("select "+membershipColumns+" from memberships where project = $1 and team_id = $2 and user_id = $3", "seq")
)

// Membership returns the membership, of whatever team.
func (s *Store) Membership(ctx context.Context, p roster.ProjectNumber, id string) (roster.Membership, error) {
	rows, err := s.cache.query(ctx, membershipByID, p, id)
	return first(rows, err, roster.ErrMembership, oneMembership)
}

// Membership reads as [Store.Membership] does, within the transaction.
func (tx Tx) Membership(p roster.ProjectNumber, id string) (roster.Membership, error) {
	rows, err := tx.query(membershipByID, p, id)
	return first(rows, err, roster.ErrMembership, oneMembership)
}

// MembershipOf returns the user's membership of the team, confirmed or not.
func (tx Tx) MembershipOf(p roster.ProjectNumber, team, user string) (roster.Membership, error) {
	rows, err := tx.query(membershipOf, p, team, user)
	return first(rows, err, roster.ErrMembership, oneMembership)
}

// CreateMembership inserts the membership and sets its Seq.
func (tx Tx) CreateMembership(p roster.ProjectNumber, m *roster.Membership) error {
	m.Seq = tx.seq()
	err := tx.exec(insertMembership, m.ID, m.UserID, m.TeamID, int64(m.CreatedAt), int64(m.UpdatedAt), moment(m.InvitedAt), moment(m.JoinedAt),
		m.Confirmed, wordsJSON(m.Roles), m.Seq, p)
	if err != nil {
		return err
	}
	if err := tx.setRoles(p, m); err != nil {
		return err
	}
	return tx.grow(p, m.TeamID, confirmed(m))
}

var insertMembership = "insert into memberships (" + membershipColumns + ", project) values (" + placeholders(11) + ")"

// confirmed is how many the membership adds to its team's total.
func confirmed(m *roster.Membership) int {
	if m.Confirmed {
		return 1
	}
	return 0
}

// UpdateMembership stores the membership's roles and whether it is confirmed;
// before is what the transaction has read.
func (tx Tx) UpdateMembership(p roster.ProjectNumber, before, m *roster.Membership) error {
	err := tx.exec("update memberships set updated_at = $3, joined_at = $4, confirmed = $5, roles = $6 where project = $1 and seq = $2",
		p, m.Seq, int64(m.UpdatedAt), moment(m.JoinedAt), m.Confirmed, wordsJSON(m.Roles))
	if err != nil {
		return err
	}
	if err := tx.setRoles(p, m); err != nil {
		return err
	}
	return tx.grow(p, m.TeamID, confirmed(m)-confirmed(before))
}

func (tx Tx) setRoles(p roster.ProjectNumber, m *roster.Membership) error {
	if err := tx.exec(deleteRoles, p, m.Seq); err != nil {
		return err
	}
	for _, role := range m.Roles {
		err := tx.exec("insert into membership_roles (project, role, membership_seq) values ($1, $2, $3) on conflict do nothing", p, role, m.Seq)
		if err != nil {
			return err
		}
	}
	return nil
}

const deleteRoles = "delete from membership_roles where project = $1 and membership_seq = $2"

// DeleteMembership deletes the membership, which the transaction has read.
func (tx Tx) DeleteMembership(p roster.ProjectNumber, m *roster.Membership) error {
	for _, statement := range []string{deleteRoles, "delete from memberships where project = $1 and seq = $2"} {
		if err := tx.exec(statement, p, m.Seq); err != nil {
			return err
		}
	}
	return tx.grow(p, m.TeamID, -confirmed(m))
}

// leaveTeams prepares the deletion of a user's memberships.
func (tx Tx) leaveTeams(p roster.ProjectNumber, user string) error {
	if err := tx.exec("update teams set total = total - 1, updated_at = $3 where project = $1 and "+owned(teams, "$2"), p, user, int64(tx.Now)); err != nil {
		return err
	}
	return tx.exec("delete from membership_roles where project = $1 and membership_seq in (select seq from memberships where project = $1 and user_id = $2)", p, user)
}
