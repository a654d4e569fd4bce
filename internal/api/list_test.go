package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/store"
)

// pick writes queries as a parameter. Each is a method, an attribute and
// values, as JSON, between blanks: "equal name "Ada"" or "limit - 5".
func pick(texts ...string) params {
	queries := make([]string, len(texts))
	for i, text := range texts {
		queries[i] = wireQuery(text)
	}
	return params{"queries": list(queries...)}
}

func wireQuery(text string) string {
	method, rest, _ := strings.Cut(text, " ")
	attribute, values, _ := strings.Cut(rest, " ")
	fields := []string{`"method":` + quote(method)}
	if attribute != "" && attribute != "-" {
		fields = append(fields, `"attribute":`+quote(attribute))
	}
	if values != "" {
		fields = append(fields, `"values":[`+values+`]`)
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// both joins queries by and or or.
func both(method string, texts ...string) string {
	var inner []string
	for _, text := range texts {
		inner = append(inner, wireQuery(text))
	}
	return method + " - " + strings.Join(inner, ",")
}

// people are users that differ in everything that can be filtered by. They
// are an hour apart, from nine o'clock on.
var people = []roster.User{
	{ID: "ada", Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+12025550101", Enabled: true, EmailVerified: true, Labels: []string{"vip", "beta"}},
	{ID: "bob", Name: "bob", Email: "bob@work.example", Phone: "+4930123456", Enabled: true, PhoneVerified: true, Labels: []string{"beta"}},
	{ID: "cal", Enabled: true, Labels: []string{}},
	{ID: "dan", Name: `100%_of\it`, Email: "d_n@example.com", Enabled: true, Labels: []string{"VIP"}},
	{ID: "eve", Name: "Émile ZOLA", Email: "zola@example.com", Phone: "+33123456789", Impersonator: true, Labels: []string{"vip"}},
	{ID: "fay", Name: "ADA", Email: "fay@example.com", Enabled: true, Labels: []string{}},
}

func (b *bed) people() {
	b.t.Helper()
	for i, u := range people {
		u.CreatedAt, u.UpdatedAt, u.RegisteredAt = b.now(), b.now(), b.now()
		u.Hash, u.HashOptions, u.Prefs = noPassword.Algorithm, string(noPassword.Options), "{}"
		if i%2 == 0 {
			u.PasswordUpdatedAt = b.now()
		}
		if i < 2 {
			u.AccessedAt = b.now()
		}
		b.write(func(tx store.Tx) error { return tx.CreateUser(b.project.Number, &u) })
		b.clock.forward(time.Hour)
	}
}

// listCase are queries and the ids of the rows that they find, in order.
type listCase struct {
	queries []string
	want    string // ids, with blanks in between
}

func one(query, want string) listCase { return listCase{[]string{query}, want} }

func (b *bed) cases(path, key string, cases []listCase) {
	b.t.Helper()
	for _, c := range cases {
		b.run(strings.Join(c.queries, " & "), func(b *bed) {
			b.t.Helper()
			b.lists(get(path, pick(c.queries...)), key, strings.Fields(c.want)...)
		})
	}
}

// Every method of contract section 5.3, on rows of which some match and some
// nearly do.
func TestUsersAreFiltered(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.people()
	b.beside("other").people()
	const all = "ada bob cal dan eve fay"
	b.cases("/v1/users", "users", []listCase{
		{nil, all},
		one(`equal name "Ada Lovelace"`, "ada"),
		one(`equal name "ada lovelace"`, ""), // case counts
		one(`equal name "bob","ADA","nobody"`, "bob fay"),
		one(`equal name ""`, "cal"),
		one(`equal email "ada@example.com"`, "ada"),
		one(`equal email ""`, ""),
		one(`equal phone "+4930123456"`, "bob"),
		one(`equal status false`, "eve"),
		one(`equal status true,false`, all),
		one(`equal impersonator true`, "eve"),
		one(`equal emailVerification true`, "ada"),
		one(`equal phoneVerification true`, "bob"),
		one(`equal $id "ada","eve","Bob"`, "ada eve"),
		one(`equal $createdAt "2026-03-04T10:00:00.000+00:00"`, "bob"),
		one(`equal $sequence 1`, ""),
		one(`greaterThan $sequence 1`, all),
		one(`notEqual name "bob"`, "ada cal dan eve fay"),
		one(`notEqual email "bob@work.example"`, "ada dan eve fay"), // who has none does not match
		one(`notEqual status true`, "eve"),
		one(`lessThan name "B"`, "ada cal dan fay"),
		one(`lessThan name "ADA"`, "cal dan"),
		one(`lessThanEqual name "ADA"`, "cal dan fay"),
		one(`greaterThan name "bob"`, "eve"),
		one(`greaterThanEqual name "bob"`, "bob eve"),
		one(`lessThan email "b"`, "ada"),
		one(`lessThan registration "2026-03-04T10:00:00.000+00:00"`, "ada"),
		one(`lessThanEqual registration "2026-03-04T10:00:00.000+00:00"`, "ada bob"),
		one(`greaterThan registration "2026-03-04T13:00:00.000+00:00"`, "fay"),
		one(`greaterThanEqual registration "2026-03-04T13:00:00.000+00:00"`, "eve fay"),
		one(`greaterThan passwordUpdate "2026-03-04T09:00:00.000+00:00"`, "cal eve"),
		one(`greaterThan accessedAt "2026-03-04"`, "ada bob"),
		one(`greaterThan $updatedAt "2026-03-04T13:30:00Z"`, "fay"),
		one(`between $createdAt "2026-03-04T10:00:00.000+00:00","2026-03-04T12:00:00.000+00:00"`, "bob cal dan"),
		one(`between $createdAt "2026-03-04T12:00:00.000+00:00","2026-03-04T10:00:00.000+00:00"`, ""),
		one(`notBetween $createdAt "2026-03-04T10:00:00.000+00:00","2026-03-04T12:00:00.000+00:00"`, "ada eve fay"),
		one(`between name "ADA","bob"`, "ada bob fay"),
		one(`between email "a","c"`, "ada bob"),
		one(`notBetween email "a","c"`, "dan eve fay"), // who has none matches neither
		one(`between status false,false`, "eve"),
		one(`isNull email`, "cal"),
		one(`isNull phone`, "cal dan fay"),
		one(`isNull name`, ""),
		one(`isNull passwordUpdate`, "bob dan fay"),
		one(`isNull accessedAt`, "cal dan eve fay"),
		one(`isNull labels`, ""),
		one(`isNotNull email`, "ada bob dan eve fay"),
		one(`isNotNull email "of","the right","type"`, "ada bob dan eve fay"),
		one(`isNotNull accessedAt`, "ada bob"),
		one(`isNotNull status`, all),
		one(`startsWith name "aDa"`, "ada fay"),
		one(`startsWith name "a"`, "ada fay"),
		one(`startsWith name "Lovelace"`, ""),
		one(`startsWith name "100%"`, "dan"),
		one(`startsWith name "%"`, ""),
		one(`startsWith name "1_0"`, ""),
		one(`startsWith name "émi"`, "eve"),
		one(`startsWith name ""`, all),
		one(`startsWith email "FAY"`, "fay"),
		one(`startsWith phone "+1"`, "ada"),
		one(`startsWith $id "E"`, "eve"),
		one(`notStartsWith name "ada"`, "bob cal dan eve"),
		one(`notStartsWith email "ada"`, "bob dan eve fay"),
		one(`endsWith name "LACE"`, "ada"),
		one(`endsWith name "zola"`, "eve"),
		one(`endsWith email "example.com"`, "ada dan eve fay"),
		one(`endsWith name "\\it"`, "dan"),
		one(`notEndsWith email "example.com"`, "bob"),
		one(`notEndsWith name "a"`, "ada bob cal dan"),
		one(`contains name "DA"`, "ada fay"),
		one(`contains name "da l"`, "ada"),
		one(`contains name "a"`, "ada eve fay"),
		one(`contains name "%_"`, "dan"),
		one(`contains name "_"`, "dan"),
		one(`contains name "f\\i"`, "dan"),
		one(`contains name "LOVE","nobody","bo"`, "ada bob"),
		one(`contains name "MILE z"`, "eve"),
		one(`contains email "@EXAMPLE"`, "ada dan eve fay"),
		one(`contains phone "555"`, "ada"),
		one(`containsAny email "work","fay@"`, "bob fay"),
		one(`notContains name "da","bob"`, "cal dan eve"),
		one(`notContains email "example.com"`, "bob"),
		one(`contains labels "vip"`, "ada eve"),
		one(`contains labels "vi"`, ""),
		one(`contains labels "beta","VIP"`, "ada bob dan"),
		one(`containsAny labels "beta","VIP"`, "ada bob dan"),
		one(`containsAll labels "beta","vip"`, "ada"),
		one(`containsAll labels "beta"`, "ada bob"),
		one(`notContains labels "vip","beta"`, "cal dan fay"),
		one(both("and", `contains name "a"`, `equal status true`), "ada fay"),
		one(both("or", `equal name "bob"`, `equal status false`), "bob eve"),
		one(both("or", `isNull email`, both("and", `equal status true`, `contains labels "vip"`)), "ada cal"),
		one(both("and", both("or", `equal name "bob"`, `equal name "ADA"`), `isNotNull phone`), "bob"),
		{[]string{`contains name "a"`, `equal status true`, `isNotNull phone`}, "ada"},
		{[]string{`equal status true`, `limit - 100`, `offset - 0`}, "ada bob cal dan fay"},
	})
	b.cases("/v1/users", "users", []listCase{
		one(`equal name `+strings.TrimSuffix(repeat(`"x",`, 499), ",")+`,"bob"`, "bob"),
		one(`contains labels `+strings.TrimSuffix(repeat(`"x",`, 499), ",")+`,"VIP"`, "dan"),
	})
}

// Moments are read in many forms, all of them UTC unless they say otherwise.
func TestDatetimesAreReadInManyForms(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.people()
	for _, moment := range []string{
		"2026-03-04T10:00:00.000+00:00", "2026-03-04T10:00:00.000Z", "2026-03-04T10:00:00Z", "2026-03-04T10:00:00", "2026-03-04 10:00:00", "2026-03-04T10:00",
		"2026-03-04T12:00:00+02:00", "2026-03-04T12:00:00+0200", "2026-03-04T05:00:00.000000-05:00", "2026-03-04T10:00:00.0009Z",
	} {
		b.lists(get("/v1/users", pick(`equal $createdAt "`+moment+`"`)), "users", "bob")
	}
	b.lists(get("/v1/users", pick(`lessThan $createdAt "2026-03-05"`, `greaterThan $createdAt "2026-03-04T13:00:00"`)), "users", "fay")
}

func TestTargetsAreFiltered(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	p := b.person()
	b.provider("fcm", "fcm")
	b.provider("apns", "apns")
	for _, c := range []params{
		target("Phone", "sms", "+12025550100").with("name", `"Work"`), target("Pixel", "push", "Token_%1").with("providerId", `"fcm"`), target("iPad", "push", "token-2").with("providerId", `"apns"`),
	} {
		b.clock.forward(time.Hour)
		b.answers(post(user(p.ID, "targets"), c), 201)
	}
	b.person()
	mail, all := p.target.ID, p.target.ID+" Phone Pixel iPad"
	b.cases(user(p.ID, "targets"), "targets", []listCase{
		{nil, all},
		one(`equal providerType "push","sms"`, "Phone Pixel iPad"),
		one(`equal providerType "PUSH"`, ""),
		one(`notEqual providerType "push"`, mail+" Phone"),
		one(`equal providerId "fcm"`, "Pixel"),
		one(`notEqual providerId "fcm"`, "iPad"),
		one(`isNull providerId`, mail+" Phone"),
		one(`isNotNull providerId`, "Pixel iPad"),
		one(`equal userId "`+p.ID+`"`, all),
		one(`equal userId "nobody"`, ""),
		one(`equal identifier "token-2"`, "iPad"),
		one(`startsWith identifier "TOKEN"`, "Pixel iPad"),
		one(`contains identifier "_%"`, "Pixel"),
		one(`notContains identifier "token","@"`, "Phone"),
		one(`endsWith identifier ".example"`, mail),
		one(`notEndsWith identifier "2"`, mail+" Phone Pixel"),
		one(`notStartsWith providerId "f"`, "iPad"),
		one(`equal $id "iPad","ipad"`, "iPad"),
		one(`greaterThan $createdAt "2026-03-04T10:00:00.000+00:00"`, "Pixel iPad"),
		one(`between $updatedAt "2026-03-04T10:00:00.000+00:00","2026-03-04T11:00:00.000+00:00"`, "Phone Pixel"),
		one(`notBetween $updatedAt "2026-03-04T10:00:00.000+00:00","2026-03-04T11:00:00.000+00:00"`, mail+" iPad"),
		one(both("or", `equal providerType "sms"`, `equal providerId "apns"`), "Phone iPad"),
		one(`greaterThanEqual identifier "token"`, "iPad"),
		one(`lessThan identifier "A"`, "Phone"),
	})
}

func TestIdentitiesAreFiltered(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	first, second := b.person(), b.person()
	b.clock.forward(time.Hour)
	for _, i := range []roster.Identity{
		{ID: "Google", UserID: first.ID, Provider: "google", ProviderUID: "A-1", ProviderEmail: "First@gmail.com", ProviderAccessTokenExpiry: b.now()},
		{ID: "apple", UserID: second.ID, Provider: "apple", ProviderUID: "a_1", ProviderAccessTokenExpiry: b.now().Add(time.Hour)},
	} {
		i.CreatedAt, i.UpdatedAt = b.now(), b.now()
		b.write(func(tx store.Tx) error { return tx.CreateIdentity(b.project.Number, &i) })
	}
	hub1, hub2 := first.identity.ID, second.identity.ID
	b.beside("other").person()
	b.cases("/v1/users/identities", "identities", []listCase{
		{nil, hub1 + " " + hub2 + " Google apple"},
		one(`equal userId "`+first.ID+`"`, hub1+" Google"),
		one(`equal userId "`+strings.ToUpper(first.ID)+`"`, ""),
		one(`notEqual userId "`+first.ID+`"`, hub2+" apple"),
		one(`equal provider "google","apple"`, "Google apple"),
		one(`equal providerUid "A-1"`, "Google"),
		one(`contains providerUid "a_"`, "apple"),
		one(`equal providerEmail "First@gmail.com"`, "Google"),
		one(`contains providerEmail "GMAIL"`, "Google"),
		one(`startsWith provider "g"`, hub1+" "+hub2+" Google"),
		one(`endsWith providerEmail "example"`, hub1+" "+hub2),
		one(`isNull providerAccessTokenExpiry`, hub1+" "+hub2),
		one(`isNotNull providerAccessTokenExpiry`, "Google apple"),
		one(`greaterThan providerAccessTokenExpiry "2026-03-04T10:00:00.000+00:00"`, "apple"),
		one(`notEqual providerAccessTokenExpiry "2026-03-04T10:00:00.000+00:00"`, "apple"),
		one(`lessThan $createdAt "2026-03-04T09:30:00.000+00:00"`, hub1+" "+hub2),
		one(both("or", `equal provider "apple"`, `equal $id "Google"`), "Google apple"),
		one(`isNull providerEmail`, ""),
	})
}

func TestMembershipsAreFiltered(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	path := b.teams(
		func(m *roster.Membership) {
			m.TeamID, m.Confirmed, m.InvitedAt, m.JoinedAt = "red", true, b.now(), b.now()
		},
		func(m *roster.Membership) { m.TeamID, m.InvitedAt = "Blue", b.now() },
		func(m *roster.Membership) { m.TeamID, m.Confirmed, m.JoinedAt = "blue-2", true, b.now() },
	)
	b.cases(path, "memberships", []listCase{
		{nil, "m0 m1 m2"},
		one(`equal userId "ada"`, "m0 m1 m2"),
		one(`equal userId "bob"`, ""),
		one(`equal teamId "red","Blue","blue"`, "m0 m1"),
		one(`notEqual teamId "red"`, "m1 m2"),
		one(`contains teamId "BLUE"`, "m1 m2"),
		one(`endsWith teamId "-2"`, "m2"),
		one(`equal confirm true`, "m0 m2"),
		one(`notEqual confirm true`, "m1"),
		one(`isNull joined`, "m1"),
		one(`isNotNull invited`, "m0 m1"),
		one(`equal invited "2026-03-04T09:00:01.000+00:00"`, "m1"),
		one(`greaterThan joined "2026-03-04T09:00:00.000+00:00"`, "m2"),
		one(`lessThanEqual $createdAt "2026-03-04T09:00:01.000+00:00"`, "m0 m1"),
		one(`equal $id "m1","M2"`, "m1"),
		one(both("or", `isNull joined`, `isNull invited`), "m1 m2"),
	})
}

// listsOf are the lists that take all kinds of queries, of a world with rows
// in each of them.
func (b *bed) listsOf() map[string]string {
	b.t.Helper()
	p := b.person()
	return map[string]string{
		"users": "/v1/users", "targets": user(p.ID, "targets"), "identities": "/v1/users/identities", "memberships": user(p.ID, "memberships"),
		"teams": "/v1/teams",
	}
}

// textOf is an attribute of each list that is text, and arrayOf, boolOf and
// momentOf those of the other types where there are some.
var (
	textOf   = map[string]string{"users": "name", "targets": "identifier", "identities": "provider", "memberships": "teamId", "teams": "name"}
	arrayOf  = map[string]string{"users": "labels", "memberships": "roles"}
	boolOf   = map[string]string{"users": "status", "memberships": "confirm"}
	momentOf = map[string]string{"users": "registration", "targets": "$createdAt", "identities": "providerAccessTokenExpiry", "memberships": "joined", "teams": "$updatedAt"}
)

// badQueriesOf are queries that contract section 5.3 refuses, whatever the
// list.
func badQueriesOf(name string) []string {
	text, moment := textOf[name], momentOf[name]
	bad := []string{
		`equal unknown "x"`, `equal - "x"`, `equal ` + strings.ToUpper(text) + ` "x"`, `Equal ` + text + ` "x"`, `nonsense ` + text + ` "x"`, `equals ` + text + ` "x"`,
		`equal ` + text, `equal ` + text + ` 7`, `equal ` + text + ` true`, `equal ` + text + ` null`, `equal ` + text + ` ["x"]`, `equal ` + text + ` {"x":1}`, `equal ` + text + ` "a\u0000b"`,
		`equal ` + text + ` ` + strings.TrimSuffix(repeat(`"x",`, 501), ","), `contains ` + text + ` ` + strings.TrimSuffix(repeat(`"x",`, 501), ","),
		`notEqual ` + text + ` "x","y"`, `lessThan ` + text, `greaterThan ` + text + ` "x","y"`, `between ` + text + ` "x"`, `between ` + text + ` "x","y","z"`, `notBetween ` + text + ` "x"`,
		`startsWith ` + text + ` "x","y"`, `contains ` + text, `containsAll ` + text, `isNull ` + text + ` 7`, `search ` + text, `search ` + text + ` "x","y"`,
		`startsWith ` + moment + ` "2026"`, `contains ` + moment + ` "2026-03-04"`, `search ` + moment + ` "2026-03-04"`,
		`equal ` + moment + ` ""`, `equal ` + moment + ` null`, `equal ` + moment + ` 7`, `equal ` + moment + ` "yesterday"`, `equal ` + moment + ` "04.03.2026"`, `equal ` + moment + ` "2026-02-30"`,
		`equal ` + moment + ` "26-03-04"`, `equal ` + moment + ` "2026-03-04T25:00:00Z"`, `between ` + moment + ` "2026-03-04","x"`,
		`equal $sequence "1"`, `equal $sequence 0`, `equal $sequence 2147483648`, `equal $sequence 1.5`, `equal $sequence 1e400`, `contains $sequence 1`,
		`limit - 0`, `limit - -1`, `limit - 1.5`, `limit - "x"`, `limit - ""`, `limit - 9223372036854775808`, `limit - 1e3`, `limit`, `limit - 1,2`, `limit - true`, `limit - null`,
		`offset - -1`, `offset - 0.5`, `offset - "x"`, `offset - 9223372036854775808`, `offset`, `offset - 1,2`,
		`cursorAfter`, `cursorAfter - ""`, `cursorAfter - 7`, `cursorAfter - null`, `cursorAfter - "-x"`, `cursorAfter - "a","b"`, `cursorBefore - "` + repeat("x", 37) + `"`, `cursorBefore - {"$id":"x"}`,
		`orderAsc unknown`, `orderDesc ` + text + `x`, `orderAsc ` + strings.ToUpper(text),
		both("and", `equal `+text+` "x"`), `and`, `or - 1,2`, `or - "x","y"`, both("or", `limit - 1`, `limit - 2`), both("and", `orderAsc `+text, `equal `+text+` "x"`),
		both("and", `cursorAfter - "x"`, `equal `+text+` "x"`), both("or", `equal `+text+` "x"`, `select - "`+text+`"`), both("or", `equal `+text+` "x"`, `equal unknown "x"`),
		`select - "` + text + `"`, `select - "*"`, `regex ` + text + ` "x"`, `exists - "` + text + `"`, `notExists - "` + text + `"`, both("elemMatch", `equal `+text+` "x"`, `equal `+text+` "y"`),
	}
	for _, method := range []string{
		"crosses", "notCrosses", "intersects", "notIntersects", "overlaps", "notOverlaps", "touches", "notTouches",
		"distanceEqual", "distanceNotEqual", "distanceGreaterThan", "distanceLessThan", "vectorDot", "vectorCosine", "vectorEuclidean",
	} {
		bad = append(bad, method+" "+text+" [1,2]")
	}
	if array := arrayOf[name]; array != "" {
		for _, method := range []string{"equal", "notEqual", "lessThan", "greaterThanEqual", "startsWith", "notEndsWith", "search"} {
			bad = append(bad, method+" "+array+` "x"`)
		}
		bad = append(bad, `between `+array+` "x","y"`, `contains `+array+` 7`, `contains `+array)
	}
	if flag := boolOf[name]; flag != "" {
		bad = append(bad, `equal `+flag+` "true"`, `equal `+flag+` 1`, `equal `+flag+` null`, `contains `+flag+` true`, `startsWith `+flag+` "t"`, `search `+flag+` true`)
	}
	return bad
}

func TestListsRefuseQueriesThatTheyDoNotHave(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, path := range b.listsOf() {
		for _, bad := range badQueriesOf(name) {
			b.run(name+" "+bad[:min(len(bad), 60)], func(b *bed) {
				r := b.refuses(get(path, pick(bad)), roster.ErrArgument)
				if message := r.text("message"); !strings.HasPrefix(message, "Parameter queries ") {
					b.t.Errorf("the message is %q", message)
				}
			})
		}
		// The second is wrong, and is what the message is about.
		r := b.refuses(get(path, pick("limit - 1", "limit - 0")), roster.ErrArgument)
		if !strings.Contains(r.text("message"), "query 2") {
			t.Errorf("the message is %q", r.text("message"))
		}
	}
}

// No attribute has a full-text index: the list's rules let search pass, and
// the store refuses it.
func TestListsRefuseToSearchAnAttribute(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, path := range b.listsOf() {
		for _, query := range []string{`search ` + textOf[name] + ` "x"`, `notSearch ` + textOf[name] + ` "x"`, both("or", `isNull `+textOf[name], `search `+textOf[name]+` "x"`)} {
			b.refuses(get(path, pick(query)), roster.ErrQuery)
		}
	}
}

// Shapes of a query's JSON that contract section 5.1 allows or refuses.
func TestAQueryIsOneObjectInJSON(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, path := range b.listsOf() {
		for _, good := range []string{
			`{"method":"limit","values":[1]}`, ` { "method" : "limit" , "values" : [ 1 ] } `, `{"method":"limit","values":["1"]}`, `{"method":"limit","values":[" 1 "]}`,
			`{"method":"limit","attribute":"","values":[1]}`, `{"method":"limit","attribute":null,"values":[1],"unknown":{"x":[]}}`,
			`{"method":"orderAsc"}`, `{"method":"orderAsc","values":[]}`, `{"method":"orderDesc","attribute":"","values":null}`, `{"method":"orderRandom"}`,
		} {
			b.answers(get(path, params{"queries": list(good)}), 200)
		}
		for _, bad := range []string{
			``, `null`, `7`, `"limit"`, `[]`, `{}`, `{"method":7}`, `{"method":null}`, `{"method":"limit","values":1}`, `{"method":"limit","values":{"0":1}}`, `{"method":"limit","attribute":7,"values":[1]}`,
			`{"method":"limit","values":[1]}{}`, `{"method":"limit","values":[1],}`, `{"method":"limit","values":[1]`, `limit(1)`, `equal("` + textOf[name] + `", ["x"])`,
			`{"method":"equal","attribute":"` + textOf[name] + `","values":["\ud83d"]}`,
		} {
			b.refuses(get(path, params{"queries": list(bad)}), roster.ErrArgument)
		}
	}
}

// nested wraps a filter in so many levels of and.
func nested(levels int) string {
	text := wireQuery(`isNotNull $id`)
	for range levels {
		text = `{"method":"and","values":[` + text + `,` + wireQuery(`isNotNull $id`) + `]}`
	}
	return text
}

func TestQueriesAreBounded(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for name, path := range b.listsOf() {
		b.answers(get(path, params{"queries": list(nested(10))}), 200)
		b.refuses(get(path, params{"queries": list(nested(11))}), roster.ErrArgument)
		b.refuses(get(path, pick(slices.Repeat([]string{`isNotNull ` + textOf[name]}, 101)...)), roster.ErrArgument)
		long := func(n int) string { return wireQuery(`equal ` + textOf[name] + ` "` + repeat("é", n) + `"`) }
		fits := 4096 - len(long(0))
		b.answers(get(path, params{"queries": list(long(fits))}), 200)
		b.refuses(get(path, params{"queries": list(long(fits + 1))}), roster.ErrArgument)
		values := `equal ` + textOf[name] + ` ` + strings.TrimSuffix(repeat(`"x",`, 500), ",")
		b.refuses(get(path, pick(slices.Repeat([]string{values}, 11)...)), roster.ErrArgument) // 5,500 values together
	}
}

// manyTargets gives the user n targets in one statement.
func (b *bed) manyTargets(user string, n int) {
	b.t.Helper()
	_, err := b.file.Exec(`insert into targets (project, seq, id, user_id, created_at, updated_at, name, provider_type, identifier, expired)
		with recursive n (i) as (select 1 union all select i + 1 from n where i < $1)
		select cast($2 as integer), 9000000000000000000 + i, 'bulk-' || i, cast($3 as text), 0, 0, '', 'push', 'bulk-' || i, false from n`, n, b.project.Number, user)
	b.must(err)
}

// The total counts all that match, whatever the page, and exactly.
func TestTotalsAreExact(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.manyTargets(p.ID, 5000)
	b.answers(get(user(p.ID, "targets"), pick(`limit - 1`)), 200).is(map[string]string{"total": "5001", "targets.1": ""})
	path := user(b.person().ID, "targets")
	for _, id := range []string{"one", "two"} {
		b.answers(post(path, target(id, "push", id)), 201)
	}
	for _, test := range []struct {
		params params
		total  string
		count  int
	}{
		{nil, "3", 3},
		{pick(`limit - 1`, `offset - 2`), "3", 1},
		{pick(`limit - 1`, `cursorAfter - "one"`), "3", 1},
		{pick(`equal providerType "push"`, `limit - 1`), "2", 1},
		{pick(`offset - 6000`), "3", 0},
		{pick().with("total", `"false"`), "0", 3},
		{pick().with("total", "0"), "0", 3},
		{pick().with("total", `"1"`), "3", 3},
	} {
		b.run(fmt.Sprint(test.params), func(b *bed) {
			r := b.answers(get(path, test.params), 200).is(map[string]string{"total": test.total})
			if got := len(r.each("targets", "$id")); got != test.count {
				b.t.Errorf("%d rows, want %d", got, test.count)
			}
		})
	}
}
