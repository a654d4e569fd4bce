package api

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"roster"
	"roster/test/postgres"
)

var update = flag.Bool("update", false, "rewrite what testdata expects with what the server answers")

// TestMain compares, after a whole run that passed, what the endpoints declare
// with what they were seen to do.
func TestMain(m *testing.M) {
	code := m.Run()
	idle.close()
	postgres.Shutdown()
	if code == 0 && wholeRun() && !underRace {
		problems := seen.compare(Endpoints())
		for _, p := range problems {
			fmt.Fprintln(os.Stderr, p)
		}
		code = min(1, len(problems))
	}
	os.Exit(code)
}

func wholeRun() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz", "test.bench"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return true
}

// sweep begins a test that asks every endpoint or every hash for the same, one
// by one. The race detector would take minutes over it and see nothing that it
// does not see in others.
func sweep(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("make test runs this without the race detector")
	}
	t.Parallel()
}

// seen is what all tests of the package saw.
var seen = &ledger{errors: sightings{}, events: sightings{}, answered: map[string]bool{}}

// ledger notes which endpoint gave which errors, recorded which events, and
// succeeded at all.
type ledger struct {
	mu             sync.Mutex
	errors, events sightings
	answered       map[string]bool
}

// sightings are words by endpoint.
type sightings map[string]map[string]bool

func (s sightings) add(endpoint, word string) {
	if s[endpoint] == nil {
		s[endpoint] = make(map[string]bool)
	}
	s[endpoint][word] = true
}

// request notes an answered request. That the client hung up is nobody's
// error.
func (l *ledger) request(e Endpoint, err error, gone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.answered[e.Name] = true
	case !gone:
		l.errors.add(e.Name, typeOf(err))
	}
}

func (l *ledger) event(e Endpoint, suffix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events.add(e.Name, suffix)
}

func typeOf(err error) string {
	var e *roster.Error
	if errors.As(err, &e) {
		return e.Type
	}
	return roster.ErrInternal.Type
}

func (l *ledger) compare(endpoints []Endpoint) (problems []string) {
	for _, e := range endpoints {
		if !l.answered[e.Name] {
			problems = append(problems, e.Name+" never succeeded")
		}
		problems = append(problems, differences(e.Name, "error", declaredErrors(e), l.errors[e.Name])...)
		problems = append(problems, differences(e.Name, "event", declaredEvents(e), l.events[e.Name])...)
	}
	return problems
}

func differences(endpoint, what string, declared, seen map[string]bool) (problems []string) {
	for _, word := range slices.Sorted(maps.Keys(declared)) {
		if !seen[word] {
			problems = append(problems, fmt.Sprintf("%s declares the %s %s, and no test saw it", endpoint, what, word))
		}
	}
	for _, word := range slices.Sorted(maps.Keys(seen)) {
		if !declared[word] {
			problems = append(problems, fmt.Sprintf("%s gave the %s %s, which it does not declare", endpoint, what, word))
		}
	}
	return problems
}

func declaredErrors(e Endpoint) map[string]bool {
	declared := make(map[string]bool)
	for _, err := range e.failures() {
		if unprovoked(e, err) == "" {
			declared[err.Type] = true
		}
	}
	return declared
}

func declaredEvents(e Endpoint) map[string]bool {
	declared := make(map[string]bool)
	if e.Event != nil {
		declared[e.Event.Suffix] = true
	}
	for _, also := range e.Also {
		declared[also.Suffix] = true
	}
	return declared
}

// rulesOf reports whether the contract has the rule for the endpoint.
func rulesOf(e Endpoint, rule string) bool { return strings.Contains(promisedRules[e.Name], rule) }

// unprovoked says why an endpoint cannot be made to give an error that is
// declared, or is empty.
func unprovoked(e Endpoint, err *roster.Error) string {
	switch {
	case err == roster.ErrTimeout:
		return "no statement is slow enough in a test"
	case err == roster.ErrBodyTooLarge && e.reads():
		return "it has no body"
	case (err == roster.ErrUserBlocked || err == roster.ErrMoreFactors) && !e.open():
		return "users have no scope for it, which is found out earlier"
	case err == roster.ErrMoreFactors && rulesOf(e, "one factor"):
		return "one factor suffices"
	case err == roster.ErrScope && slices.Contains(e.Scopes, roster.Public):
		return "everybody holds its scope"
	case err == roster.ErrServiceDisabled && e.access().Service != "users":
		return "its service cannot be switched off"
	case err == roster.ErrOrigin && rulesOf(e, "any origin"):
		return "it is for pages of any origin"
	case (err == roster.ErrInternal || err == roster.ErrUnavailable) && rulesOf(e, "no store"):
		return "nothing can go wrong in it"
	case err == roster.ErrArgument && len(e.params) == 0 && e.reads():
		return "it has no parameters"
	}
	return ""
}
