// Package bench measures how a directory answers at different sizes: it loads
// made-up people, runs classes of queries through the rules and the store as
// requests do, though without HTTP and JSON, and reports latencies, what the
// database looked at and how. It judges nothing; figures belong to the machine
// they were taken on.
package bench
