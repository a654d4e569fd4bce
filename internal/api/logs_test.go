package api

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
	"roster/internal/store"
)

// Every change leaves an entry under the name that the contract gives it
// (section 3.0, and section 13), newest first, done by the key.
func TestTheLogTellsWhatWasDoneToAUser(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "email": `"ada@example.com"`}), 201)
	events := []string{"user.create"}
	do := func(c call, status int, event string) *reply {
		t.Helper()
		b.clock.forward(1500 * time.Millisecond)
		events = append(events, event)
		return b.answers(c, status)
	}
	do(patch(user("ada", "name"), params{"name": `"Ada"`}), 200, "user.update")
	do(patch(user("ada", "prefs"), params{"prefs": `{"a":1}`}), 200, "user.update")
	do(patch(user("ada", "verification"), params{"emailVerification": "true"}), 200, "verification.update")
	session := do(post(user("ada", "sessions"), params{}), 201, "session.create").text("$id")
	do(del(user("ada", "sessions", session)), 204, "session.delete")
	do(post(user("ada", "tokens"), params{}), 201, "tokens.create")
	do(post(user("ada", "targets"), target("t", "push", "x")), 201, "target.create")
	do(patch(user("ada", "targets", "t"), params{"name": `"y"`}), 200, "target.update")
	do(del(user("ada", "targets", "t")), 204, "target.delete")
	do(patch(user("ada", "mfa", "recovery-codes"), params{}), 201, "user.update")
	b.answers(post(user("ada", "jwts"), params{}), 201) // leaves none
	b.answers(get(user("ada"), nil), 200)
	slices.Reverse(events)
	r := b.answers(get(user("ada", "logs"), nil), 200).is(map[string]string{
		"total": fmt.Sprint(len(events)), "logs.0.userType": "keyProject", "logs.0.userName": "all", "logs.0.userEmail": "", "logs.0.mode": "default",
		"logs.0.ip": "203.0.113.7", "logs.0.countryCode": "--", "logs.0.countryName": "Unknown",
		"logs.0.time": "2026-03-04T09:00:15.000+00:00", "logs.1.time": "2026-03-04T09:00:13.000+00:00", // whole seconds
	})
	if diff := cmp.Diff(events, r.each("logs", "event")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	keys, err := b.dir.Keys(t.Context(), b.project)
	b.must(err)
	r.is(map[string]string{"logs.0.userId": keys[0].ID})
}

// What a user did stands in their log, too, though not done to them.
func TestTheLogTellsWhatAUserDid(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	p, other := b.person(), b.person()
	record := func(actor roster.Actor, about string) {
		b.write(func(tx store.Tx) error {
			return tx.Record(b.project.Number, &roster.Record{Event: "update.name", Audit: "user.update", UserID: about, Actor: actor})
		})
		b.recorded()
	}
	ada := roster.Actor{Type: roster.ActorUser, ID: p.ID, Name: p.Name, Email: p.Email, IP: "198.51.100.9", Country: "de", UserAgent: "AppwriteCLI/1.0"}
	record(ada, other.ID)
	record(ada, p.ID)                                                   // not twice
	record(roster.Actor{Type: roster.ActorKey, ID: p.ID}, other.ID)     // a key with the same id
	record(roster.Actor{Type: roster.ActorUser, ID: "third"}, other.ID) // someone else's
	b.answers(get(user(p.ID, "logs"), nil).as(header{"X-Appwrite-Locale": "de"}), 200).is(map[string]string{
		"total": "2", "logs.0.userId": p.ID, "logs.0.userName": p.Name, "logs.0.userEmail": p.Email, "logs.0.userType": "user", "logs.0.ip": "198.51.100.9",
		"logs.0.clientCode": "cli", "logs.0.countryCode": "de", "logs.0.countryName": "Deutschland",
	})
	b.answers(get(user(other.ID, "logs"), nil), 200).is(map[string]string{"total": "3"})
}

