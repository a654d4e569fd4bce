package directory

import (
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

// diff is a JSON object of the values that differ, each as [before, after].
func diff(before, after *roster.User) string {
	old, changes := logged(before), map[string][2]json.RawMessage{}
	for i, now := range logged(after) {
		was, is := encoded(old[i].value), encoded(now.value)
		if string(was) != string(is) {
			changes[now.name] = [2]json.RawMessage{was, is}
		}
	}
	if len(changes) == 0 {
		return ""
	}
	return string(encoded(changes))
}

// snapshot is a JSON object of all values, for a user that is about to go.
func snapshot(u *roster.User) string {
	values := map[string]any{"$id": u.ID, "$createdAt": u.CreatedAt.String()}
	for _, v := range logged(u) {
		values[v.name] = v.value
	}
	return string(encoded(values))
}

func encoded(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // the values above always marshal; prefs are valid JSON
	}
	return b
}
