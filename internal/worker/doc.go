// Package worker does what happens later: it sends what the directory has left
// to be sent, tries again what failed, and forgets what is over.
//
// It has no rules of its own: what is sent, when it is tried again and when it
// is given up, the directory says. It must not log what a delivery says.
package worker