func TestLogsArePaged(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	id := b.person().ID
	for i := range 30 {
		b.clock.forward(time.Second)
		b.answers(patch(user(id, "name"), params{"name": quote(fmt.Sprint(i))}), 200)
	}
	limit, offset := `{"method":"limit","values":[10]}`, `{"method":"offset","values":[25]}`
	for _, test := range []struct {
		params       params
		count        int
		total, first string
	}{
		{nil, 25, "30", "09:00:30"},
		{params{"queries": list(limit)}, 10, "30", "09:00:30"},
		{params{"queries": list(offset)}, 5, "30", "09:00:05"},
		{params{"queries": list(limit, offset)}, 5, "30", "09:00:05"},
		{params{"queries": list(`{"method":"offset","values":[30]}`)}, 0, "30", ""},
		{params{"queries": list(`{"method":"limit","values":[9223372036854775807]}`, `{"method":"offset","values":[9223372036854775807]}`)}, 0, "30", ""},
		{params{"total": `"false"`}, 25, "0", "09:00:30"},
	} {
		r := b.answers(get(user(id, "logs"), test.params), 200).is(map[string]string{"total": test.total})
		times := r.each("logs", "time")
		if len(times) != test.count || test.count > 0 && times[0] != "2026-03-04T"+test.first+".000+00:00" {
			t.Errorf("%v = %d entries from %v", test.params, len(times), r.text("logs.0.time"))
		}
	}
}

// Secrets never reach the log, in whatever form.
func TestTheLogKeepsNoSecrets(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.answers(post("/v1/users", params{"userId": `"ada"`, "password": `"a secret password"`}), 201)
	b.answers(setPassword("ada", "another secret password"), 200)
	b.answers(patch(user("ada", "mfa", "recovery-codes"), params{}), 201)
	b.answers(post(user("ada", "sessions"), params{}), 201)
	rows, err := b.file.Query("select changes from events where changes is not null")
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var changes string
		b.must(rows.Scan(&changes))
		if changes != `{"passwordUpdate":["2026-03-04T09:00:00.000+00:00","2026-03-04T09:00:00.000+00:00"]}` && changes != "" {
			t.Errorf("the log keeps %s", changes)
		}
	}
	b.must(rows.Err())
}

// Usage counts hours and days, oldest first, the running one last (contract
// section 3.23).
func TestUsageCountsWhatWasCreated(t *testing.T) {
	t.Parallel()
	b := atOutset(t)
	b.person()
	b.clock.forward(89 * 24 * time.Hour)
	p := b.person()
	b.person()
	b.clock.forward(30 * time.Minute)
	b.signIn(p.ID, nil)
	b.answers(post("/v1/users", params{"userId": `"ada"`}), 201)
	b.beside("other").person()
	for _, test := range []struct {
		span         string
		points       int
		first, last  string
		users, zeros string
	}{
		{"24h", 24, "2026-05-31T10:00:00.000+00:00", "2026-06-01T09:00:00.000+00:00", "3", "0"},
		{"30d", 30, "2026-05-03T00:00:00.000+00:00", "2026-06-01T00:00:00.000+00:00", "3", "0"},
		{"90d", 90, "2026-03-04T00:00:00.000+00:00", "2026-06-01T00:00:00.000+00:00", "3", "1"},
	} {
		r := b.answers(get("/v1/users/usage", params{"range": quote(test.span)}), 200)
		last := fmt.Sprint(test.points - 1)
		r.is(map[string]string{
			"range": test.span, "usersTotal": "4", "sessionsTotal": "4", "users.0.date": test.first, "users." + last + ".date": test.last,
			"users." + last + ".value": test.users, "sessions." + last + ".value": "3", "users.0.value": test.zeros, "sessions.0.value": test.zeros,
		})
		if got := len(r.each("users", "date")); got != test.points || len(r.each("sessions", "date")) != test.points {
			t.Errorf("%s has %d points", test.span, got)
		}
	}
	b.answers(get("/v1/users/usage", nil), 200).is(map[string]string{"range": "30d"})
}
