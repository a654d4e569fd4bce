package api

import (
	"strings"
	"testing"

	"roster"
)

// formats are values of X-Appwrite-Response-Format, oldest first, on both
// sides of every threshold of contract section 9.
var formats = []string{"1.0.0", "1.3.8", "1.4.0", "1.4.99", "1.5.0", "1.6.0", "1.8.1", "1.8.999", "1.9.0", "1.9.1", "1.9.2", "1.9.3", "1.9.4", "1.9.5", "1.9.6", "1.10.0", "2.0.0", "10.0.0"}

// since is the format from which on a field is sent, by its model.
var since = map[string]map[string]string{
	"user":       {"impersonator": "1.9.0", "impersonatorUserId": "1.9.0", "targets": "1.5.0", "mfa": "1.5.0"},
	"account":    {"impersonator": "1.9.0", "impersonatorUserId": "1.9.0", "targets": "1.5.0", "mfa": "1.5.0"},
	"session":    {"factors": "1.5.0", "secret": "1.5.0"},
	"token":      {"phrase": "1.5.0"},
	"membership": {"mfa": "1.5.0", "userPhone": "1.9.2"},
	"team":       {}, "target": {}, "identity": {}, "log": {}, "prefs": {}, "factors": {}, "codes": {}, "challenge": {}, "usage": {}, "jwt": {},
}

// modelsOf says what each endpoint answers with, and where it stands.
var modelsOf = map[string][2]string{
	"usersCreate": {"user"}, "usersGet": {"user"}, "usersList": {"user", "users.0"}, "usersUpdateName": {"user"}, "usersUpdateEmail": {"user"}, "usersCreateMD5User": {"user"}, "usersUpdateMFA": {"user"},
	"usersCreateSession": {"session"}, "usersListSessions": {"session", "sessions.0"}, "usersCreateToken": {"token"}, "usersListMemberships": {"membership", "memberships.0"},
	"usersCreateTarget": {"target"}, "usersListTargets": {"target", "targets.0"}, "usersGetTarget": {"target"}, "usersListIdentities": {"identity", "identities.0"},
	"usersGetPrefs": {"prefs"}, "usersListMFAFactors": {"factors"}, "usersGetMFAChallenge": {"challenge"}, "usersGetUsage": {"usage"}, "usersCreateJWT": {"jwt"},
	"accountGet": {"account"}, "accountUpdatePrefs": {"account"}, "accountListSessions": {"session", "sessions.0"}, "accountGetSession": {"session"}, "accountGetPrefs": {"prefs"}, "accountCreateJWT": {"jwt"},
	"teamsGet": {"team"}, "teamsList": {"team", "teams.0"}, "teamsCreate": {"team"}, "teamsGetMembership": {"membership"}, "teamsListMemberships": {"membership", "memberships.0"}, "teamsCreateMembership": {"membership"},
}

// at reads the object at a path; the empty path is the body.
func (r *reply) object(path string) map[string]any {
	r.b.t.Helper()
	v := r.decoded()
	if path != "" {
		v = within(v, path)
	}
	fields, ok := v.(map[string]any)
	if !ok {
		r.b.t.Fatalf("%s = %s has no object at %s", r.asked, r.body, path)
	}
	return fields
}

// older compares versions as they stand in formats.
func older(a, b string) bool {
	place := func(v string) int { return strings.Index(strings.Join(formats, " ")+" ", v+" ") }
	return place(a) < place(b)
}

func TestOldFormatsAreSparedNewFields(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, where := range modelsOf {
		p := b.person()
		model, path := where[0], where[1]
		e := b.endpoint(name)
		b.run(name, func(b *bed) {
			full := b.answers(b.of(e, p), e.Status).object(path)
			for _, format := range formats {
				got := b.answers(b.of(e, p).as(header{"X-Appwrite-Response-Format": format}), e.Status).object(path)
				for field := range full {
					_, sent := got[field]
					from, dated := since[model][field]
					if want := !dated || !older(format, from); sent != want {
						b.t.Errorf("format %s: %s is sent: %v, want %v", format, field, sent, want)
					}
				}
				if len(got) > len(full) {
					b.t.Errorf("format %s has more fields: %v", format, got)
				}
			}
		})
	}
}

func TestEmptyOrStrangeFormatsAreTheNewest(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	want := b.answers(get(user(p.ID), nil), 200).body
	for _, format := range []string{"nonsense", "1.4.x", "1.4.0.0", "-1.0.0", "v1.4.0", " ", "1..0", "99999999999999999999"} {
		r := b.answers(get(user(p.ID), nil).as(header{"X-Appwrite-Response-Format": format}), 200)
		if r.body != want || r.header.Get("X-Appwrite-Warning") != "" {
			t.Errorf("format %q: %s %v", format, r.body, r.header)
		}
	}
	short := b.answers(get(user(p.ID), nil).as(header{"X-Appwrite-Response-Format": "1.4"}), 200)
	if _, sent := short.object("")["targets"]; sent {
		t.Errorf("format 1.4 gets targets: %s", short.body)
	}
}

// A format newer than the contract is warned of (contract section 1.6).
func TestNewerFormatsAreWarnedOf(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, format := range formats {
		for _, c := range []call{get("/v1/users", nil), get(user("nobody"), nil)} {
			warned := b.send(c.as(header{"X-Appwrite-Response-Format": format})).header.Get("X-Appwrite-Warning") != ""
			if want := older(roster.ContractVersion, format); warned != want {
				t.Errorf("format %s: warned %v, want %v", format, warned, want)
			}
		}
	}
}

