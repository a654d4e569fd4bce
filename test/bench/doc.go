// Command bench measures Roster beside floors in the same run: a bare net/http
// handler that returns as many bytes, and a bare handler around the statements
// that the work needs. On a file, writes of the floor are committed in groups; on
// PostgreSQL there are two floors of pgx, one that sends a transaction's
// statements one by one and one that sends them at once. Absolute figures depend
// on the machine and the minute; the ratios do not.
//
//	go run ./test/bench -engines postgres -only get
package main
