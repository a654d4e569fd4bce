package api

import (
	"fmt"
	"strings"
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
		"memberships.0.userPhone": p.Phone, "memberships.0.teamId": p.team.ID, "memberships.0.teamName": p.team.Name, "memberships.0.confirm": "true",
		"memberships.0.invited": b.now().String(), "memberships.0.joined": b.now().String(), "memberships.0.mfa": "false", "memberships.0.userAccessedAt": p.AccessedAt.String(),
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

// mates are a team of two, as its memberships are seen by a key.
func (b *bed) mates() (p, q person, theirs roster.Membership) {
	b.t.Helper()
	p, q = b.person(), b.person(func(p *person) { p.MFA, p.EmailVerified = true, true })
	return p, q, b.join(p.team.ID, q, true, "guest")
}

func TestAMembershipIsOfATeam(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	want := map[string]string{
		"$id": theirs.ID, "userId": q.ID, "userName": q.Name, "userEmail": q.Email, "userPhone": q.Phone, "teamId": p.team.ID, "teamName": p.team.Name,
		"confirm": "true", "mfa": "true", "userAccessedAt": q.AccessedAt.String(), "roles": "[guest]", "invited": b.now().String(), "joined": b.now().String(),
	}
	one := get(team(p.team.ID, "memberships", theirs.ID), nil)
	b.answers(one, 200).is(want)
	r := b.answers(get(team(p.team.ID, "memberships"), nil), 200)
	for field, value := range want {
		r.is(map[string]string{"memberships.1." + field: value})
	}
	b.lists(get(team(p.team.ID, "memberships"), nil), "memberships", p.membership.ID, theirs.ID)
	b.refuses(get(team(q.team.ID, "memberships", theirs.ID), nil), roster.ErrTeamMismatch)
	b.refuses(get(team("nowhere", "memberships", "none"), nil), roster.ErrTeamNotFound)
	b.refuses(get(team(q.team.ID, "memberships", "none"), nil), roster.ErrMembership)
}

func TestMembershipsOfATeamAreFilteredSearchedAndPaged(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	waiting := b.join(p.team.ID, b.person(), false)
	path := team(p.team.ID, "memberships")
	b.cases(path, "memberships", []listCase{
		{nil, p.membership.ID + " " + theirs.ID + " " + waiting.ID},
		one(`equal confirm false`, waiting.ID),
		one(`equal userId "`+q.ID+`"`, theirs.ID),
		one(`equal teamId "`+q.team.ID+`"`, ""),
		one(`contains roles "guest"`, theirs.ID),
		one(`containsAny roles "guest","editor"`, p.membership.ID+" "+theirs.ID),
		one(`isNull joined`, waiting.ID),
	})
	b.lists(get(path, params{"search": `"guest"`}), "memberships", theirs.ID)
	b.lists(get(path, params{"search": quote(q.ID)}), "memberships", theirs.ID)
	b.answers(get(path, params{"total": "false"}), 200).is(map[string]string{"total": "0", "memberships.2.$id": waiting.ID})
	b.answers(get(path, pick(`limit - 1`, `orderDesc $id`)), 200).is(map[string]string{"total": "3"})
	b.answers(get(path, pick(`cursorAfter - `+quote(theirs.ID))), 200).is(map[string]string{"memberships.0.$id": waiting.ID, "memberships.1.$id": ""})
	b.refuses(get(path, pick(`cursorAfter - "nowhere"`)), roster.ErrCursorNotFound)
	b.refuses(get(path, pick(`orderAsc joined`, `cursorAfter - `+quote(waiting.ID))), roster.ErrOrderNull)
	b.refuses(get(path, pick(`search teamId "x"`)), roster.ErrQuery)
	b.blames(get(path, pick(`equal roles "guest"`)), "queries")
}

// MFA means that one is asked for a second factor: the switch alone asks
// nobody (companion section 9.3).
func TestAMemberHasMFAOnceThereIsAFactor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, c := range map[string]struct {
		want bool
		edit func(*person)
	}{
		"off":                 {false, func(p *person) { p.EmailVerified, p.PhoneVerified = true, true }},
		"nothing verified":    {false, func(p *person) { p.MFA, p.authenticator.Verified = true, false }},
		"app":                 {true, func(p *person) { p.MFA = true }},
		"email":               {true, func(p *person) { p.MFA, p.EmailVerified, p.authenticator.Verified = true, true, false }},
		"phone":               {true, func(p *person) { p.MFA, p.PhoneVerified, p.authenticator.Verified = true, true, false }},
		"no address verified": {false, func(p *person) { p.MFA, p.EmailVerified, p.authenticator.Verified, p.Email = true, true, false, "" }},
		"no number verified":  {false, func(p *person) { p.MFA, p.PhoneVerified, p.authenticator.Verified, p.Phone = true, true, false, "" }},
	} {
		b.run(name, func(b *bed) {
			p := b.person(c.edit)
			want := map[string]string{"mfa": fmt.Sprint(c.want)}
			b.answers(get(team(p.team.ID, "memberships", p.membership.ID), nil), 200).is(want)
			b.answers(get(user(p.ID, "memberships"), nil), 200).is(map[string]string{"memberships.0.mfa": want["mfa"]})
		})
	}
}

