package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

func TestPagesOfTheDocumentationAreUpToDate(t *testing.T) {
	for file, write := range map[string]func(io.Writer){
		"../../docs/cli.md":    func(w io.Writer) { commandsPage(w, newRoot()) },
		"../../docs/config.md": configPage,
		"../../docs/api.md":    apiPage,
	} {
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		write(&want)
		if d := cmp.Diff(want.String(), string(have)); d != "" {
			t.Errorf("%s is not what make docs writes:\n%s", file, d)
		}
	}
}

func TestTheTableOfOptionsInTheREADMEIsUpToDate(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	configTable(&table)
	if !strings.Contains(string(readme), table.String()) {
		t.Errorf("the README lacks this table, which docs/config.md has:\n%s", table.String())
	}
}

func TestEveryCommandHasHelpAndAnExampleThatNamesIt(t *testing.T) {
	var check func(*cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			check(sub)
		}
		if c.Hidden || c.HasParent() && c.Parent().Hidden || c.HasSubCommands() && c.HasParent() {
			return
		}
		if c.Short == "" || !strings.Contains(c.Example, c.CommandPath()) {
			t.Errorf("%s: %q, example %q", c.CommandPath(), c.Short, c.Example)
		}
	}
	check(newRoot())
}
