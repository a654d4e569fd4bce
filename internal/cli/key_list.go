package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/directory"
)

func newKeyList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List a project's API keys", Args: arguments(),
		Long:    "List a project's API keys, oldest first, expired ones included. With --json,\nprint an array. When a key was last used is stored once a day.",
		Example: "  roster key list\n  roster key list --project shop --json | jq -r '.[].id'",
	}
	s := take(cmd, "data", "database", "project")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		return listKeys(cmd.Context(), c, asJSON, cmd.OutOrStdout())
	}
	return cmd
}

func listKeys(ctx context.Context, c config, asJSON bool, out io.Writer) error {
	return administer(ctx, c, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, c.project)
		if err != nil {
			return err
		}
		keys, err := d.Keys(ctx, p)
		if err != nil {
			return err
		}
		views, rows := []keyJSON{}, [][]string{}
		for _, k := range keys {
			views = append(views, keyView(p, k))
			scopes := strings.Trim(fmt.Sprint(k.Scopes), "[]")
			rows = append(rows, []string{k.ID, k.Name, moment(k.ExpiresAt, "never"), moment(k.AccessedAt, "never"), scopes})
		}
		if asJSON {
			return printJSON(out, views)
		}
		return printTable(out, "ID NAME EXPIRES USED SCOPES", rows)
	})
}
