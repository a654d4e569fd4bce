package api

import (
	"fmt"
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

// join makes a person a member of a team, or invites the person.
func (b *bed) join(team string, p person, confirmed bool, roles ...string) roster.Membership {
	b.t.Helper()
	m := roster.Membership{ID: team + "-" + p.ID, TeamID: team, UserID: p.ID, CreatedAt: b.now(), UpdatedAt: b.now(), InvitedAt: b.now(), Confirmed: confirmed, Roles: roles}
	if confirmed {
		m.JoinedAt = b.now()
	}
	b.write(func(tx store.Tx) error { return tx.CreateMembership(b.project.Number, &m) })
	return m
}

func createTeam(id, name string) call {
	return post("/v1/teams", params{"teamId": quote(id), "name": quote(name)})
}

// invite is a call that makes somebody a member.
func invite(to string, p params) call {
	return post(team(to, "memberships"), p).with("roles", `["editor"]`)
}

func TestATeamBeginsWithoutMembers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(createTeam("Team.A", "The team é").with("roles", `["owner","guest"]`), 201).is(map[string]string{
		"$id": "Team.A", "name": "The team é", "total": "0", "prefs": "map[]", "$createdAt": b.now().String(), "$updatedAt": b.now().String(),
	})
	b.lists(get(team("Team.A", "memberships"), nil), "memberships")
	made := b.answers(createTeam("unique()", "another"), 201).text("$id")
	if !roster.ValidID(made) {
		t.Errorf("the generated id is %q", made)
	}
	b.lists(get("/v1/teams", nil), "teams", "Team.A", made)
}

func TestNoTwoTeamsShareAnID(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(createTeam("Team.A", "a"), 201)
	b.untouched(func() {
		for _, id := range []string{"Team.A", "team.a"} {
			b.refuses(createTeam(id, "b"), roster.ErrTeamExists)
		}
		b.refuses(get(team("team.a"), nil), roster.ErrTeamNotFound) // ids are found as written
	})
	b.beside("other").answers(createTeam("Team.A", "theirs"), 201)
}

func TestATeamIsRenamed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	first := b.now().String()
	b.clock.forward(time.Second)
	rename := func(name string) call { return put(team(p.team.ID), params{"name": quote(name)}) }
	b.sameRows(func() { b.answers(rename(p.team.Name), 200).is(map[string]string{"$updatedAt": first}) })
	b.answers(rename("New"), 200).is(map[string]string{"name": "New", "total": "1", "$createdAt": first, "$updatedAt": b.now().String()})
	b.answers(get(team(p.team.ID, "memberships"), nil), 200).is(map[string]string{"memberships.0.teamName": "New"})
}

func TestADeletedTeamTakesItsMembershipsAlong(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q := b.person(), b.person()
	b.join(p.team.ID, q, true, "guest")
	b.answers(del(team(p.team.ID)), 204)
	b.refuses(get(team(p.team.ID), nil), roster.ErrTeamNotFound)
	b.lists(get(user(p.ID, "memberships"), nil), "memberships")
	b.lists(get(user(q.ID, "memberships"), nil), "memberships", q.membership.ID)
	b.refuses(get(team(q.team.ID, "memberships", p.membership.ID), nil), roster.ErrMembership)
	b.answers(createTeam(p.team.ID, "again"), 201).is(map[string]string{"total": "0"})
	b.lists(get(team(p.team.ID, "memberships"), nil), "memberships")
}

func TestTeamsAreFilteredAndSearched(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	for i, name := range []string{"Blue Team", "ÄRZTE", "red_1", "blue"} {
		b.answers(createTeam(fmt.Sprint("t", i), name), 201)
		b.clock.forward(time.Hour)
	}
	b.answers(invite("t1", params{"email": `"ada@example.com"`}), 201)
	b.beside("other").answers(createTeam("foreign", "Blue Team"), 201)
	b.cases("/v1/teams", "teams", []listCase{
		{nil, "t0 t1 t2 t3"},
		one(`equal name "blue"`, "t3"),
		one(`contains name "BLUE"`, "t0 t3"),
		one(`startsWith name "ä"`, "t1"),
		one(`endsWith name "_1"`, "t2"),
		one(`equal total 1`, "t1"),
		one(`lessThan total 1`, "t0 t2 t3"),
		one(`notEqual total 0`, "t1"),
		one(`equal $id "t2","T3"`, "t2"),
		one(`greaterThan $createdAt "2026-03-04T10:00:00.000+00:00"`, "t2 t3"),
		one(`greaterThan $updatedAt "2026-03-04T12:00:00.000+00:00"`, "t1"), // its total has changed
		one(both("or", `equal total 1`, `equal name "blue"`), "t1 t3"),
	})
	for search, want := range map[string][]string{"TEAM": {"t0"}, "ärzte": {"t1"}, "d_": {"t2"}, "t3": {"t3"}, "lu": {"t0", "t3"}, "owner": nil, ">": nil} {
		b.lists(get("/v1/teams", params{"search": quote(search)}), "teams", want...)
	}
	b.answers(get("/v1/teams", params{"total": "false"}), 200).is(map[string]string{"total": "0", "teams.3.$id": "t3"})
	b.refuses(get("/v1/teams", pick(`cursorAfter - "foreign"`)), roster.ErrCursorNotFound)
	for _, bad := range []string{`equal total "1"`, `equal total 1.5`, `equal total 2147483648`, `contains total 1`, `startsWith total 1`, `equal billingPlan "x"`, `equal prefs "x"`} {
		b.blames(get("/v1/teams", pick(bad)), "queries")
	}
}

