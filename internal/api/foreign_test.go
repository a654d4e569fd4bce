package api

import (
	"strings"
	"testing"

	"roster"
)

// missing is the error for an id in a path that names nothing of the user's.
var missing = map[string]*roster.Error{
	"userId": roster.ErrUserNotFound, "targetId": roster.ErrTargetNotFound, "sessionId": roster.ErrSessionNotFound,
	"identityId": roster.ErrIdentityNotFound, "challengeId": roster.ErrToken,
	"teamId": roster.ErrTeamNotFound, "membershipId": roster.ErrMembership, "providerId": roster.ErrProviderNotFound,
}

// ids of a person, by their name in paths of the endpoint.
func (p person) ids(e Endpoint) map[string]string {
	return map[string]string{
		"userId": p.ID, "targetId": p.target.ID, "sessionId": p.session.ID, "identityId": p.identity.ID, "challengeId": p.challenge.ID,
		"teamId": p.team.ID, "membershipId": p.membership.ID, "providerId": p.providerOf(e),
	}
}

// withID is the call about a person with one id in its path replaced.
func (b *bed) withID(e Endpoint, p person, name, id string) call {
	b.t.Helper()
	return promisedParam{name: name, place: "path"}.put(e, b.of(e, p), quote(id))
}

// Whatever id in a path is nobody's, someone else's, another project's or
// spelt in another case: nothing is found and nothing changes.
func TestIDsReachOnlyWhatIsTheUsers(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	mine, theirs := b.person(), b.person()
	b.withCodes(mine.ID)
	foreign := b.beside("other").person()
	for _, e := range Endpoints() {
		for name, err := range missing {
			if !e.inPath(name) {
				continue
			}
			if e.Name == "teamsDeleteMembership" && name == "membershipId" {
				err = roster.ErrInviteNotFound // companion section 9.2
			}
			b.run(e.Name+" "+name, func(b *bed) {
				ids := []string{"nobody", foreign.ids(e)[name], strings.ToUpper(mine.ids(e)[name])}
				if name != "userId" && name != "identityId" && name != "providerId" && !strings.HasPrefix(e.Path, "/teams") {
					ids = append(ids, theirs.ids(e)[name])
				}
				b.untouched(func() {
					for _, id := range ids {
						b.refuses(b.withID(e, mine, name, id), err)
					}
				})
			})
		}
	}
}

// The same ids in another project are other users.
func TestProjectsShareNothing(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	here := b.person()
	other := b.beside("other")
	other.names-- // so that it has the same ids
	there := other.person()
	if here.ID != there.ID || here.session.ID != there.session.ID {
		t.Fatalf("the ids differ: %s and %s", here.ID, there.ID)
	}
	before := other.answers(get(user(there.ID), nil), 200).body
	b.answers(del(user(here.ID)), 204)
	if after := other.answers(get(user(there.ID), nil), 200).body; after != before {
		t.Errorf("the other project's user became %s, was %s", after, before)
	}
	for _, list := range []string{"/v1/users", user(there.ID, "targets"), user(there.ID, "sessions"), user(there.ID, "memberships"), "/v1/users/identities", "/v1/teams", team(there.team.ID, "memberships")} {
		other.answers(get(list, nil), 200).is(map[string]string{"total": "1"})
	}
	b.answers(get("/v1/users", nil), 200).is(map[string]string{"total": "0"})
	b.answers(get(team(here.team.ID), nil), 200).is(map[string]string{"total": "0"})
	other.answers(get(team(there.team.ID), nil), 200).is(map[string]string{"total": "1"})
	other.answers(get("/v1/users", params{"search": `"` + there.ID + `"`}), 200).is(map[string]string{"total": "1"})
	b.answers(get("/v1/users", params{"search": `"` + there.ID + `"`}), 200).is(map[string]string{"total": "0"})
}

// An empty segment stands for an empty id, so that a forgotten id never means
// all of a list.
func TestAForgottenIDIsAnError(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	mine := b.person(b.justSolved)
	for _, e := range Endpoints() {
		for _, p := range promisedParams(e) {
			if p.place == "path" {
				b.run(e.Name+" "+p.name, func(b *bed) {
					b.untouched(func() { b.blames(p.put(e, b.of(e, mine), `""`), p.name) })
				})
			}
		}
	}
}