// withFormat asks in an old format.
func (c call) in(format string) call {
	return c.as(header{"X-Appwrite-Response-Format": format})
}

// Formats below 1.5.0 write queries in the old syntax, on the lists of users,
// identities and logs (contract section 9), and of teams and their memberships,
// whose SDKs of that time have no other.
func TestOldFormatsUseTheOldSyntax(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.people()
	for _, test := range []struct {
		query, want string
	}{
		{`equal("name", ["Ada Lovelace"])`, "ada"},
		{`equal("name", "Ada Lovelace")`, "ada"},
		{`equal('name', ['bob', "ADA"])`, "bob fay"},
		{` equal ( "name" , [ "bob" , 'ADA' ] ) `, "bob fay"},
		{`equal("name", ["100%_of\\it"])`, "dan"},
		{`notEqual("name", "bob")`, "ada cal dan eve fay"},
		{`equal("status", false)`, "eve"},
		{`equal("status", [false, true])`, "ada bob cal dan eve fay"},
		{`lessThan("registration", "2026-03-04T10:00:00.000+00:00")`, "ada"},
		{`lessThanEqual("registration", ["2026-03-04T10:00:00.000+00:00"])`, "ada bob"},
		{`greaterThan("registration", "2026-03-04T13:00:00.000+00:00")`, "fay"},
		{`greaterThanEqual("registration", "2026-03-04T13:00:00.000+00:00")`, "eve fay"},
		{`between("registration", "2026-03-04T10:00:00.000+00:00", "2026-03-04T11:00:00.000+00:00")`, "bob cal"},
		{`between("registration", ["2026-03-04T10:00:00.000+00:00", "2026-03-04T11:00:00.000+00:00"])`, "bob cal"},
		{`contains("labels", ["vip"])`, "ada eve"},
		{`startsWith("name", "ad")`, "ada fay"},
		{`endsWith("name", "lace")`, "ada"},
		{`isNull("email")`, "cal"},
		{`isNotNull("email")`, "ada bob dan eve fay"},
		{`orderDesc("$id")`, "fay eve dan cal bob ada"},
		{`orderAsc("")`, "ada bob cal dan eve fay"},
		{`limit(6)`, "ada bob cal dan eve fay"},
		{`offset(0)`, "ada bob cal dan eve fay"},
	} {
		b.run(test.query, func(b *bed) {
			for _, format := range []string{"1.0.0", "1.4.99"} {
				b.lists(get("/v1/users", params{"queries": list(test.query)}).in(format), "users", strings.Fields(test.want)...)
			}
			for _, format := range []string{"1.5.0", "1.9.5", "nonsense"} {
				b.refuses(get("/v1/users", params{"queries": list(test.query)}).in(format), roster.ErrArgument)
			}
		})
	}
	r := b.answers(get("/v1/users", params{"queries": list(`cursorAfter("bob")`, `limit(1)`)}).in("1.4.0"), 200)
	r.is(map[string]string{"users.0.$id": "cal", "users.1": "", "total": "6"})
	r = b.answers(get("/v1/users", params{"queries": list(`cursorBefore("cal")`, `offset(1)`)}).in("1.4.0"), 200)
	r.is(map[string]string{"users.0.$id": "ada", "users.1": ""})
	b.lists(get("/v1/users", nil).in("1.4.0"), "users", "ada", "bob", "cal", "dan", "eve", "fay")
}

func TestOldQueriesThatAreWrongAreRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	b.answers(createTeam("a-team", "A team"), 201)
	for _, path := range []string{"/v1/users", "/v1/users/identities", user(id, "logs"), "/v1/teams", team("a-team", "memberships")} {
		for _, query := range []string{
			"", "limit", "limit(", "limit(1", "limit(1))", "limit(1) x", "users.limit(1)", "limit.x(1)", "Limit(1)", "nonsense(1)", `equal("a", [)`, `equal("a", ["b")`, `equal("a)`, `equal(name, "x")`,
			`{"method":"limit","values":[1]}`, `equal("a", {"b":1})`, `and(limit(1), limit(2))`, `equal("a",, "b")`, repeat("x", 4097),
		} {
			b.refuses(get(path, params{"queries": list(query)}).in("1.4.0"), roster.ErrQuery)
		}
		for _, query := range []string{`limit(0)`, `limit("x")`, `equal("unknown", "x")`, `offset(-1)`, `cursorAfter("-")`, `select("name")`, `limit(9223372036854775808)`, `limit(null)`} {
			b.refuses(get(path, params{"queries": list(query)}).in("1.4.0"), roster.ErrArgument)
		}
		b.answers(get(path, params{"queries": list(`limit(1)`, `offset(1)`)}).in("1.4.0"), 200)
	}
	b.refuses(get("/v1/users", params{"queries": list(`search("name", "x")`)}).in("1.4.0"), roster.ErrQuery)
	b.refuses(get("/v1/users/identities", params{"queries": list(`search("provider", "x")`)}).in("1.4.0"), roster.ErrQuery)
}

// A user's targets and memberships never had the old syntax.
func TestOtherListsKeepTheNewSyntax(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for _, path := range []string{user(id, "targets"), user(id, "memberships")} {
		b.answers(get(path, params{"queries": list(`{"method":"limit","values":[1]}`)}).in("1.4.0"), 200)
		b.refuses(get(path, params{"queries": list(`limit(1)`)}).in("1.4.0"), roster.ErrArgument)
	}
}
