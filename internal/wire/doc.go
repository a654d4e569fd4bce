// Package wire reads what clients send and writes what they get: JSON and form
// bodies and query strings into values, results into JSON in the shape of the
// response format that the client asked for (contract sections 1.2, 1.6, 9).
//
// It knows no endpoint and no rule of the directory.
package wire
