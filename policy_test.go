package roster_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// promisedPolicies are those of companion sections 6.3, 12 and 14: each
// parameter with the setting that it changes; "!" marks the required ones, and
// "?" those that may be null.
var promisedPolicies = map[string]string{
	"password-strength":      "min=passwordStrength.min(8-256) uppercase=passwordStrength.uppercase lowercase=passwordStrength.lowercase number=passwordStrength.number symbols=passwordStrength.symbols",
	"password-dictionary":    "enabled!=passwordDictionary",
	"password-history":       "total!?=passwordHistory(1-20)",
	"password-personal-data": "enabled!=personalDataCheck",
	"session-duration":       "duration!=duration(60-31536000)",
	"session-limit":          "total!=maxSessions(1-100)",
	"session-invalidation":   "enabled!=invalidateSessions",
	"session-alert":          "enabled!=sessionAlerts",
	"user-limit":             "total!?=limit(0-10000)",
	"membership-privacy":     "userId=membershipsUserId userEmail=membershipsUserEmail userPhone=membershipsUserPhone userName=membershipsUserName userMFA=membershipsMfa userAccessedAt=membershipsUserAccessedAt",
	"mfa-factors":            "totp=mfaFactors.totp email=mfaFactors.email phone=mfaFactors.phone custom=mfaFactors.custom",
}

func TestPoliciesAreThoseOfTheContract(t *testing.T) {
	got := make(map[string]string)
	for _, p := range roster.Policies() {
		var fields []string
		for _, f := range p.Fields {
			fields = append(fields, describedField(f))
		}
		got[p.ID] = strings.Join(fields, " ")
	}
	if diff := cmp.Diff(promisedPolicies, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func describedField(f roster.PolicyField) string {
	name, bounds := f.Name, ""
	if f.Required {
		name += "!"
	}
	if f.Kind.Parse(roster.Value{}, f.Bounds) == nil {
		name += "?"
	}
	if s := f.Kind.Schema(f.Bounds); s["type"] != "boolean" {
		bounds = fmt.Sprintf("(%d-%d)", s["minimum"], s["maximum"])
	}
	return name + "=" + f.Setting + bounds
}

// What a policy takes, its setting takes.
func TestPoliciesKeepWithinTheirSettings(t *testing.T) {
	s := roster.DefaultSettings()
	for _, p := range roster.Policies() {
		for _, f := range p.Fields {
			values := []any{true, false}
			if s := f.Kind.Schema(f.Bounds); s["type"] != "boolean" {
				values = []any{s["minimum"], s["maximum"]}
			}
			for _, value := range values {
				if err := s.Set(f.Setting, fmt.Sprint(value)); err != nil {
					t.Errorf("%s %s: %v", p.ID, f.Name, err)
				}
			}
		}
	}
}
