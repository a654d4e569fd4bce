// Package letter owns the words of what Roster sends to people: the templates,
// and how they are filled.
//
// It sends nothing, stores nothing and keeps no secret between calls. What it
// is told comes from users and their clients, so that nothing of it may become
// markup, a line of a header, or an instruction to a terminal.
package letter
