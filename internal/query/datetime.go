package query

import (
	"strings"
	"time"
)

// parseDatetime reads a date of ISO 8601's extended format with four digits of
// year, optionally a time (T or a blank before it, seconds and fraction
// optional) and optionally a zone, and returns milliseconds since the Unix
// epoch. Without a zone it is UTC. Digits beyond the millisecond are dropped.
func parseDatetime(s string) (ms int64, ok bool) {
	const dateLength = len("2006-01-02")
	if len(s) < dateLength {
		return 0, false
	}
	clock, zone := splitClock(s[dateLength:])
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", s[:dateLength]+"T"+clock+zone)
	if err != nil {
		return 0, false
	}
	t = t.UTC()
	// The zone may have moved it beyond what four digits can say.
	return t.UnixMilli(), t.Year() >= 0 && t.Year() <= 9999
}

// splitClock brings what follows the date into the form 15:04:05.999 and
// Z07:00, unless it is nonsense, which it leaves for the parser to refuse.
func splitClock(s string) (clock, zone string) {
	clock = "00:00:00"
	if s != "" && strings.IndexByte("Tt ", s[0]) >= 0 {
		clock, zone = s[1:], ""
		if i := strings.IndexAny(clock, "Zz+- "); i >= 0 {
			clock, zone = clock[:i], clock[i:]
		}
		if len(clock) == len("15:04") {
			clock += ":00"
		}
		return clock, normalZone(zone)
	}
	return clock, normalZone(s)
}

// normalZone brings Z, +07:00, +0700 and +07 into one form, with a blank before
// them or not. A blank instead of the sign is a plus: that is what becomes of
// one that was not encoded in a URL. It is unambiguous because normalZone only
// sees a blank after a time.
func normalZone(s string) string {
	if len(s) > 1 && s[0] == ' ' && strings.IndexByte("Zz+-", s[1]) >= 0 {
		s = s[1:]
	} else if strings.HasPrefix(s, " ") {
		s = "+" + s[1:]
	}
	switch {
	case s == "", s == "z":
		return "Z"
	case len(s) == len("+07"):
		return s + ":00"
	case len(s) == len("+0700"):
		return s[:3] + ":" + s[3:]
	}
	return s
}
