package api

import (
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

func TestAMembershipShowsItsUserAndTeam(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	r := b.answers(get(user(p.ID, "memberships"), nil), 200)
	r.is(map[string]string{
		"total": "1", "memberships.0.$id": p.membership.ID, "memberships.0.userId": p.ID, "memberships.0.userName": p.Name, "memberships.0.userEmail": p.Email,
		"memberships.0.userPhone": "", "memberships.0.teamId": p.team.ID, "memberships.0.teamName": p.team.Name, "memberships.0.confirm": "true",
		"memberships.0.invited": b.now().String(), "memberships.0.joined": b.now().String(), "memberships.0.mfa": "false", "memberships.0.userAccessedAt": "",
		"memberships.0.roles.0": "editor", "memberships.0.roles.1": "",
	})
	b.answers(patch(user(p.ID, "name"), params{"name": `"Renamed"`}), 200)
	b.answers(get(user(p.ID, "memberships"), nil), 200).is(map[string]string{"memberships.0.userName": "Renamed"})
}

func TestAMembershipOfAMissingTeamHasNoTeamName(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.write(func(tx store.Tx) error {
		return tx.CreateMembership(b.project.Number, &roster.Membership{ID: "m", UserID: p.ID, TeamID: "gone", CreatedAt: b.now(), UpdatedAt: b.now()})
	})
	b.answers(get(user(p.ID, "memberships"), nil), 200).is(map[string]string{
		"total": "2", "memberships.1.$id": "m", "memberships.1.teamId": "gone", "memberships.1.teamName": "",
		"memberships.1.invited": "", "memberships.1.joined": "", "memberships.1.confirm": "false", "memberships.1.roles.0": "",
	})
}

// teams makes a user with memberships m0, m1, …, a second apart.
func (b *bed) teams(edits ...func(*roster.Membership)) string {
	b.t.Helper()
	b.answers(post("/v1/users", params{"userId": `"ada"`, "name": `"Ada"`, "email": `"ada@example.com"`}), 201)
	for i, edit := range edits {
		n := string(rune('0' + i))
		m := roster.Membership{ID: "m" + n, UserID: "ada", TeamID: "team" + n, CreatedAt: b.now(), UpdatedAt: b.now()}
		edit(&m)
		b.write(func(tx store.Tx) error { return tx.CreateMembership(b.project.Number, &m) })
		b.clock.forward(time.Second)
	}
	b.person() // someone else's do not count
	return user("ada", "memberships")
}

func roles(names ...string) func(*roster.Membership) {
	return func(m *roster.Membership) { m.Roles = names }
}

// A role is found whole and as it is spelt.
func TestMembershipsAreFilteredByWholeRoles(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	path := b.teams(roles("owner", "editor"), roles("edit"), roles(), roles(`a"b`, `back\slash`, "<tag>&", "ü", "%", "_"), roles("Owner"), roles("a", "b"))
	for _, test := range []struct {
		query string
		want  []string
	}{
		{`{"method":"contains","attribute":"roles","values":["owner"]}`, []string{"m0"}},
		{`{"method":"contains","attribute":"roles","values":["edit"]}`, []string{"m1"}},
		{`{"method":"contains","attribute":"roles","values":["own"]}`, nil},
		{`{"method":"containsAny","attribute":"roles","values":["edit","Owner"]}`, []string{"m1", "m4"}},
		{`{"method":"containsAll","attribute":"roles","values":["editor","owner"]}`, []string{"m0"}},
		{`{"method":"containsAll","attribute":"roles","values":["editor","edit"]}`, nil},
		{`{"method":"notContains","attribute":"roles","values":["owner","edit"]}`, []string{"m2", "m3", "m4", "m5"}},
		{`{"method":"contains","attribute":"roles","values":["a\"b"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":["back\\slash"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":["<tag>&"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":["ü"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":["%"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":["_"]}`, []string{"m3"}},
		{`{"method":"contains","attribute":"roles","values":[""]}`, nil},
		{`{"method":"contains","attribute":"roles","values":[","]}`, nil},
		{`{"method":"contains","attribute":"roles","values":["a\",\"b"]}`, nil},
		{`{"method":"isNull","attribute":"roles"}`, nil},
		{`{"method":"isNotNull","attribute":"roles"}`, []string{"m0", "m1", "m2", "m3", "m4", "m5"}},
	} {
		b.run(test.query, func(b *bed) { b.lists(get(path, params{"queries": list(test.query)}), "memberships", test.want...) })
	}
}

// search looks for a part of an id or of a role; what has no word in it finds
// nothing (contract section 5.6).
func TestMembershipsAreSearched(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	path := b.teams(roles("owner", "editor"), func(m *roster.Membership) { m.ID, m.TeamID = "Blue.One", "Crew-A" }, roles("100%", "a_b"))
	for _, test := range []struct {
		search string
		want   []string
	}{
		{"m0", []string{"m0"}},
		{"owner", []string{"m0"}},
		{"EDIT", []string{"m0"}},
		{"blue", []string{"Blue.One"}},
		{"crew-a", []string{"Blue.One"}},
		{"team", []string{"m0", "m2"}},
		{"ada", []string{"m0", "Blue.One", "m2"}},
		{"nothing like it", nil},
		{"100%", []string{"m2"}},
		{"a_b", []string{"m2"}},
		{"axb", nil},
		{">", nil},
		{"%", nil},
		{"[", nil},
		{`","`, nil},
		{`"`, nil},
	} {
		b.run(test.search, func(b *bed) { b.lists(get(path, params{"search": quote(test.search)}), "memberships", test.want...) })
	}
}
