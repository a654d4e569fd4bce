package roster

import (
	"fmt"
	"reflect"
)

// Policy is a rule of a project that an API key may change: a part of its
// [Settings] under a name of its own (companion sections 6.3, 12 and 14).
type Policy struct {
	ID      string
	Title   string // as SDKs spell it in the names of methods
	Summary string
	Fields  []PolicyField
}

// PolicyField is a parameter of a policy and the setting that it changes.
type PolicyField struct {
	Field
	Setting string
}

// Policies lists every policy.
func Policies() []*Policy { return policies }

var policies = []*Policy{
	{"password-strength", "PasswordStrength", "Say what a password must have.", []PolicyField{
		parameter("min", "passwordStrength.min", new(Range)), parameter("uppercase", "passwordStrength.uppercase", new(BoolParam)),
		parameter("lowercase", "passwordStrength.lowercase", new(BoolParam)), parameter("number", "passwordStrength.number", new(BoolParam)),
		parameter("symbols", "passwordStrength.symbols", new(BoolParam)),
	}},
	{"password-dictionary", "PasswordDictionary", "Refuse common passwords, or stop to.", enabling("passwordDictionary")},
	{"password-history", "PasswordHistory", "Say how many old passwords may not be used again.", from(1, total("passwordHistory", new(Limit)))},
	{"password-personal-data", "PasswordPersonalData", "Refuse passwords that contain the user's data, or stop to.", enabling("personalDataCheck")},
	{"session-duration", "SessionDuration", "Say how long new sessions last.", required(parameter("duration", "duration", new(Range)))},
	{"session-limit", "SessionLimit", "Say how many sessions a user may have by signing in.", total("maxSessions", new(Range))},
	{"session-invalidation", "SessionInvalidation", "End a user's sessions when the password changes, or stop to.", enabling("invalidateSessions")},
	{"session-alert", "SessionAlert", "Mail users about new sessions, or stop to.", enabling("sessionAlerts")},
	{"user-limit", "UserLimit", "Say how many users may sign up.", total("limit", new(Limit))},
	{"membership-privacy", "MembershipPrivacy", "Say what members of a team see of each other.", []PolicyField{
		parameter("userId", "membershipsUserId", new(BoolParam)), parameter("userEmail", "membershipsUserEmail", new(BoolParam)),
		parameter("userPhone", "membershipsUserPhone", new(BoolParam)), parameter("userName", "membershipsUserName", new(BoolParam)),
		parameter("userMFA", "membershipsMfa", new(BoolParam)), parameter("userAccessedAt", "membershipsUserAccessedAt", new(BoolParam)),
	}},
	{"mfa-factors", "MFAFactors", "Say which second factors count.", []PolicyField{
		parameter("totp", "mfaFactors.totp", new(BoolParam)), parameter("email", "mfaFactors.email", new(BoolParam)),
		parameter("phone", "mfaFactors.phone", new(BoolParam)), parameter("custom", "mfaFactors.custom", new(BoolParam)),
	}},
}

// parameter is an optional one that takes what the setting takes.
func parameter(name, setting string, kind Kind) PolicyField {
	for f := range reflect.TypeFor[Settings]().Fields() {
		if f.Tag.Get("setting") == setting {
			return PolicyField{Field{Name: name, Doc: f.Tag.Get("doc"), Kind: kind, Bounds: boundsOf(f.Tag)}, setting}
		}
	}
	panic("roster: there is no setting " + setting)
}

func required(f PolicyField) []PolicyField {
	f.Required = true
	return []PolicyField{f}
}

func enabling(setting string) []PolicyField {
	return required(parameter("enabled", setting, new(BoolParam)))
}

func total(setting string, kind Kind) []PolicyField {
	return required(parameter("total", setting, kind))
}

// from raises the least that a policy takes above what its setting takes.
func from(least int64, fields []PolicyField) []PolicyField {
	fields[0].Bounds.Min = least
	return fields
}

// Limit is an integer within its bounds, as [Range] has them, or null for no
// limit, which settings write as 0.
type Limit int64

// Parse implements [Kind].
func (l *Limit) Parse(v Value, b Bounds) error {
	if v.Kind == Null {
		*l = 0
		return nil
	}
	if (*Range)(l).Parse(v, b) != nil {
		return problem(fmt.Sprintf("must be an integer from %d to %d, or null.", b.Min, b.Max))
	}
	return nil
}

// Schema implements [Kind].
func (Limit) Schema(b Bounds) Schema {
	s := Range(0).Schema(b)
	s["type"] = []any{"integer", "null"}
	return s
}
