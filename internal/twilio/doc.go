// Package twilio sends SMS by Twilio's REST API.
//
// Whether and when to try again is the caller's business, as is the text. It
// must not log: an SMS may hold a code, and the account's token is in its hands.
package twilio
