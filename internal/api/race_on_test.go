//go:build race

package api

// underRace says that the race detector runs.
const underRace = true
