package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
)

func TestEachServerOfTheURLIsConnectedToByItself(t *testing.T) {
	t.Parallel()
	for url, want := range map[string][]string{
		"postgres://one/roster?sslmode=disable":                  {"one:5432 0"},
		"postgres://one/roster?sslmode=prefer":                   {"one:5432 1"},
		"postgres://one:1,two:2/roster?sslmode=disable":          {"one:1 0", "two:2 0"},
		"postgres://one,two:2,three/roster?sslmode=prefer":       {"one:5432 1", "two:2 1", "three:5432 1"},
		"postgres://one:1,one:2/roster?sslmode=prefer":           {"one:1 1", "one:2 1"},
		"host=/run/postgresql,two dbname=roster sslmode=disable": {"/run/postgresql:5432 0", "two:5432 0"},
	} {
		config, err := Options{Database: url}.postgres()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range perServer(config) {
			got = append(got, fmt.Sprintf("%s:%d %d", one.Host, one.Port, len(one.Fallbacks)))
			for _, f := range one.Fallbacks {
				if f.Host != one.Host || f.Port != one.Port {
					t.Errorf("%s: %s:%d falls back to %s:%d", url, one.Host, one.Port, f.Host, f.Port)
				}
			}
		}
		wantEqual(t, want, got)
	}
}

// place is a server that is there or not, and notes who is asked.
type place struct {
	name  string
	there bool
	asked *[]string
}

var errNotThere = errors.New("it is not there")

func (p *place) Connect(context.Context) (driver.Conn, error) {
	*p.asked = append(*p.asked, p.name)
	if !p.there {
		return nil, errNotThere
	}
	return &stdlib.Conn{}, nil
}

func (p *place) Driver() driver.Driver { return nil }

func TestTheServerThatTookWritesLastIsAskedFirst(t *testing.T) {
	t.Parallel()
	var asked []string
	one, two, three := &place{"one", true, &asked}, &place{"two", false, &asked}, &place{"three", false, &asked}
	s := &servers{each: []driver.Connector{one, two, three}}
	for _, step := range []struct {
		one, two, three bool
		want            []string
	}{
		{true, false, false, []string{"one"}},
		{false, false, true, []string{"one", "two", "three"}},
		{false, false, true, []string{"three"}},
		{false, false, false, []string{"three", "one", "two"}},
		{true, true, false, []string{"three", "one"}},
		{true, true, true, []string{"one"}},
	} {
		asked = nil
		one.there, two.there, three.there = step.one, step.two, step.three
		_, err := s.Connect(t.Context())
		wantEqual(t, step.want, asked)
		if found := step.one || step.two || step.three; found != (err == nil) || !found && !errors.Is(err, errNotThere) {
			t.Errorf("asking %q: %v", asked, err)
		}
	}
	asked = nil
	s.distrust()
	_, err := s.Connect(t.Context())
	wantError(t, nil, err)
	wantEqual(t, []string{"two"}, asked)
}
