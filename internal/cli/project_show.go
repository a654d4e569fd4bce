package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"roster/internal/directory"
)

func newProjectShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a project's settings and what they mean", Args: arguments("ID"),
		Long:    "Show a project with the values of all its settings and what they mean. Change\nthem with \"roster project set\".",
		Example: "  roster project show default\n  roster project show default --json | jq -r .settings.passwordHistory",
	}
	s := take(cmd, "data", "database")
	cmd.ValidArgsFunction = completeProject(s)
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		return showProject(cmd.Context(), c, args[0], asJSON, cmd.OutOrStdout())
	}
	return cmd
}

func showProject(ctx context.Context, c config, id string, asJSON bool, out io.Writer) error {
	return administer(ctx, c, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, id)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(out, projectView(p))
		}
		fmt.Fprintf(out, "%s: %s, created %s\n\n", p.ID, printable(p.Name), moment(p.CreatedAt, ""))
		var rows [][]string
		for _, s := range p.Settings.List() {
			rows = append(rows, []string{s.Name, s.Value, s.Doc})
		}
		return printTable(out, "SETTING VALUE MEANING", rows)
	})
}
