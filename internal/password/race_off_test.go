//go:build !race

package password

// underRace says that the race detector runs, under which a costly hash takes
// many times as long.
const underRace = false
