package cli

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"roster/internal/directory"
)

func newProjectList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the projects", Args: arguments(),
		Long:    "List the projects, oldest first. With --json, print an array of the objects\nthat \"roster project show --json\" prints.",
		Example: "  roster project list\n  roster project list --json | jq -r '.[].id'",
	}
	s := take(cmd, "data", "database")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		return listProjects(cmd.Context(), c, asJSON, cmd.OutOrStdout())
	}
	return cmd
}

func listProjects(ctx context.Context, c config, asJSON bool, out io.Writer) error {
	return administer(ctx, c, func(d *directory.Directory) error {
		projects, err := d.Projects(ctx)
		if err != nil {
			return err
		}
		views, rows := []projectJSON{}, [][]string{}
		for _, p := range projects {
			views = append(views, projectView(p))
			rows = append(rows, []string{p.ID, p.Name, moment(p.CreatedAt, "")})
		}
		if asJSON {
			return printJSON(out, views)
		}
		return printTable(out, "ID NAME CREATED", rows)
	})
}
