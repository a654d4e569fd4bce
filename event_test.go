package roster_test

import (
	"strings"
	"testing"

	"roster"
)

// Contract section 13 and Q22: subscribers also get the prefixes of an event,
// so that only the user's own may begin with create or delete.
func TestNothingButAUsersCreationAndDeletionLooksLikeOne(t *testing.T) {
	seen := make(map[string]bool)
	for _, e := range roster.Events() {
		if seen[e.Suffix] || e.Audit == "" {
			t.Errorf("%s, in the log %q", e.Suffix, e.Audit)
		}
		seen[e.Suffix] = true
		first, _, _ := strings.Cut(e.Suffix, ".")
		if own := e == roster.UserCreated || e == roster.UserDeleted; own != (first == "create" || first == "delete") {
			t.Errorf("%s begins with %s", e.Suffix, first)
		}
	}
}