// What members see of each other, the project's settings say, each for a field
// (companion sections 6.3 and 9.3). Keys see all.
func TestMembersSeeOfEachOtherWhatTheProjectShows(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	full := map[string]string{"userId": q.ID, "userName": q.Name, "userEmail": q.Email, "userPhone": q.Phone, "mfa": "true", "userAccessedAt": q.AccessedAt.String()}
	one, all := get(team(p.team.ID, "memberships", theirs.ID), nil), get(team(p.team.ID, "memberships"), nil)
	sees := func(h header, shown func(field string) bool) {
		t.Helper()
		alone, listed := b.answers(one.as(h), 200), b.answers(all.as(h), 200)
		for field, value := range full {
			if !shown(field) {
				value = map[bool]string{true: "false", false: ""}[field == "mfa"]
			}
			alone.is(map[string]string{field: value, "teamName": p.team.Name, "roles": "[guest]", "confirm": "true"})
			listed.is(map[string]string{"memberships.1." + field: value})
		}
	}
	settings := map[string]func(*roster.Settings) *bool{
		"userId": func(s *roster.Settings) *bool { return &s.MembershipUserID }, "userName": func(s *roster.Settings) *bool { return &s.MembershipUserName },
		"userEmail": func(s *roster.Settings) *bool { return &s.MembershipUserEmail }, "userPhone": func(s *roster.Settings) *bool { return &s.MembershipUserPhone },
		"mfa": func(s *roster.Settings) *bool { return &s.MembershipUserMFA }, "userAccessedAt": func(s *roster.Settings) *bool { return &s.MembershipUserAccessedAt },
	}
	members := []header{withSession(p.secret), withJWT(b.jwt(p.ID))}
	for _, h := range members {
		sees(h, func(string) bool { return false })
	}
	for field, setting := range settings {
		b.settings(func(s *roster.Settings) { *setting(s) = true })
		for _, h := range members {
			sees(h, func(shown string) bool { return shown == field })
		}
		sees(header{}, func(string) bool { return true })
		b.settings(func(s *roster.Settings) { *setting(s) = false })
	}
	for _, setting := range settings {
		b.settings(func(s *roster.Settings) { *setting(s) = true })
	}
	for _, h := range members {
		sees(h, func(string) bool { return true })
	}
}

// While ids are hidden, no query finds out whose a membership is. One's own is
// found, since apps look for it.
func TestHiddenIDsCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	path, as := team(p.team.ID, "memberships"), withSession(p.secret)
	finds := func(c params, ids ...string) {
		t.Helper()
		b.lists(get(path, c).as(as), "memberships", ids...)
	}
	finds(pick(`equal userId ` + quote(q.ID)))
	finds(pick(`contains userId `+quote(q.ID[:4])), p.membership.ID)
	finds(pick(`notEqual userId `+quote(q.ID)), p.membership.ID)
	finds(pick(both("or", `equal userId `+quote(q.ID), `isNull userId`)), theirs.ID)
	finds(params{"search": quote(q.ID)}, theirs.ID) // it is in the membership's own id
	finds(pick(`equal userId `+quote(p.ID)), p.membership.ID)
	finds(nil, p.membership.ID, theirs.ID)
	b.settings(func(s *roster.Settings) { s.MembershipUserID = true })
	finds(pick(`equal userId `+quote(q.ID)), theirs.ID)
}

