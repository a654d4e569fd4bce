//go:build race

package store

// underRace says that the race detector runs, with which SQLite takes a
// hundred times as long to plan a statement of thousands of conditions.
const underRace = true
