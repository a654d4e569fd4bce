// Package store keeps a directory in SQLite. It is SQL and nothing else: what
// may be done and by whom is decided in package directory.
//
// Reads are methods of [Store] and run beside each other. Writes exist only on
// a [Tx], inside [Store.Write]; what is waiting to be written is committed
// together. Errors are those of package roster, never the driver's.
package store