func TestAMemberIsNamedByIDEmailOrPhone(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, name := range []string{"userId", "email", "phone", "all"} {
		b.run(name, func(b *bed) {
			p := b.person()
			id := b.answers(createTeam("unique()", "Team"), 201).text("$id")
			all := params{"userId": quote(p.ID), "email": quote(" " + strings.ToUpper(p.Email)), "phone": quote(p.Phone)}
			if value, ok := all[name]; ok {
				all = params{name: value}
			}
			b.clock.forward(time.Second)
			r := b.answers(invite(id, all).with("url", `"https://app.example/join"`).with("name", `"Not theirs"`), 201)
			r.is(map[string]string{
				"userId": p.ID, "userName": p.Name, "userEmail": p.Email, "userPhone": p.Phone, "teamId": id, "teamName": "Team", "roles": "[editor]",
				"confirm": "true", "invited": b.now().String(), "joined": b.now().String(), "$createdAt": b.now().String(), "$updatedAt": b.now().String(),
			})
			b.answers(get(team(id), nil), 200).is(map[string]string{"total": "1", "$updatedAt": b.now().String()})
			b.answers(get(team(id, "memberships", r.text("$id")), nil), 200).is(map[string]string{"userId": p.ID})
			b.untouched(func() { b.refuses(invite(id, all), roster.ErrConfirmed) })
			b.answers(get(user(p.ID), nil), 200).is(map[string]string{"name": p.Name})
		})
	}
}

func TestAMembershipThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q := b.person(), b.person()
	to := b.answers(createTeam("unique()", "Team"), 201).text("$id")
	b.untouched(func() {
		for _, c := range []struct {
			to   string
			sent params
			want *roster.Error
		}{
			{to, params{}, roster.ErrArgument},
			{to, params{"name": `"Nobody"`, "url": `"https://x.example"`}, roster.ErrArgument},
			{to, params{"email": "null", "userId": "null"}, roster.ErrArgument},
			{"nowhere", params{}, roster.ErrArgument}, // parameters come first
			{"nowhere", params{"userId": quote(p.ID)}, roster.ErrTeamNotFound},
			{"nowhere", params{"userId": `"nobody"`}, roster.ErrTeamNotFound},
			{"nowhere", params{"email": `"new@made.example"`}, roster.ErrTeamNotFound},
			{to, params{"userId": `"nobody"`}, roster.ErrUserNotFound},
			{to, params{"userId": `"nobody"`, "email": quote(p.Email)}, roster.ErrUserNotFound},
			{to, params{"userId": quote(strings.ToUpper(p.ID))}, roster.ErrUserNotFound},
			{to, params{"userId": quote(p.ID), "email": quote(q.Email)}, roster.ErrUserExists},
			{to, params{"userId": quote(p.ID), "email": `"new@made.example"`}, roster.ErrUserExists},
			{to, params{"userId": quote(p.ID), "phone": quote(q.Phone)}, roster.ErrUserExists},
			{to, params{"email": quote(p.Email), "phone": quote(q.Phone)}, roster.ErrUserExists},
			{to, params{"email": quote(p.Email), "phone": `"+12025559999"`}, roster.ErrUserExists},
			{to, params{"email": `"new@made.example"`, "phone": quote(q.Phone)}, roster.ErrUserExists},
			{to, params{"email": quote(p.identity.ProviderEmail)}, roster.ErrEmailExists},
			{to, params{"email": quote(p.identity.ProviderEmail), "phone": quote(q.Phone)}, roster.ErrEmailExists},
			{p.team.ID, params{"userId": quote(p.ID)}, roster.ErrConfirmed},
		} {
			b.refuses(invite(c.to, c.sent), c.want)
		}
	})
	b.answers(get(team(to), nil), 200).is(map[string]string{"total": "0"})
}

