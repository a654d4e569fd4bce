package store

import (
	"context"
	"database/sql"
	"strings"

	"roster"
)

var targets = &list{table: "targets", columns: common(map[string]column{
	"userId":       {name: "user_id", filled: true},
	"providerId":   {name: "provider_id"},
	"identifier":   {name: "identifier", filled: true},
	"providerType": {name: "provider_type", filled: true},
})}

const targetColumns = "id, user_id, created_at, updated_at, name, provider_id, provider_type, identifier, expired, seq"

// targetJoined are a target's columns beside a user's, whose id it shares.
var targetJoined = "targets." + strings.Join([]string{"seq", "id", "created_at", "updated_at", "name", "provider_id", "provider_type", "identifier", "expired"}, ", targets.")

// targetScan receives targetJoined, all null if the user has no target.
type targetScan struct {
	seq                                 sql.NullInt64
	id, name, provider, typ, identifier string
	created, updated                    roster.Time
	expired                             bool
}

func (t *targetScan) pointers() []any {
	return []any{&t.seq, nullText{&t.id}, nullTime{&t.created}, nullTime{&t.updated}, nullText{&t.name}, nullText{&t.provider}, nullText{&t.typ}, nullText{&t.identifier}, flag{&t.expired}}
}

func (t *targetScan) done(user string) roster.Target {
	return roster.Target{
		Seq: t.seq.Int64, ID: t.id, UserID: user, CreatedAt: t.created, UpdatedAt: t.updated, Name: t.name,
		ProviderID: t.provider, ProviderType: t.typ, Identifier: t.identifier, Expired: t.expired,
	}
}

// extra receives the columns that ordering by chance adds to a page.
func (r *results) extra() []any {
	names, err := r.rows.Columns()
	if err != nil {
		return nil
	}
	var ignored any
	for _, name := range names {
		if name == "chance" {
			return []any{&ignored}
		}
	}
	return nil
}

func scanTarget(r row) (roster.Target, error) {
	var t roster.Target
	err := r.Scan(&t.ID, &t.UserID, &t.CreatedAt, &t.UpdatedAt, &t.Name, nullText{&t.ProviderID}, &t.ProviderType, &t.Identifier, &t.Expired, &t.Seq)
	return t, err
}

func targetValues(t *roster.Target) []any {
	return []any{t.ID, t.UserID, int64(t.CreatedAt), int64(t.UpdatedAt), t.Name, text(t.ProviderID), t.ProviderType, t.Identifier, t.Expired, t.Seq}
}

// Targets returns a page of a user's targets.
func (s *Store) Targets(ctx context.Context, p roster.ProjectNumber, page Page) ([]roster.Target, error) {
	rows, err := s.page(ctx, targets, p, page, targetColumns, plain(targetColumns))
	return collect(rows, err, scanTarget)
}

// CountTargets returns how many targets match, whatever the page.
func (s *Store) CountTargets(ctx context.Context, p roster.ProjectNumber, page Page) (int64, error) {
	return s.count(ctx, targets, p, page)
}

const targetByID = "select " + targetColumns + " from targets where project = $1 and lower(id) = lower($3) and id = $3 and user_id = $2"

// Target returns the user's target.
func (s *Store) Target(ctx context.Context, p roster.ProjectNumber, user, id string) (roster.Target, error) {
	rows, err := s.cache.query(ctx, targetByID, p, user, id)
	return first(rows, err, roster.ErrTargetNotFound, scanTarget)
}

// Target reads as [Store.Target] does, within the transaction.
func (tx Tx) Target(p roster.ProjectNumber, user, id string) (roster.Target, error) {
	rows, err := tx.query(targetByID, p, user, id)
	return first(rows, err, roster.ErrTargetNotFound, scanTarget)
}

// TargetByIdentifier returns the project's one target with the address.
func (tx Tx) TargetByIdentifier(p roster.ProjectNumber, identifier string) (roster.Target, error) {
	rows, err := tx.query("select "+targetColumns+" from targets where project = $1 and identifier = $2", p, identifier)
	return first(rows, err, roster.ErrTargetNotFound, scanTarget)
}

// TargetsOf returns the user's targets in order of creation.
func (tx Tx) TargetsOf(p roster.ProjectNumber, user string) ([]roster.Target, error) {
	rows, err := tx.query("select "+targetColumns+" from targets where project = $1 and user_id = $2 order by seq limit $3", p, user, maxTargets)
	return collect(rows, err, scanTarget)
}

var targetConflicts = map[string]error{"targets_id": roster.ErrTargetExists, "targets_identifier": roster.ErrTargetExists}

// CreateTarget inserts the target and sets its Seq. An id or identifier that is
// taken gives [roster.ErrTargetExists].
func (tx Tx) CreateTarget(p roster.ProjectNumber, t *roster.Target) error {
	t.Seq = tx.seq()
	return tx.unique(targetConflicts, insertTarget, append(targetValues(t), p)...)
}

var insertTarget = "insert into targets (" + targetColumns + ", project) values (" + placeholders(11) + ")"

// UpdateTarget stores the target, whose identifier may be taken as for
// [Tx.CreateTarget].
func (tx Tx) UpdateTarget(p roster.ProjectNumber, t *roster.Target) error {
	return tx.unique(targetConflicts, updateTarget, append(targetValues(t), p)...)
}

var updateTarget = "update targets set (" + targetColumns + ") = (" + placeholders(10) + ") where project = $11 and seq = $10"

// DeleteTarget deletes the target.
func (tx Tx) DeleteTarget(p roster.ProjectNumber, t *roster.Target) error {
	return tx.exec("delete from targets where project = $1 and seq = $2", p, t.Seq)
}
