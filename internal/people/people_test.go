package people

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

func TestPersonIsMadeFromSeedAndNumberAlone(t *testing.T) {
	crowd := Of(2000, 7)
	var again [2000]Person
	var wait sync.WaitGroup
	for part := range int64(4) {
		wait.Go(func() {
			for i := part; i < 2000; i += 4 {
				again[i] = crowd.Person(i)
			}
		})
	}
	wait.Wait()
	for i := range int64(2000) {
		if diff := cmp.Diff(crowd.Person(i), again[i]); diff != "" {
			t.Fatalf("user %d is another the second time:\n%s", i, diff)
		}
	}
	if cmp.Equal(crowd.Person(5), Of(2000, 8).Person(5)) {
		t.Error("the seed changes nothing")
	}
}

// The ids, addresses and numbers are valid and nobody else's, so that a
// directory takes them all.
func TestEverybodyCanBeStored(t *testing.T) {
	crowd := Of(50_000, 1)
	taken := make(map[string]bool)
	mine := func(value string, valid bool) {
		if value != "" && (taken[value] || !valid) {
			t.Fatalf("%q is taken or not valid (%t)", value, valid)
		}
		taken[value] = true
	}
	last := roster.Time(0)
	for i := range crowd.Size {
		p := crowd.Person(i)
		mine(p.ID, true)
		mine(p.Email, roster.ValidEmail(p.Email))
		mine(p.Phone, roster.ValidPhone(p.Phone))
		for _, t := range p.Targets {
			mine("target "+t.ID, true)
		}
		for _, s := range p.Sessions {
			mine("session "+s.ID, true)
			mine(s.SecretDigest, true)
		}
		if p.CreatedAt <= last {
			t.Fatalf("user %d came at %d, not after %d", i, p.CreatedAt, last)
		}
		last = p.CreatedAt
	}
	if last > crowd.Until {
		t.Errorf("the last came at %d, after %d", last, crowd.Until)
	}
}

func TestSharesAreThoseOfADirectoryOfSomeYears(t *testing.T) {
	crowd := Of(20_000, 3)
	share := make(map[string]int)
	for i := range crowd.Size {
		p := crowd.Person(i)
		for what, is := range map[string]bool{
			"blocked": !p.Enabled, "with email": p.Email != "", "verified": p.EmailVerified, "with phone": p.Phone != "",
			"nameless": p.Name == "", "signed in": len(p.Sessions) > 0, "with password": p.Password != nil, "never there": p.AccessedAt == 0,
		} {
			if is {
				share[what]++
			}
		}
		for _, label := range p.Labels {
			share[label]++
		}
	}
	for what, percent := range map[string]int{
		"blocked": 2, "with email": 90, "verified": 72, "with phone": 60, "nameless": 5, "signed in": 35, "with password": 75, "never there": 12, "beta": 8, "vip": 1,
	} {
		if got := share[what] * 100 / int(crowd.Size); got < percent-2 || got > percent+2 {
			t.Errorf("%d %% are %s, want %d %%", got, what, percent)
		}
	}
}

func BenchmarkPerson(b *testing.B) {
	crowd := Of(10_000_000, 1)
	for i := range b.N {
		crowd.Person(int64(i))
	}
}
