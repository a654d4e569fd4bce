package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"
)

func newMailShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [N]", Short: "Show a kept mail", Args: cobra.MaximumNArgs(1),
		Long:    "Show the newest mail that the project has kept, or the one with the number that\n\"roster mail list\" gives it.",
		Example: "  roster mail show\n  roster mail show 2\n  roster mail show --json | jq -r .text | grep -o '[0-9]\\{6\\}'",
	}
	s := take(cmd, "data", "database", "project", "master-key", "master-key-file")
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		n := 1
		if len(args) > 0 {
			if n, err = strconv.Atoi(args[0]); err != nil || n < 1 {
				return usageError("%q is not the number of a mail: 1 is the newest", args[0])
			}
		}
		return showMail(cmd.Context(), c, n, asJSON, cmd.OutOrStdout())
	}
	return cmd
}

func showMail(ctx context.Context, c config, n int, asJSON bool, out io.Writer) error {
	mails, err := keptMails(ctx, c)
	if err != nil {
		return err
	}
	if n > len(mails) {
		return &failure{exitMissing, "Only a server that is started with --mail keep keeps mails.", fmt.Errorf("there is no mail %d in project %q: it has kept %d", n, c.project, len(mails))}
	}
	view := mailView(n, mails[n-1])
	if asJSON {
		return printJSON(out, view)
	}
	_, err = fmt.Fprintf(out, "Time:     %s\nTo:       %s\nSubject:  %s\n\n%s", moment(mails[n-1].CreatedAt, ""), printable(view.To), printable(view.Subject), view.Text)
	return err
}
