// Package cli is the command line: one file per command, the one list of
// configuration options, and what the commands print.
//
// It wires the other packages together and holds none of their rules. Exit
// codes, names of flags and the JSON of --json are promises to scripts; the
// files in testdata hold them.
package cli
