package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"

	"roster"
)

// jsonFlag adds --json to a command.
func jsonFlag(cmd *cobra.Command, wanted *bool) {
	cmd.Flags().BoolVar(wanted, "json", false, "print JSON")
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// printTable prints rows below headings.
func printTable(w io.Writer, headings string, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(strings.Split(headings, " "), "\t"))
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

// printable keeps names from moving a terminal's cursor or a table's columns.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// moment is a time for a table, or what stands for none.
func moment(t roster.Time, none string) string {
	if t == 0 {
		return none
	}
	return t.Time().Format("2006-01-02 15:04:05Z")
}

// indented is text as a block of code.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
