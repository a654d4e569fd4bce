// Command bench measures Roster beside two floors in the same run: a bare
// net/http handler that returns as many bytes, and a bare handler around the
// statements that the work needs (for writes: committed in groups). Absolute
// figures depend on the machine and the minute; the ratios do not.
//
//	go run ./test/bench -users 10000 -seconds 3
package main
