package directory

import (
	"context"
	"strings"

	"roster"
	"roster/internal/store"
)

// Project returns the project with the id.
func (d *Directory) Project(ctx context.Context, id string) (roster.Project, error) {
	return d.Store.Project(ctx, id)
}

// Projects returns all projects, oldest first.
func (d *Directory) Projects(ctx context.Context) ([]roster.Project, error) {
	return d.Store.Projects(ctx)
}

// CreateProject makes an empty project with the default settings.
func (d *Directory) CreateProject(ctx context.Context, id, name string) (roster.Project, error) {
	p := roster.Project{ID: id, Name: name, Settings: roster.DefaultSettings()}
	if !roster.ValidID(id) || id == ConsoleProject {
		return p, roster.ErrArgument.With(`A project's id has 1 to 36 of the characters A-Z a-z 0-9 . _ - and is not "console".`)
	}
	err := d.Store.Write(ctx, func(tx store.Tx) error {
		p.CreatedAt, p.UpdatedAt = tx.Now, tx.Now
		return tx.CreateProject(&p)
	})
	d.forget()
	return p, err
}

// UpdateProject applies edit to the project's name and settings.
func (d *Directory) UpdateProject(ctx context.Context, id string, edit func(*roster.Project) error) (roster.Project, error) {
	var p roster.Project
	err := d.Store.Write(ctx, func(tx store.Tx) (err error) {
		if p, err = tx.Project(id); err != nil {
			return err
		}
		if err := edit(&p); err != nil {
			return err
		}
		p.UpdatedAt = tx.Now
		return tx.UpdateProject(&p)
	})
	d.forget()
	return p, err
}

// DeleteProject deletes the project with all that is in it.
func (d *Directory) DeleteProject(ctx context.Context, id string) error {
	p, err := d.Store.Project(ctx, id)
	if err != nil {
		return err
	}
	err = d.Store.Write(ctx, func(tx store.Tx) error { return tx.DeleteProject(p.Number) })
	d.forget()
	return err
}

// platformAllows reports whether a page of the host may call the API.
func platformAllows(platforms []string, host string) bool {
	for _, p := range platforms {
		suffix, wild := strings.CutPrefix(p, "*")
		if p == host || wild && strings.HasSuffix(host, suffix) && strings.HasPrefix(suffix, ".") {
			return true
		}
	}
	return false
}

// OriginAllowed reports whether a page of the host may call the project's API,
// for the headers of cross-origin requests.
func (d *Directory) OriginAllowed(ctx context.Context, project, host string) bool {
	p, err := d.cachedProject(ctx, project)
	return err == nil && platformAllows(p.Settings.Platforms, host)
}
