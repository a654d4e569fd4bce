package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// servers connects to that one of the URL's servers which takes writes. The one
// that did so last is asked first: waiting for a machine that has gone costs
// time, but not every time.
type servers struct {
	each []driver.Connector
	last atomic.Int64
}

func serversOf(config *pgx.ConnConfig) *servers {
	s := &servers{}
	for _, one := range perServer(config) {
		s.each = append(s.each, stdlib.GetConnector(*one))
	}
	return s
}

// perServer makes a configuration for each server. What stays together is how to
// connect to the same one, with TLS and without.
func perServer(config *pgx.ConnConfig) (each []*pgx.ConnConfig) {
	for begin, end := 0, 0; begin < 1+len(config.Fallbacks); begin = end {
		one := config.Copy()
		ways := append([]*pgconn.FallbackConfig{{Host: one.Host, Port: one.Port, TLSConfig: one.TLSConfig}}, one.Fallbacks...)
		for end < len(ways) && ways[end].Host == ways[begin].Host && ways[end].Port == ways[begin].Port {
			end++
		}
		one.Host, one.Port, one.TLSConfig = ways[begin].Host, ways[begin].Port, ways[begin].TLSConfig
		one.Fallbacks = slices.Clone(ways[begin+1 : end])
		each = append(each, one)
	}
	return each
}

// Connect implements [driver.Connector].
func (s *servers) Connect(ctx context.Context) (driver.Conn, error) {
	last := s.last.Load()
	var errs []error
	for i := range s.each {
		next := (int(last) + i) % len(s.each)
		conn, err := s.each[next].Connect(ctx)
		if err == nil {
			s.last.CompareAndSwap(last, int64(next))
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// distrust has another server be asked first.
func (s *servers) distrust() { s.last.Add(1) }

// Driver implements [driver.Connector].
func (s *servers) Driver() driver.Driver { return stdlib.GetDefaultDriver() }
