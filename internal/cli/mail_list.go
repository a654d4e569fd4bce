package cli

import (
	"context"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"
)

func newMailList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List a project's kept mails", Args: arguments(),
		Long:    "List a project's kept mails, newest first. With --json, print an array of the objects\nthat \"roster mail show --json\" prints.",
		Example: "  roster mail list\n  roster mail list --project shop --json | jq -r '.[].to'",
	}
	s := take(cmd, "data", "database", "project", "master-key", "master-key-file")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		return listMails(cmd.Context(), c, asJSON, cmd.OutOrStdout())
	}
	return cmd
}

func listMails(ctx context.Context, c config, asJSON bool, out io.Writer) error {
	mails, err := keptMails(ctx, c)
	if err != nil {
		return err
	}
	views, rows := []mailJSON{}, [][]string{}
	for i, m := range mails {
		views = append(views, mailView(i+1, m))
		rows = append(rows, []string{strconv.Itoa(i + 1), moment(m.CreatedAt, ""), m.Recipient, m.Subject})
	}
	if asJSON {
		return printJSON(out, views)
	}
	return printTable(out, "N TIME TO SUBJECT", rows)
}
