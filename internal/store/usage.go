package store

import (
	"context"

	"roster"
)

// Created returns how many rows of the table, users or sessions, were created
// in each period of the length beginning at from; a period without any is left
// out.
func (s *Store) Created(ctx context.Context, p roster.ProjectNumber, table string, from roster.Time, period int64) (map[int64]int64, error) {
	rows, err := s.cache.query(ctx, "select (created_at - $2) / $3, count(*) from "+table+" where project = $1 and created_at >= $2 group by 1", p, int64(from), period)
	counts := make(map[int64]int64)
	_, err = collect(rows, err, func(r row) (struct{}, error) {
		var n, count int64
		err := r.Scan(&n, &count)
		counts[n] = count
		return struct{}{}, err
	})
	return counts, err
}

// CountSessions returns how many sessions the project has, expired ones
// included.
func (s *Store) CountSessions(ctx context.Context, p roster.ProjectNumber) (int64, error) {
	rows, err := s.cache.query(ctx, "select count(*) from sessions where project = $1", p)
	return first(rows, err, nil, func(r row) (n int64, err error) { return n, r.Scan(&n) })
}
