package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roster"
	"roster/internal/directory"
)

type projectSetOptions struct {
	config
	id, name    string
	rename      bool
	assignments []string
}

func newProjectSet() *cobra.Command {
	var o projectSetOptions
	cmd := &cobra.Command{
		Use: "set ID [NAME=VALUE...]", Short: "Change a project's settings or name", Args: arguments("ID", "..."),
		Long: `Change a project's settings or name: all that is given or, if any of it is
wrong, nothing. "roster project show" lists the settings. Switches take true and
false, lists take words separated by commas.`,
		Example: `  roster project set default passwordHistory=5 passwordDictionary=true
  roster project set default platforms=app.example.com,*.example.org
  roster project set default --name "The shop"`,
	}
	s := take(cmd, "data", "database")
	cmd.ValidArgsFunction = completeSetting(s)
	cmd.Flags().StringVar(&o.name, "name", "", "`NAME` of the project for people")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.config, err = s.resolve(os.Environ()); err != nil {
			return err
		}
		o.id, o.assignments, o.rename = args[0], args[1:], cmd.Flags().Changed("name")
		return setProject(cmd.Context(), o)
	}
	return cmd
}

func setProject(ctx context.Context, o projectSetOptions) error {
	if o.rename {
		if err := checkName(o.name); err != nil {
			return err
		}
	} else if len(o.assignments) == 0 {
		return helped(usageError("NAME=VALUE or --name is missing"), "See the settings: roster project show "+o.id)
	}
	return change(ctx, o.config, func(d *directory.Directory) error {
		_, err := d.UpdateProject(ctx, o.id, func(p *roster.Project) error {
			if o.rename {
				p.Name = o.name
			}
			return assign(&p.Settings, o.assignments)
		})
		return namingProject(err, o.id)
	})
}

// assign changes settings and returns all that is wrong with the assignments.
func assign(s *roster.Settings, assignments []string) error {
	var problems []error
	for _, assignment := range assignments {
		name, value, ok := strings.Cut(assignment, "=")
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("%q is not NAME=VALUE", assignment))
		case !slices.Contains(settingNames(), name):
			problems = append(problems, fmt.Errorf("there is no setting %q%s", name, suggestion(name, settingNames(), "")))
		default:
			if err := s.Set(name, value); err != nil {
				problems = append(problems, err)
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return usageError("%w", err)
	}
	return nil
}

func settingNames() []string {
	var names []string
	usual := roster.DefaultSettings()
	for _, s := range usual.List() {
		names = append(names, s.Name)
	}
	return names
}
