package wire_test

import (
	"testing"

	"roster/internal/wire"
)

func TestVersionsAreUpToThreeNumbers(t *testing.T) {
	for text, want := range map[string]wire.Version{
		"1.9.5": {1, 9, 5}, "1.9": {1, 9}, "2": {2}, "0.0.0": {}, "1.10.0": {1, 10}, "01.9.05": {1, 9, 5}, "65535.0.1": {65535, 0, 1},
	} {
		if got, ok := wire.ParseVersion(text); !ok || got != want {
			t.Errorf("%s is %v (%v), want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", ".", "1.", ".1", "1..2", "1.2.3.4", "-1", "+1", " 1.9", "1.9 ", "v1.9", "1.9.5-rc.1", "1,9", "1.x", "65536", "1e2", "0x1", "１",
	} {
		if got, ok := wire.ParseVersion(text); ok || got != (wire.Version{}) {
			t.Errorf("%q is %v (%v)", text, got, ok)
		}
	}
}

func TestVersionsAreOrderedByNumbersNotByText(t *testing.T) {
	ascending := []wire.Version{{}, {0, 0, 1}, {0, 15, 3}, {1}, {1, 4, 99}, {1, 5}, {1, 9, 5}, {1, 10}, {2}, {10}}
	for i, a := range ascending {
		for j, b := range ascending {
			if got := a.Before(b); got != (i < j) {
				t.Errorf("%v before %v: %v", a, b, got)
			}
		}
	}
}
