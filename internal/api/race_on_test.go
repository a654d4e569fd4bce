//go:build race

package api

// underRace says that the race detector runs, with which the costliest hash
// takes minutes.
const underRace = true
