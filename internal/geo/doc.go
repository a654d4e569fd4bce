// Package geo tells the country of an IP address, from a MaxMind DB file that
// the operator may provide, and the country's name in a locale (contract
// sections 4.3 and 8).
//
// It ships no data, asks no service and never fails a request: what it cannot
// answer is "--". It must not be used to grant anything, since such files
// guess.
package geo