// Users see a team from the moment when they have confirmed until they leave.
func TestUsersSeeTheTeamsTheyAreIn(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, owner := b.person(), b.person()
	credentials := []header{withSession(p.secret), withJWT(b.jwt(p.ID))}
	sees := func(teams ...string) {
		t.Helper()
		for _, h := range credentials {
			b.lists(get("/v1/teams", nil).as(h), "teams", teams...)
			b.lists(get("/v1/teams", params{"search": `"team"`}).as(h), "teams", teams...)
			b.lists(get("/v1/teams", pick(`greaterThan total 0`)).as(h), "teams", teams...)
			for _, id := range teams {
				b.answers(get(team(id), nil).as(h), 200).is(map[string]string{"$id": id})
				b.answers(get(team(id, "memberships"), nil).as(h), 200)
			}
		}
	}
	blind := func(id, membership string) {
		t.Helper()
		for _, h := range credentials {
			for _, path := range []string{team(id), team(id, "memberships"), team(id, "memberships", membership)} {
				b.refuses(get(path, nil).as(h), roster.ErrTeamNotFound)
			}
		}
	}
	sees(p.team.ID)
	blind(owner.team.ID, owner.membership.ID)
	m := b.join(owner.team.ID, p, false)
	sees(p.team.ID)
	blind(owner.team.ID, m.ID)
	b.answers(invite(owner.team.ID, params{"userId": quote(p.ID)}), 201)
	sees(p.team.ID, owner.team.ID)
	for _, h := range credentials {
		b.lists(get(team(owner.team.ID, "memberships"), nil).as(h), "memberships", owner.membership.ID, m.ID)
		b.answers(get(team(owner.team.ID, "memberships", owner.membership.ID), nil).as(h), 200).is(map[string]string{"$id": owner.membership.ID})
		b.refuses(get(team(owner.team.ID, "memberships", p.membership.ID), nil).as(h), roster.ErrTeamMismatch)
	}
	b.answers(del(team(owner.team.ID, "memberships", m.ID)), 204)
	sees(p.team.ID)
	blind(owner.team.ID, owner.membership.ID)
	b.answers(del(team(p.team.ID)), 204)
	sees()
}

func TestABlockedMemberSeesNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, half := b.person(blocked), b.person(halfSignedIn)
	for _, path := range []string{"/v1/teams", team(p.team.ID), team(p.team.ID, "memberships"), team(p.team.ID, "memberships", p.membership.ID)} {
		b.untouched(func() {
			b.refuses(get(path, nil).as(withSession(p.secret)), roster.ErrUserBlocked)
			b.refuses(get(path, nil).as(withSession(half.secret)), roster.ErrMoreFactors)
		})
	}
	b.answers(get(team(p.team.ID, "memberships"), nil), 200).is(map[string]string{"total": "1"}) // others still see the member
}

// Roles come from whom one impersonates (companion section 3.5), and the trail
// names both.
func TestImpersonatorsSeeTheTeamsOfTheTarget(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for i, rest := range [][]string{nil, {}, {"memberships"}, {"memberships", ""}} {
		spy, target := b.person(impersonator), b.person()
		as := withSession(spy.secret)
		as["X-Appwrite-Impersonate-User-Id"] = target.ID
		path := func(p person) string {
			switch i {
			case 0:
				return "/v1/teams"
			case 3:
				rest[1] = p.membership.ID
			}
			return team(p.team.ID, rest...)
		}
		b.run(fmt.Sprint(rest), func(b *bed) {
			want := map[string]string{"": ""}
			if i == 0 {
				want = map[string]string{"teams.0.$id": target.team.ID, "total": "1"}
			} else {
				b.untouched(func() { b.refuses(get(path(spy), nil).as(as), roster.ErrTeamNotFound) })
			}
			for range 2 {
				b.answers(get(path(target), nil).as(as), 200).is(want)
			}
			b.answers(get(user(target.ID, "logs"), nil), 200).is(map[string]string{"total": "1", "logs.0.event": "user.impersonate", "logs.0.userId": spy.ID})
			b.answers(get(path(spy), nil).as(withSession(spy.secret)), 200) // and the own without the header
		})
	}
}

// What is not offered is not there, rather than half there.
func TestInvitationsAndPreferencesOfTeamsAreNotRoutes(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	status := patch(team(p.team.ID, "memberships", p.membership.ID, "status"), params{"userId": quote(p.ID), "secret": `"x"`})
	b.untouched(func() {
		for _, c := range []call{
			status, get(team(p.team.ID, "prefs"), nil), put(team(p.team.ID, "prefs"), params{"prefs": "{}"}),
			get(team(p.team.ID, "logs"), nil), patch(team(p.team.ID), params{"name": `"x"`}), put(team(p.team.ID, "memberships", p.membership.ID), params{"roles": "[]"}),
		} {
			b.refuses(c, roster.ErrRouteNotFound)
			b.refuses(c.as(withSession(p.secret)), roster.ErrRouteNotFound)
		}
	})
}
