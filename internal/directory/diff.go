package directory

import (
	"bytes"
	"encoding/json"

	"roster"
)

// logged are the values of a user that the activity log keeps. Hashes, codes and
// other secrets are not among them.
func logged(u *roster.User) []namedValue {
	return []namedValue{
		{"name", u.Name},
		{"email", u.Email},
		{"phone", u.Phone},
		{"status", u.Enabled},
		{"labels", u.Labels},
		{"emailVerification", u.EmailVerified},
		{"phoneVerification", u.PhoneVerified},
		{"passwordUpdate", u.PasswordUpdatedAt.String()},
		{"mfa", u.MFA},
		{"impersonator", u.Impersonator},
		{"prefs", json.RawMessage(u.Prefs)},
	}
}

type namedValue struct {
	name  string
	value any
}

func ofTeam(t *roster.Team) []namedValue {
	return []namedValue{{"name", t.Name}, {"total", t.Total}}
}

func ofMembership(m *roster.Membership) []namedValue {
	return []namedValue{{"teamId", m.TeamID}, {"userId", m.UserID}, {"confirm", m.Confirmed}, {"roles", m.Roles}}
}

// ofProvider leaves out the credentials.
func ofProvider(p *roster.Provider) []namedValue {
	return []namedValue{{"name", p.Name}, {"enabled", p.Enabled}, {"options", json.RawMessage(p.Options)}}
}

// diff is a JSON object of the user's values that differ.
func diff(before, after *roster.User) string { return differences(logged(before), logged(after)) }

// differences is a JSON object of the values that differ, each as [before,
// after], or empty.
func differences(before, after []namedValue) string {
	changes := map[string][2]json.RawMessage{}
	for i, now := range after {
		was, is := encoded(before[i].value), encoded(now.value)
		if string(was) != string(is) {
			changes[now.name] = [2]json.RawMessage{was, is}
		}
	}
	if len(changes) == 0 {
		return ""
	}
	return string(encoded(changes))
}

// snapshot is a JSON object of all values of what is about to go.
func snapshot(id string, created roster.Time, all []namedValue) string {
	values := map[string]any{"$id": id, "$createdAt": created.String()}
	for _, v := range all {
		values[v.name] = v.value
	}
	return string(encoded(values))
}

// encoded is JSON without HTML escapes: some of it is shown to clients.
func encoded(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // the values above always marshal; prefs are valid JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
