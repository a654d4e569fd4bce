package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roster/internal/api"
)

// newDocs prints the generated pages of docs/.
func newDocs() *cobra.Command {
	cmd := group("docs", "Print a page of the documentation", "Print a page of the documentation in Markdown.",
		page("cli", "Print the commands", func(w io.Writer) { commandsPage(w, newRoot()) }),
		page("config", "Print the configuration", configPage),
		page("api", "Print what is served", apiPage))
	cmd.Hidden = true
	return cmd
}

func page(name, short string, write func(io.Writer)) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Args: arguments(),
		Run: func(cmd *cobra.Command, _ []string) { write(cmd.OutOrStdout()) },
	}
}

const generated = "<!-- Made by `make docs`; edit internal/cli instead. -->\n\n"

// apiPage lists the endpoints; the reference that a server shows tells all of
// each.
func apiPage(w io.Writer) {
	fmt.Fprint(w, "<!-- Made by `make docs`; edit internal/api instead. -->\n\n# What is served\n\n"+
		"Everything else under `/v1` answers 404 `general_route_not_found`. A running server tells more of each\n"+
		"route at `/v1/docs`, and all of it at `/v1/openapi.json`.\n")
	api.Page(w)
}

// layers says how options are given, in help and in the documentation.
const layers = `Each option --some-name is also the variable ROSTER_SOME_NAME and the line
"some-name = value" of the file that --config or ROSTER_CONFIG names. Flags win
over variables, which win over the file. What is unknown or wrong is told at
once, before anything happens.`

func configPage(w io.Writer) {
	fmt.Fprint(w, generated, "# Configuration\n\n", layers, "\n\n")
	configTable(w)
	fmt.Fprint(w, "\n", configNotes)
}

// configTable stands in the README, too.
func configTable(w io.Writer) {
	fmt.Fprint(w, "| Flag | Variable | Default | Meaning |\n|---|---|---|---|\n")
	fmt.Fprintf(w, "| `--%s FILE` | `%s` | | %s |\n", configName, option{name: configName}.variable(), configUsage)
	for _, o := range options() {
		fmt.Fprintf(w, "| %s | `%s` | %s | %s |\n", flagCell(o), o.variable(), code(o.initial), o.usage)
	}
}

func flagCell(o option) string {
	if o.noFlag {
		return "none: command lines can be seen by others"
	}
	return code("--" + o.name + " " + o.holder)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

const configNotes = `A variable without a value counts as not set. A ROSTER_ variable that is nearly
one of these is a mistake; others, such as those that Kubernetes sets for a
service called roster, are left alone.

Sizes are bytes or have a unit: KiB, MiB, GiB. ~/ at the beginning of a path is
the home folder. Paths are relative to where the program is started.

In the file, blank lines and lines that begin with # are skipped. A value goes to
the end of its line; in double quotes, it may begin or end with blanks:

    # /etc/roster.conf
    data = /var/lib/roster
    listen = :8080
    trusted-proxies = 10.0.0.0/8, 192.0.2.1
    log-format = json
`

func commandsPage(w io.Writer, root *cobra.Command) {
	fmt.Fprint(w, generated, "# Commands\n\n")
	fmt.Fprintf(w, "`roster completion bash`, `zsh`, `fish` and `powershell` print completions for the shell.\n\n")
	fmt.Fprintf(w, "| Exit code | Meaning |\n|---|---|\n")
	for code, meaning := range exitMeanings {
		fmt.Fprintf(w, "| %d | %s |\n", code, meaning)
	}
	commandSections(w, root)
}

func commandSections(w io.Writer, cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.Hidden {
			continue
		}
		if !c.HasSubCommands() {
			commandSection(w, c)
		}
		commandSections(w, c)
	}
}

func commandSection(w io.Writer, c *cobra.Command) {
	description := c.Long
	if description == "" {
		description = c.Short + "."
	}
	fmt.Fprintf(w, "\n## %s\n\n%s\n\n", c.CommandPath(), description)
	fmt.Fprintf(w, "    %s\n", c.UseLine())
	if flags := flagRows(c); flags != "" {
		fmt.Fprintf(w, "\n| Flag | Default | Meaning |\n|---|---|---|\n%s", flags)
	}
	fmt.Fprintf(w, "\n%s\n", indented(strings.ReplaceAll("\n"+c.Example, "\n  ", "\n")[1:]))
}

func flagRows(c *cobra.Command) string {
	var b strings.Builder
	c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		holder, usage := pflag.UnquoteUsage(f)
		initial := f.DefValue
		if initial == "false" || initial == "[]" {
			initial = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(strings.TrimSpace("--"+f.Name+" "+holder)), code(initial), usage)
	})
	return b.String()
}
