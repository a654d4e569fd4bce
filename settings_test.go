package roster_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"roster"
)

// The defaults of contract section 10.
func TestNewProjectHasTheContractsSettings(t *testing.T) {
	s := roster.DefaultSettings()
	got := make(map[string]string)
	for _, setting := range s.List() {
		if setting.Doc == "" || got[setting.Name] != "" {
			t.Errorf("setting %q has the description %q", setting.Name, setting.Doc)
		}
		got[setting.Name] = setting.Value
	}
	for name, want := range map[string]string{
		"passwordHistory": "0", "passwordDictionary": "false", "passwordStrength.min": "8", "passwordStrength.uppercase": "false", "passwordStrength.lowercase": "false",
		"passwordStrength.number": "false", "passwordStrength.symbols": "false", "personalDataCheck": "false", "duration": "31536000", "invalidateSessions": "true",
		"mfaFactors.totp": "true", "mfaFactors.email": "true", "mfaFactors.phone": "true", "mfaFactors.custom": "false", "maxSessions": "10", "limit": "0",
		"sessionAlerts": "false", "mockNumbers": "", "disposableEmails": "false", "canonicalEmails": "false", "freeEmails": "false", "corporateEmails": "false",
		"membershipsUserId": "false", "membershipsUserName": "false", "membershipsUserEmail": "false", "membershipsUserPhone": "false",
		"membershipsMfa": "false", "membershipsUserAccessedAt": "false",
	} {
		if value, ok := got[name]; !ok || value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
}

func TestSettingsKeepWithinTheirBounds(t *testing.T) {
	for name, bounds := range map[string][2]int{
		"passwordHistory": {0, 20}, "passwordStrength.min": {8, 256}, "duration": {60, 31536000}, "maxSessions": {1, 100}, "limit": {0, 10000},
	} {
		s := roster.DefaultSettings()
		for _, n := range []int{bounds[0], bounds[1]} {
			if err := s.Set(name, fmt.Sprint(n)); err != nil || !slices.ContainsFunc(s.List(), func(l roster.Setting) bool { return l.Name == name && l.Value == fmt.Sprint(n) }) {
				t.Errorf("%s = %d: %v", name, n, err)
			}
		}
		for _, value := range []string{fmt.Sprint(bounds[0] - 1), fmt.Sprint(bounds[1] + 1), "", "x", "1.5", " 10", "1e1", "99999999999999999999"} {
			before := s
			err := s.Set(name, value)
			if !errors.Is(err, roster.ErrArgument) || !strings.Contains(err.Error(), fmt.Sprintf("%s must be an integer from %d to %d", name, bounds[0], bounds[1])) {
				t.Errorf("%s = %q: %v", name, value, err)
			}
			if !cmp.Equal(before, s) {
				t.Errorf("%s = %q is refused and changes something", name, value)
			}
		}
	}
	s := roster.DefaultSettings()
	for _, value := range []string{"", "yes", "2", " true"} {
		if err := s.Set("invalidateSessions", value); !errors.Is(err, roster.ErrArgument) || !s.InvalidateSessions {
			t.Errorf("invalidateSessions = %q: %v", value, err)
		}
	}
}

func TestUnknownSettingIsAnsweredWithThoseThereAre(t *testing.T) {
	s := roster.DefaultSettings()
	for _, name := range []string{"", "Duration", "passwordStrength", "teleport"} {
		err := s.Set(name, "1")
		if !errors.Is(err, roster.ErrArgument) || !strings.Contains(err.Error(), "passwordHistory, ") || !strings.Contains(err.Error(), "apis.rest") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestListsOfWordsAreSeparatedByCommas(t *testing.T) {
	s := roster.DefaultSettings()
	for value, want := range map[string][]string{"": nil, "a.example": {"a.example"}, "a.example,*.b.example": {"a.example", "*.b.example"}, ",a,,b,": {"a", "b"}} {
		if err := s.Set("platforms", value); err != nil {
			t.Errorf("%q: %v", value, err)
		}
		if diff := cmp.Diff(want, s.Platforms, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
}

func TestListedSettingsCanBeSetAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := roster.DefaultSettings()
		for _, setting := range s.List() {
			// Whatever does not suit the setting is refused and changes nothing.
			s.Set(setting.Name, rapid.OneOf(
				rapid.SampledFrom([]string{"true", "false", "a", "a,b"}), rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.IntRange(0, 300).Draw(t, "n")) }),
			).Draw(t, setting.Name))
		}
		again := roster.DefaultSettings()
		for _, setting := range s.List() {
			if err := again.Set(setting.Name, setting.Value); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("set again, they differ (-want +got):\n%s", diff)
		}
	})
}

func TestScopesAreThoseOfTheUsersService(t *testing.T) {
	for _, scope := range roster.Scopes() {
		if got, err := roster.ParseScope(string(scope)); err != nil || got != scope {
			t.Errorf("%s is %s, error %v", scope, got, err)
		}
	}
	for _, name := range []string{"", "users", "users.*", "Users.read", "targets.read", " users.read"} {
		if _, err := roster.ParseScope(name); !errors.Is(err, roster.ErrArgument) || !strings.Contains(err.Error(), "users.read, users.write, sessions.read, sessions.write") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
