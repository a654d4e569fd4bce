package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs the command line of this process and returns its exit code.
func Main() int {
	root := newRoot()
	began := false
	root.PersistentPreRun = func(*cobra.Command, []string) { began = true }
	err := root.ExecuteContext(context.Background())
	var f *failure
	if err != nil && !began && !errors.As(err, &f) {
		err = usageError("%w", err) // cobra did not get as far as the command
	}
	report(os.Stderr, err)
	return exitCode(err)
}

func report(w io.Writer, err error) {
	if err == nil {
		return
	}
	fmt.Fprintln(w, "roster:", err)
	var f *failure
	if errors.As(err, &f) && f.hint != "" {
		fmt.Fprintln(w, f.hint)
	}
}

func newRoot() *cobra.Command {
	root := group("roster", "A user directory that speaks the users API of Appwrite",
		"Roster keeps users and answers the users API of Appwrite, with all that it needs in one data folder.")
	root.Example = `  roster serve
  roster key create --name "my app"
  roster project set default passwordHistory=5`
	root.Version = versionOf().String()
	root.SetVersionTemplate("{{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	root.SetHelpTemplate(root.HelpTemplate() + "\n" + exitHelp())
	root.AddCommand(newServe(), newProject(), newKey(), newMail(), newCopy(), newDoctor(), newVersion(), newDocs(), newBench())
	return root
}

// group is a command that only has commands. Its run is what makes cobra
// refuse an unknown one instead of showing help as if all were well.
func group(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Long: long, Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(commands...)
	return cmd
}

func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return usageError("there is no command %q%s", cmd.CommandPath()+" "+args[0], suggestion(args[0], names, ""))
}

// arguments takes exactly the named arguments; after a last "..." any number.
func arguments(names ...string) cobra.PositionalArgs {
	open := len(names) > 0 && names[len(names)-1] == "..."
	if open {
		names = names[:len(names)-1]
	}
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return helped(usageError("%s is missing", names[len(args)]), "Usage: "+cmd.UseLine())
		case len(args) > len(names) && !open:
			return helped(usageError("%q is one argument too many", args[len(names)]), "Usage: "+cmd.UseLine())
		}
		return nil
	}
}

func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		err = usageError("there is no flag --%s%s", name, suggestion(name, names, "--"))
	}
	return helped(usageError("%w", err), "See "+cmd.CommandPath()+" --help.")
}

func exitHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for code, meaning := range exitMeanings {
		fmt.Fprintf(&b, "  %d  %s\n", code, meaning)
	}
	return b.String()
}
