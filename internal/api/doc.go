// Package api is the HTTP API: a list of endpoints, each a value that says all
// there is to know of it, and what is made from that list (the router, the order
// of checks, the reading of parameters, the OpenAPI document, the reference).
//
// Handlers read, call the directory and shape the answer. Rules are the
// directory's, SQL the store's.
package api
