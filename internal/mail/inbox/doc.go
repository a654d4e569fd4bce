// Package inbox is a mail server for tests: it speaks SMTP on a socket of this
// machine and keeps what it is given.
//
// No program may use it.
package inbox
