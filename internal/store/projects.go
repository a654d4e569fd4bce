package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"roster"
)

const projectColumns = "number, id, name, settings, oidc, created_at, updated_at"

func scanProject(r row) (roster.Project, error) {
	p := roster.Project{Settings: roster.DefaultSettings()}
	var settings, oidc string
	if err := r.Scan(&p.Number, &p.ID, &p.Name, &settings, &oidc, &p.CreatedAt, &p.UpdatedAt); err != nil {
		return p, err
	}
	if oidc != "" {
		if err := json.Unmarshal([]byte(oidc), &p.OIDC); err != nil {
			return p, fmt.Errorf("reading how a project's users sign in: %w", err)
		}
	}
	return p, decodeSettings(settings, &p.Settings)
}

// Settings are stored by their names, those that differ from the default only,
// so that a new setting needs no migration.
func encodeSettings(s roster.Settings) string {
	usual := roster.DefaultSettings()
	values := make(map[string]string)
	for i, setting := range s.List() {
		if setting.Value != usual.List()[i].Value {
			values[setting.Name] = setting.Value
		}
	}
	source, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(source)
}

func decodeSettings(source string, s *roster.Settings) error {
	var values map[string]string
	if err := json.Unmarshal([]byte(source), &values); err != nil {
		return fmt.Errorf("reading a project's settings: %w", err)
	}
	for name, value := range values {
		if err := s.Set(name, value); err != nil {
			return fmt.Errorf("reading a project's settings: %w", err)
		}
	}
	return nil
}

// Project returns the project with the id.
func (s *Store) Project(ctx context.Context, id string) (roster.Project, error) {
	rows, err := s.cache.query(ctx, "select "+projectColumns+" from projects where id = $1", id)
	return first(rows, err, roster.ErrProjectNotFound, scanProject)
}

// Project reads as [Store.Project] does, within the transaction.
func (tx Tx) Project(id string) (roster.Project, error) {
	rows, err := tx.query("select "+projectColumns+" from projects where id = $1"+tx.engine.lock, id)
	return first(rows, err, roster.ErrProjectNotFound, scanProject)
}

// Projects returns all projects, oldest first.
func (s *Store) Projects(ctx context.Context) ([]roster.Project, error) {
	rows, err := s.cache.query(ctx, "select "+projectColumns+" from projects order by number")
	return collect(rows, err, scanProject)
}

// ErrProjectExists is returned for a project id that is taken.
var ErrProjectExists = errors.New("there is a project with that id already")

var projectConflicts = map[string]error{"projects_id": ErrProjectExists}

// CreateProject inserts the project and sets its Number.
func (tx Tx) CreateProject(p *roster.Project) error {
	rows, err := tx.query("select coalesce(max(number), 0) + 1 from projects")
	p.Number, err = first(rows, err, nil, func(r row) (n roster.ProjectNumber, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	err = tx.unique(projectConflicts, "insert into projects ("+projectColumns+") values ($1, $2, $3, $4, '', $5, $6)",
		p.Number, p.ID, p.Name, encodeSettings(p.Settings), int64(p.CreatedAt), int64(p.UpdatedAt))
	return errors.Join(err, tx.notice())
}

// UpdateProject stores the project's name and settings.
func (tx Tx) UpdateProject(p *roster.Project) error {
	err := tx.change(roster.ErrProjectNotFound, "update projects set name = $2, settings = $3, updated_at = $4 where number = $1",
		p.Number, p.Name, encodeSettings(p.Settings), int64(p.UpdatedAt))
	return errors.Join(err, tx.notice())
}

// SetOIDC stores how the project's users sign in with a provider.
func (tx Tx) SetOIDC(p roster.ProjectNumber, o roster.OIDC) error {
	source, err := json.Marshal(o)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	err = tx.change(roster.ErrProjectNotFound, "update projects set oidc = $2, updated_at = $3 where number = $1", p, string(source), int64(tx.Now))
	return errors.Join(err, tx.notice())
}

// DeleteProject deletes the project with all that is in it.
func (tx Tx) DeleteProject(p roster.ProjectNumber) error {
	if err := tx.engine.unindexProject(tx, p); err != nil {
		return err
	}
	for _, table := range append([]string{"users", "user_labels", "user_tallies", "teams", "membership_roles", "providers", "flows", "deliveries", "buckets", "events", "keys"}, ownedByUser...) {
		if err := tx.exec("delete from "+table+" where project = $1", p); err != nil {
			return err
		}
	}
	err := tx.change(roster.ErrProjectNotFound, "delete from projects where number = $1", p)
	return errors.Join(err, tx.notice())
}
