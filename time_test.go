package roster_test

import (
	"testing"
	"time"

	"roster"
)

func TestMomentsAreMillisecondsOfUTC(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	for want, moment := range map[string]time.Time{
		"2026-03-04T08:15:30.123+00:00": time.Date(2026, 3, 4, 9, 15, 30, 123_999_999, berlin),
		"2026-03-04T08:15:30.000+00:00": time.Date(2026, 3, 4, 8, 15, 30, 999_999, time.UTC),
		"1969-12-31T23:59:59.999+00:00": time.UnixMilli(-1),
		"9999-12-31T23:59:59.999+00:00": time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC),
		"0001-01-01T00:00:00.000+00:00": {},
	} {
		if got := roster.TimeOf(moment).String(); got != want {
			t.Errorf("%v is written %s, want %s", moment, got, want)
		}
		if again := roster.TimeOf(roster.TimeOf(moment).Time()); again != roster.TimeOf(moment) {
			t.Errorf("%v comes back as %v", moment, again)
		}
	}
}

func TestAbsentMomentIsWrittenAsNothing(t *testing.T) {
	if got := roster.Time(0).String(); got != "" {
		t.Errorf("it is written %q", got)
	}
	if got := string(roster.Time(0).AppendWire([]byte("x"))); got != "x" {
		t.Errorf("it appends to %q", got)
	}
}

func TestMomentsLaterAreCountedInMilliseconds(t *testing.T) {
	if got := roster.Time(5).Add(2*time.Second + 999*time.Microsecond); got != 2005 {
		t.Errorf("2 s after 5 ms is %d ms", got)
	}
}
