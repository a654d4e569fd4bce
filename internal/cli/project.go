package cli

import (
	"github.com/spf13/cobra"

	"roster"
)

func newProject() *cobra.Command {
	return group("project", "Create, list, change and delete projects",
		"A project is a directory of users of its own: nothing in it is visible to another.\nWhat these commands change is in force at a running server when they return.",
		newProjectCreate(), newProjectList(), newProjectShow(), newProjectSet(), newProjectDelete())
}

// projectJSON is a project in the output of --json. Times are those of the API.
type projectJSON struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	CreatedAt string `json:"createdAt"`
	UpdatedAt string `json:"updatedAt"`
	// Settings have the values that "project set" takes.
	Settings map[string]string `json:"settings"`
}

func projectView(p roster.Project) projectJSON {
	view := projectJSON{p.ID, p.Name, p.CreatedAt.String(), p.UpdatedAt.String(), make(map[string]string)}
	for _, s := range p.Settings.List() {
		view.Settings[s.Name] = s.Value
	}
	return view
}
