package api

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// fields decodes a user without what says when it changed.
func (r *reply) fields() map[string]any {
	r.b.t.Helper()
	var fields map[string]any
	r.b.must(json.Unmarshal([]byte(r.body), &fields))
	delete(fields, "$updatedAt")
	return fields
}

// logged is how many entries the user's log has.
func (b *bed) logged(id string) string {
	b.t.Helper()
	return b.answers(get(user(id, "logs"), nil), 200).text("total")
}

// Each setter sets its value and no other, moves $updatedAt and leaves one
// entry in the log; the same again does nothing at all (contract section 3.1).
func TestASetterSetsOnlyWhatItIsFor(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for _, test := range []struct {
		path, param, value string
		field              string
		want               any
	}{
		{"status", "status", "false", "status", false},
		{"status", "status", `"true"`, "status", true},
		{"status", "status", `"false"`, "status", false},
		{"status", "status", "1", "status", true},
		{"status", "status", "0", "status", false},
		{"status", "status", `"1"`, "status", true},
		{"status", "status", `"0"`, "status", false},
		{"labels", "labels", `["vip","beta","vip"]`, "labels", []any{"vip", "beta"}},
		{"labels", "labels", `["beta"]`, "labels", []any{"beta"}},
		{"labels", "labels", `["beta","Beta"]`, "labels", []any{"beta", "Beta"}},
		{"labels", "labels", `[]`, "labels", []any{}},
		{"impersonator", "impersonator", `"1"`, "impersonator", true},
		{"impersonator", "impersonator", `"false"`, "impersonator", false},
		{"name", "name", `"Mïra Ökafor 😀 \/ \\ \u0001"`, "name", "Mïra Ökafor 😀 / \\ \u0001"},
		{"name", "name", `""`, "name", ""},
		{"verification", "emailVerification", "true", "emailVerification", true},
		{"verification", "emailVerification", "false", "emailVerification", false},
		{"verification/phone", "phoneVerification", "true", "phoneVerification", true},
		{"verification/phone", "phoneVerification", "false", "phoneVerification", false},
		{"mfa", "mfa", "true", "mfa", true},
		{"mfa", "mfa", "false", "mfa", false},
	} {
		b.run(test.path+" "+test.value, func(b *bed) { b.setOnce(id, test.path, params{test.param: test.value}, test.field, test.want) })
	}
}

func (b *bed) setOnce(id, path string, p params, field string, want any) {
	b.t.Helper()
	c := patch(user(id, path), p)
	if path == "labels" {
		c.method = "PUT"
	}
	before, entries := b.answers(get(user(id), nil), 200), b.logged(id)
	b.clock.forward(time.Second)
	set := b.answers(c, 200)
	expected := maps.Clone(before.fields())
	expected[field] = want
	if diff := cmp.Diff(expected, set.fields()); diff != "" {
		b.t.Errorf("the user after (-want +got):\n%s", diff)
	}
	if got := set.text("$updatedAt"); got != b.now().String() {
		b.t.Errorf("$updatedAt = %s, want %s", got, b.now())
	}
	if got := b.logged(id); got == entries {
		b.t.Errorf("the log still has %s entries", got)
	}
	b.clock.forward(time.Second)
	b.untouched(func() {
		if again := b.answers(c, 200); again.body != set.body {
			b.t.Errorf("the same again = %s, first %s", again.body, set.body)
		}
	})
	if got := b.answers(get(user(id), nil), 200); got.body != set.body {
		b.t.Errorf("get = %s, set %s", got.body, set.body)
	}
}