// An address that nobody has makes a user: with a password that nobody knows
// and that counts as never set, and without targets (companion section 9.2).
func TestAnUnknownAddressMakesAUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	for name, c := range map[string]struct {
		sent  params
		email string
		phone string
		name  string
	}{
		"email":          {params{"email": `" New@Made.Example "`}, "new@made.example", "", "new@made.example"},
		"email and name": {params{"email": `"named@made.example"`, "name": `"Neu"`}, "named@made.example", "", "Neu"},
		"phone":          {params{"phone": `"+12025559001"`}, "", "+12025559001", ""},
		"both":           {params{"email": `"both@made.example"`, "phone": `"+12025559002"`, "name": `"Both"`}, "both@made.example", "+12025559002", "Both"},
	} {
		b.run(name, func(b *bed) {
			r := b.answers(invite(p.team.ID, c.sent), 201).is(map[string]string{"userName": c.name, "userEmail": c.email, "userPhone": c.phone, "mfa": "false", "userAccessedAt": ""})
			made := b.answers(get(user(r.text("userId")), nil), 200).is(map[string]string{
				"name": c.name, "email": c.email, "phone": c.phone, "status": "true", "emailVerification": "false", "phoneVerification": "false",
				"passwordUpdate": "", "hash": "argon2", "targets": "[]", "labels": "[]", "registration": b.now().String(), "$createdAt": b.now().String(),
			})
			if password := made.text("password"); !strings.HasPrefix(password, "$argon2id$v=19$") {
				b.t.Errorf("the password is %q", password)
			}
			if canonical := made.at("emailCanonical"); (canonical == nil) != (c.email == "") {
				b.t.Errorf("emailCanonical is %v", canonical)
			}
			b.lists(get("/v1/users", pick(`equal $id `+quote(r.text("userId")))), "users", r.text("userId"))
			b.answers(get(user(r.text("userId"), "logs"), nil), 200).is(map[string]string{"total": "2", "logs.1.event": "user.create", "logs.0.event": "membership.create"})
		})
	}
	b.answers(get(team(p.team.ID), nil), 200).is(map[string]string{"total": "5"})
	b.untouched(func() { b.refuses(invite(p.team.ID, params{"email": `"NEW@made.example"`}), roster.ErrConfirmed) })
}

func TestWhoWasMadeByAnInvitationSetsTheFirstPassword(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	id := b.answers(invite(p.team.ID, params{"email": `"new@made.example"`}), 201).text("userId")
	b.untouched(func() { b.refuses(signInAs("new@made.example", plainPassword), roster.ErrCredentials) })
	secret := b.answers(post(user(id, "sessions"), nil), 201).text("secret")
	b.answers(patch("/v1/account/password", params{"password": quote(plainPassword)}).as(withSession(secret)), 200).is(map[string]string{"passwordUpdate": b.now().String()})
	b.answers(signInAs("new@made.example", plainPassword), 201).is(map[string]string{"userId": id})
	b.refuses(patch("/v1/account/password", params{"password": `"another password"`}).as(withSession(secret)), roster.ErrCredentials)
}

// A project's limit and its wishes for addresses concern sign-up, not keys
// (companion section 6.3).
func TestNoLimitOfSignUpConcernsInvitations(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.settings(func(s *roster.Settings) { s.UserLimit, s.RefuseFreeEmails, s.EmailPassword = 1, true, false })
	b.answers(invite(p.team.ID, params{"email": `"new@gmail.com"`}), 201)
}

// Who was invited is a member from now on, and counts (companion deviation 12).
func TestAWaitingInvitationIsConfirmed(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q := b.person(), b.person()
	m := b.join(p.team.ID, q, false, "guest")
	invited := b.now().String()
	b.answers(get(team(p.team.ID), nil), 200).is(map[string]string{"total": "1"})
	b.clock.forward(time.Hour)
	b.answers(invite(p.team.ID, params{"email": quote(q.Email)}), 201).is(map[string]string{
		"$id": m.ID, "confirm": "true", "invited": invited, "joined": b.now().String(), "roles": "[guest]", "$createdAt": invited, "$updatedAt": b.now().String(),
	})
	b.answers(get(team(p.team.ID), nil), 200).is(map[string]string{"total": "2"})
	b.lists(get(team(p.team.ID, "memberships"), pick(`equal confirm true`)), "memberships", p.membership.ID, m.ID)
	b.untouched(func() { b.refuses(invite(p.team.ID, params{"email": quote(q.Email)}), roster.ErrConfirmed) })
}

