// Package directory is what a user directory does: who may act now, what
// follows from a change, and that every change is recorded in its own
// transaction. It has no SQL and no HTTP.
package directory
