package cli

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"

	"roster"
	"roster/internal/directory"
	"roster/internal/store"
)

// firstProject is the id of the project that a first start makes.
const firstProject = "default"

// welcome tells where the server is. A directory without any project is a new
// one: it gets a project and a key, which are printed this once.
func welcome(ctx context.Context, d *directory.Directory, c config, endpoint string, out io.Writer) error {
	fmt.Fprintf(out, "Roster serves %s from %s\n", endpoint, c.data)
	projects, err := d.Projects(ctx)
	if err != nil {
		return err
	}
	if len(projects) > 0 {
		return hintAtKeys(ctx, d, projects, out)
	}
	p, err := d.CreateProject(ctx, firstProject, "Default")
	if errors.Is(err, store.ErrProjectExists) {
		return nil // another process is making the first start
	}
	if err != nil {
		return err
	}
	_, secret, err := d.CreateKey(ctx, p, directory.NewKey{Name: "first key", Scopes: roster.Scopes()})
	if err != nil {
		return err
	}
	return firstWords.Execute(out, struct{ Endpoint, Project, Key, Program string }{endpoint, p.ID, secret, program(endpoint, p.ID, secret)})
}

// hintAtKeys helps where nobody can have a key, such as after a first start
// that was interrupted.
func hintAtKeys(ctx context.Context, d *directory.Directory, projects []roster.Project, out io.Writer) error {
	for _, p := range projects {
		keys, err := d.Keys(ctx, p)
		if err != nil || len(keys) > 0 {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "There is no API key yet. Make one: roster key create --project %s --name NAME\n", projects[0].ID)
	return err
}

// The program is indented, so that it ends where the indentation does.
var firstWords = template.Must(template.New("").Parse(`
This is the first start. There is a project now, and an API key with all scopes:

Endpoint  {{.Endpoint}}
Project   {{.Project}}
API key   {{.Key}}

The key is not shown again. To try it with Node, run npm install node-appwrite,
save these lines as first.mjs and run node first.mjs:

--- first.mjs ---
{{.Program}}--- end ---
`))

//go:embed first.mjs
var firstProgram string

func program(endpoint, project, key string) string {
	return indented(strings.NewReplacer("ENDPOINT", endpoint, "PROJECT", project, "KEY", key).Replace(firstProgram))
}
