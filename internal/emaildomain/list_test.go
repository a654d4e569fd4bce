package emaildomain

import (
	"slices"
	"strings"
	"testing"
)

func TestTheListsAreSortedAndComplete(t *testing.T) {
	for name, c := range map[string]struct {
		list  list
		least int
	}{
		"disposable": {disposable(), 100_000},
		"wildcard":   {wildcards(), 300},
		"free":       {free(), 10_000},
	} {
		domains := strings.Split(strings.TrimSuffix(string(c.list), "\n"), "\n")
		if len(domains) < c.least {
			t.Errorf("%s has only %d domains", name, len(domains))
		}
		if !slices.IsSorted(domains) {
			t.Errorf("%s is not sorted", name)
		}
		if !strings.HasSuffix(string(c.list), "\n") {
			t.Errorf("%s does not end its last line", name)
		}
		for _, domain := range domains {
			if domain != strings.ToLower(strings.TrimSpace(domain)) || !strings.Contains(domain, ".") {
				t.Errorf("%s has %q", name, domain)
			}
		}
	}
}

func TestAListFindsEveryDomainAndNoOther(t *testing.T) {
	for _, lines := range []string{"", "b.c\n", "a.b\nc.d\n", "a.b\nb\nb.c\nbb.c\nz.z\n"} {
		l := list(lines)
		domains := strings.Fields(lines)
		for _, domain := range domains {
			if !l.has(domain) {
				t.Errorf("%q lacks %q", lines, domain)
			}
		}
		for _, other := range []string{"", "\n", "a", "a.a", "b.b", "b.cc", "c", "zz.z", "a.b\nb"} {
			if l.has(other) && !slices.Contains(domains, other) {
				t.Errorf("%q has %q", lines, other)
			}
		}
	}
	for domain := range strings.Lines(string(free())) {
		if domain = strings.TrimSuffix(domain, "\n"); !free().has(domain) {
			t.Errorf("the free list lacks its own %q", domain)
		}
	}
}

func TestAWildcardMeansWhatIsBelowIt(t *testing.T) {
	l := list("b.c\n")
	for domain, want := range map[string]bool{
		"a.b.c": true, "x.a.b.c": true, ".b.c": true, "b.c": false, "ab.c": false, "c": false, "": false, "b.c.": false,
	} {
		if got := l.hasParent(domain); got != want {
			t.Errorf("%q: got %v", domain, got)
		}
	}
}
