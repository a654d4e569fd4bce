package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"roster"
	"roster/internal/directory"
)

func newProjectDelete() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "delete ID", Short: "Delete a project with all its users", Args: arguments("ID"),
		Long: `Delete a project with its users, keys and activity log. It cannot be undone.

On a terminal, the command asks for the project's ID first; elsewhere it wants
--yes.`,
		Example: "  roster project delete shop --yes",
	}
	s := take(cmd, "data", "database")
	cmd.ValidArgsFunction = completeProject(s)
	cmd.Flags().BoolVar(&yes, "yes", false, "delete without asking")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := s.resolve(os.Environ())
		if err != nil {
			return err
		}
		confirm := func(p roster.Project, users int64) error { return confirmDelete(p, users, os.Stdin, cmd.ErrOrStderr()) }
		if yes {
			confirm = func(roster.Project, int64) error { return nil }
		}
		return deleteProject(cmd.Context(), c, args[0], confirm)
	}
	return cmd
}

func deleteProject(ctx context.Context, c config, id string, confirm func(roster.Project, int64) error) error {
	return change(ctx, c, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, id)
		if err != nil {
			return err
		}
		users, err := d.Store.UserCount(ctx, p.Number)
		if err != nil {
			return err
		}
		if err := confirm(p, users); err != nil {
			return err
		}
		return namingProject(d.DeleteProject(ctx, id), id)
	})
}

func confirmDelete(p roster.Project, users int64, in *os.File, ask io.Writer) error {
	if !isTerminal(in) {
		return usageError("project %q has %d users; to delete it with them, say --yes", p.ID, users)
	}
	fmt.Fprintf(ask, "Project %q has %d users. Type its ID to delete it with them: ", p.ID, users)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if strings.TrimSpace(answer) != p.ID {
		return fmt.Errorf("nothing was deleted")
	}
	return err
}

// isTerminal takes /dev/null for one as well, from which no answer comes.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
