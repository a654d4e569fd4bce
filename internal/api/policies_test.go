package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
)

const policies = "/v1/project/policies/"

// setting reads a setting of the project as it is stored.
func (b *bed) setting(name string) string {
	b.t.Helper()
	p, err := b.store.Project(b.t.Context(), b.project.ID)
	b.must(err)
	for _, s := range p.Settings.List() {
		if s.Name == name {
			return s.Value
		}
	}
	b.t.Fatalf("there is no setting %s", name)
	return ""
}

// Each parameter changes its setting, and no other setting changes; null is off.
func TestAPolicyChangesItsSettings(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, test := range []struct {
		policy, param, value, setting, want string
	}{
		{"password-strength", "min", "256", "passwordStrength.min", "256"},
		{"password-strength", "uppercase", "true", "passwordStrength.uppercase", "true"},
		{"password-strength", "lowercase", "true", "passwordStrength.lowercase", "true"},
		{"password-strength", "number", "true", "passwordStrength.number", "true"},
		{"password-strength", "symbols", "true", "passwordStrength.symbols", "true"},
		{"password-strength", "min", `" 8 "`, "passwordStrength.min", "8"},
		{"password-dictionary", "enabled", "true", "passwordDictionary", "true"},
		{"password-history", "total", "20", "passwordHistory", "20"},
		{"password-history", "total", "null", "passwordHistory", "0"},
		{"password-personal-data", "enabled", "true", "personalDataCheck", "true"},
		{"session-duration", "duration", "60", "duration", "60"},
		{"session-limit", "total", "100", "maxSessions", "100"},
		{"session-invalidation", "enabled", "false", "invalidateSessions", "false"},
		{"session-alert", "enabled", "true", "sessionAlerts", "true"},
		{"user-limit", "total", "10000", "limit", "10000"},
		{"user-limit", "total", "0", "limit", "0"},
		{"user-limit", "total", "7", "limit", "7"},
		{"user-limit", "total", "null", "limit", "0"},
		{"membership-privacy", "userId", "true", "membershipsUserId", "true"},
		{"membership-privacy", "userEmail", "true", "membershipsUserEmail", "true"},
		{"membership-privacy", "userPhone", "true", "membershipsUserPhone", "true"},
		{"membership-privacy", "userName", "true", "membershipsUserName", "true"},
		{"membership-privacy", "userMFA", "true", "membershipsMfa", "true"},
		{"membership-privacy", "userAccessedAt", "true", "membershipsUserAccessedAt", "true"},
		{"mfa-factors", "totp", "false", "mfaFactors.totp", "false"},
		{"mfa-factors", "email", "false", "mfaFactors.email", "false"},
		{"mfa-factors", "phone", "false", "mfaFactors.phone", "false"},
		{"mfa-factors", "custom", "true", "mfaFactors.custom", "true"},
	} {
		b.run(test.policy+" "+test.param+" "+test.value, func(b *bed) {
			b.clock.forward(time.Second)
			before, err := b.store.Project(b.t.Context(), b.project.ID)
			b.must(err)
			c := patch(policies+test.policy, params{test.param: test.value})
			r := b.answers(c, 200)
			if test.policy == "password-strength" {
				r.is(map[string]string{"$id": test.policy, test.param: test.want})
			} else {
				r.is(map[string]string{"$id": b.project.ID, "$updatedAt": b.now().String()})
			}
			if got := b.setting(test.setting); got != test.want {
				b.t.Errorf("%s is %s, want %s", test.setting, got, test.want)
			}
			for _, s := range before.Settings.List() {
				if s.Name != test.setting && b.setting(s.Name) != s.Value {
					b.t.Errorf("%s changed from %s to %s", s.Name, s.Value, b.setting(s.Name))
				}
			}
			b.clock.forward(time.Second)
			b.untouched(func() { b.answers(c, 200) })
		})
	}
}

func TestTheProjectSaysWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.settings(func(s *roster.Settings) { s.EmailPassword, s.Users, s.REST = false, false, false })
	b.answers(patch(policies+"session-alert", params{"enabled": "true"}), 200).is(map[string]string{
		"authMethods.0.$id": "email-password", "authMethods.0.enabled": "false", "authMethods.5.$id": "jwt", "authMethods.5.enabled": "true",
		"services.2.$id": "users", "services.2.enabled": "false", "protocols.0.$id": "rest", "protocols.0.enabled": "false", "smtpPassword": "", "onboarding": "map[]",
	})
}

// The next request is judged by the new policy, in this process and, as soon as
// it looks, in another.
func TestAPolicyCountsAtOnceEverywhere(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	elsewhere := directory.New(b.store, b.dir.Secrets, b.dir.Hasher)
	another := *b.world
	api := *b.api
	another.dir, another.api, api.Directory = elsewhere, &api, elsewhere
	there := &bed{&another, t}
	create := func(b *bed, password string) call {
		return post("/v1/users", params{"userId": `"unique()"`, "password": quote(password)})
	}
	look := func() {
		once, stop := context.WithCancel(t.Context())
		stop()
		elsewhere.Watch(once)
	}
	look()
	there.answers(create(there, "password"), 201) // and remembers the project
	b.answers(create(b, "password"), 201)
	b.answers(patch(policies+"password-dictionary", params{"enabled": "true"}), 200)
	b.blames(create(b, "password"), "password")
	look()
	there.blames(create(there, "password"), "password")
}

// The record tells who changed what.
func TestAPolicysRecordTellsWhatChanged(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(patch(policies+"mfa-factors", params{"phone": "false", "email": "true", "custom": "true"}), 200)
	b.answers(patch(policies+"user-limit", params{"total": "7"}), 200)
	b.untouched(func() { b.answers(patch(policies+"user-limit", params{"total": "7"}), 200) })
	rows, err := b.file.Query("select event, audit, user_id, resource, actor_id, changes from events order by seq")
	b.must(err)
	defer rows.Close()
	var got []string
	for rows.Next() {
		var fields [6]string
		b.must(rows.Scan(&fields[0], &fields[1], &fields[2], &fields[3], &fields[4], &fields[5]))
		got = append(got, strings.Join(fields[:], " | "))
	}
	want := []string{
		`project.policies.[policyId].update | project.update |  | mfa-factors | key-of-demo | {"mfaFactors.custom":[false,true],"mfaFactors.phone":[true,false]}`,
		`project.policies.[policyId].update | project.update |  | user-limit | key-of-demo | {"limit":[0,7]}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Either of two scopes opens all of them, and policies of one project are not
// another's.
func TestPoliciesAreTheProjects(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	other := b.beside("other")
	for _, scope := range []roster.Scope{roster.PoliciesWrite, roster.ProjectPoliciesWrite} {
		key := withKey(b.newKey(b.project, directory.NewKey{Name: "policies", Scopes: []roster.Scope{scope}}))
		b.answers(patch(policies+"session-limit", params{"total": fmt.Sprint(len(scope))}).as(key), 200)
		if got := b.setting("maxSessions"); got != fmt.Sprint(len(scope)) {
			t.Errorf("there may be %s sessions", got)
		}
	}
	if got := other.setting("maxSessions"); got != "10" {
		t.Errorf("in another project, there may be %s sessions", got)
	}
}