// The limit is for users, who cannot invite here; keys are told of it.
func TestInvitationsByKeysAreNotLimited(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.api.Unlimited = false
	p := b.person()
	for i := range 12 {
		r := b.answers(invite(p.team.ID, params{"email": quote(fmt.Sprintf("new%d@made.example", i))}), 201)
		if r.header.Get("X-RateLimit-Limit") != "10" || r.header.Get("X-RateLimit-Remaining") != "9" || r.header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("the headers are %v", r.header)
		}
	}
}

func TestRolesAreReplaced(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	first := b.now().String()
	b.clock.forward(time.Second)
	set := func(roles string) call {
		return patch(team(p.team.ID, "memberships", theirs.ID), params{"roles": roles})
	}
	b.sameRows(func() { b.answers(set(`["guest"]`), 200).is(map[string]string{"$updatedAt": first, "userId": q.ID}) })
	b.answers(set(`["b","a","b"]`), 200).is(map[string]string{"roles": "[b a]", "$updatedAt": b.now().String(), "joined": first, "userName": q.Name, "teamName": p.team.Name})
	b.lists(get(team(p.team.ID, "memberships"), pick(`contains roles "guest"`)), "memberships")
	b.lists(get(team(p.team.ID, "memberships"), pick(`containsAll roles "a","b"`)), "memberships", theirs.ID)
	b.answers(set(`[]`), 200).is(map[string]string{"roles": "[]"})
	b.lists(get(team(p.team.ID, "memberships"), pick(`containsAny roles "a","b"`)), "memberships")
	b.untouched(func() {
		b.refuses(patch(team(q.team.ID, "memberships", theirs.ID), params{"roles": "[]"}), roster.ErrTeamMismatch)
		b.refuses(patch(team("nowhere", "memberships", theirs.ID), params{"roles": "[]"}), roster.ErrTeamNotFound)
		b.refuses(patch(team(q.team.ID, "memberships", "none"), params{"roles": "[]"}), roster.ErrMembership)
	})
	b.answers(get(team(p.team.ID), nil), 200).is(map[string]string{"total": "2"})
}

func TestAMemberLeaves(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, q, theirs := b.mates()
	waiting := b.join(p.team.ID, b.person(), false)
	total := func(want string) {
		t.Helper()
		b.answers(get(team(p.team.ID), nil), 200).is(map[string]string{"total": want})
	}
	b.untouched(func() {
		b.refuses(del(team("nowhere", "memberships", "none")), roster.ErrInviteNotFound) // the membership comes first
		b.refuses(del(team("nowhere", "memberships", theirs.ID)), roster.ErrTeamNotFound)
		b.refuses(del(team(q.team.ID, "memberships", theirs.ID)), roster.ErrTeamMismatch)
		b.refuses(del(team(p.team.ID, "memberships", strings.ToUpper(theirs.ID))), roster.ErrInviteNotFound)
	})
	total("2")
	b.answers(del(team(p.team.ID, "memberships", waiting.ID)), 204)
	total("2")
	b.answers(del(team(p.team.ID, "memberships", theirs.ID)), 204)
	total("1")
	b.refuses(del(team(p.team.ID, "memberships", theirs.ID)), roster.ErrInviteNotFound)
	b.lists(get(team(p.team.ID, "memberships"), nil), "memberships", p.membership.ID)
	b.answers(get(user(q.ID), nil), 200)
	b.answers(invite(p.team.ID, params{"userId": quote(q.ID)}), 201)
	total("2")
	b.answers(del(user(q.ID)), 204)
	total("1")
	b.lists(get(team(p.team.ID, "memberships"), nil), "memberships", p.membership.ID)
}
