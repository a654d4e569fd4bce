package roster_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"roster"
)

func TestIDIsOneToThirtySixPlainCharacters(t *testing.T) {
	for _, id := range []string{"a", "Z", "0", "a.b_c-d", "a-", "a..", strings.Repeat("x", 36), "unique", "ADA"} {
		if !roster.ValidID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", ".a", "_a", "-a", " a", "a ", "a b", "a/b", "a%20", "a\n", "é", "ａ", "a\x00", "unique()", strings.Repeat("x", 37)} {
		if roster.ValidID(id) {
			t.Errorf("%q is taken", id)
		}
	}
}

func FuzzIDsAreThoseOfThePattern(f *testing.F) {
	for _, id := range []string{"ada", "_ada", "a.b-c_d", "", strings.Repeat("x", 36), strings.Repeat("x", 37), "a\n", "é"} {
		f.Add(id)
	}
	pattern := regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9._-]{0,35}\z`)
	f.Fuzz(func(t *testing.T, id string) {
		if roster.ValidID(id) != pattern.MatchString(id) {
			t.Errorf("%q: %t", id, roster.ValidID(id))
		}
		var custom roster.CustomID
		if err := custom.Parse(roster.Text(id), roster.Bounds{}); (err == nil) != (id == roster.Unique || pattern.MatchString(id)) {
			t.Errorf("%q as a custom id: %v", id, err)
		}
	})
}

// Contract section 6: 8 digits of seconds, 5 of microseconds, 7 random ones.
func TestGeneratedIDTellsItsTimeAndSortsByIt(t *testing.T) {
	moment := time.Date(2026, 3, 4, 8, 15, 30, 123456789, time.UTC)
	var ids []string
	for i := range 1000 {
		now := moment.Add(time.Duration(i) * 1717 * time.Microsecond)
		id := roster.NewID(now)
		seconds, err := strconv.ParseInt(id[:8], 16, 64)
		micros, err2 := strconv.ParseInt(id[8:13], 16, 64)
		if len(id) != 20 || strings.Trim(id, "0123456789abcdef") != "" || err != nil || err2 != nil || !roster.ValidID(id) {
			t.Fatalf("the id is %q", id)
		}
		if got := time.Unix(seconds, micros*1000).UTC(); !got.Equal(now.Truncate(time.Microsecond)) {
			t.Fatalf("%s was made at %v and says %v", id, now, got)
		}
		ids = append(ids, id)
	}
	if !slices.IsSorted(ids) {
		t.Error("ids do not sort by time")
	}
}

func TestIDsOfOneMomentDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for range 1000 {
		seen[roster.NewID(time.Unix(0, 0))] = true
	}
	if len(seen) < 999 { // 28 random bits: two are equal in one run of five hundred
		t.Errorf("a thousand ids are %d different ones", len(seen))
	}
}
