// Package roster is the vocabulary of a user directory: its users and what
// belongs to them, the kinds of parameters that describe and check themselves,
// and the registries of the wire contract (errors, events, scopes).
//
// It imports the standard library only and knows neither SQL nor HTTP.
package roster