// Sessions, tokens, JWTs and targets are not the user itself.
func TestWhatHangsOnAUserDoesNotMoveItsTime(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	before := b.answers(get(user(id), nil), 200).text("$updatedAt")
	b.clock.forward(time.Second)
	b.answers(post(user(id, "sessions"), params{}), 201)
	b.answers(post(user(id, "tokens"), params{}), 201)
	b.answers(post(user(id, "jwts"), params{}), 201)
	b.answers(post(user(id, "targets"), params{"targetId": `"t"`, "providerType": `"push"`, "identifier": `"x"`}), 201)
	b.answers(del(user(id, "targets", "t")), 204)
	b.answers(del(user(id, "sessions")), 204)
	if after := b.answers(get(user(id), nil), 200).text("$updatedAt"); after != before {
		t.Errorf("$updatedAt = %s, was %s", after, before)
	}
}

// Verification can be set without an address to verify.
func TestNothingCanBeVerified(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`}), 201)
	b.answers(patch(user("ada", "verification"), params{"emailVerification": "true"}), 200).is(map[string]string{"email": "", "emailVerification": "true"})
	b.answers(patch(user("ada", "verification", "phone"), params{"phoneVerification": "true"}), 200).is(map[string]string{"phone": "", "phoneVerification": "true"})
}

// Blocking leaves sessions as they are (contract section 3.6).
func TestBlockedUsersKeepTheirSessions(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p := b.person()
	b.answers(patch(user(p.ID, "status"), params{"status": "false"}), 200)
	b.answers(get(user(p.ID, "sessions"), nil), 200).is(map[string]string{"total": "1"})
	b.answers(post(user(p.ID, "sessions"), params{}), 201)
}

func TestPreferencesAreKeptAsTheyWereSent(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for _, test := range []struct{ sent, kept string }{
		{`{"theme":"dark"}`, `{"theme":"dark"}`},
		{` { "z" : 1 , "a" : [ 1 , { } , [ ] ] } `, `{"z":1,"a":[1,{},[]]}`},
		{`{"n":12345678901234567890,"f":1.50,"e":1E2,"m":-0}`, `{"n":12345678901234567890,"f":1.50,"e":1E2,"m":-0}`},
		{`{"😀":"\u00fc\/<>&","":null}`, `{"😀":"\u00fc\/<>&","":null}`},
		{`{"deep":{"a":{}}}`, `{"deep":{"a":{}}}`},
		{`[]`, `{}`},
		{`{"back":true}`, `{"back":true}`},
		{`{}`, `{}`},
	} {
		b.run(test.sent, func(b *bed) {
			if got := b.answers(patch(user(id, "prefs"), params{"prefs": test.sent}), 200).body; got != test.kept {
				b.t.Errorf("set = %s, want %s", got, test.kept)
			}
			if got := b.answers(get(user(id, "prefs"), nil), 200).body; got != test.kept {
				b.t.Errorf("get = %s, want %s", got, test.kept)
			}
		})
	}
}

// The size counts as the contract writes JSON: non-ASCII as \uXXXX, "/" as \/.
func TestPreferencesAreMeasuredAsTheContractWritesThem(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	id := b.person().ID
	for _, test := range []struct {
		name, unit string
		bytes      int // that the unit counts
	}{
		{"ASCII", "x", 1}, {"slashes", "/", 2}, {"slashes that are escaped", `\/`, 2}, {"quotes", `\"`, 2}, {"backslashes", `\\`, 2}, {"escaped letters", `\u0041`, 1},
		{"letters of two bytes", "é", 6}, {"the same, escaped", `\u00e9`, 6}, {"letters of three bytes", "€", 6}, {"characters beyond the BMP", "😀", 12}, {"the same, escaped", `\ud83d\ude00`, 12},
	} {
		b.run(test.name, func(b *bed) {
			const around = len(`{"a":""}`)
			fits := (roster.MaxPrefsBytes - around) / test.bytes
			b.answers(patch(user(id, "prefs"), params{"prefs": `{"a":"` + repeat(test.unit, fits) + `"}`}), 200)
			b.blames(patch(user(id, "prefs"), params{"prefs": `{"a":"` + repeat(test.unit, fits+1) + `"}`}), "prefs")
		})
	}
}
