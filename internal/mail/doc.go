// Package mail hands mails to a mail server (RFC 5321).
//
// It makes one connection for one mail and keeps nothing between them. Whether
// and when to try again is the caller's business, as is the text. It must not
// log: a mail may hold a code, and the server's password is in its hands.
package mail
