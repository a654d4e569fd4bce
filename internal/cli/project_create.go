package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"roster/internal/directory"
	"roster/internal/store"
)

type projectCreateOptions struct {
	config
	id, name string
	json     bool
}

func newProjectCreate() *cobra.Command {
	var o projectCreateOptions
	cmd := &cobra.Command{
		Use: "create ID", Short: "Create a project",
		Long: `Create a project without users and keys.

The ID has 1 to 36 of the characters A-Z a-z 0-9 . _ - and begins with a letter
or digit. In an empty data folder, this makes the first project, so that the
server makes none of its own at its first start.`,
		Example: "  roster project create shop --name \"The shop\"",
		Args:    arguments("ID"),
	}
	s := take(cmd, "data", "database")
	cmd.Flags().StringVar(&o.name, "name", "", "`NAME` of the project for people (default its ID)")
	jsonFlag(cmd, &o.json)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.config, err = s.resolve(os.Environ()); err != nil {
			return err
		}
		o.id = args[0]
		if !cmd.Flags().Changed("name") {
			o.name = o.id
		}
		return createProject(cmd.Context(), o, cmd.OutOrStdout())
	}
	return cmd
}

func createProject(ctx context.Context, o projectCreateOptions, out io.Writer) error {
	if err := checkName(o.name); err != nil {
		return err
	}
	return administerNew(ctx, o.config, func(d *directory.Directory) error {
		p, err := d.CreateProject(ctx, o.id, o.name)
		if errors.Is(err, store.ErrProjectExists) {
			return &failure{exitExists, "", fmt.Errorf("there is a project %q already", o.id)}
		}
		if err != nil {
			return err
		}
		if o.json {
			return printJSON(out, projectView(p))
		}
		_, err = fmt.Fprintf(out, "Project %s is there. Make a key for it: roster key create --project %[1]s --name NAME\n", p.ID)
		return err
	})
}
