// Package useragent names the operating system, client and device behind a
// User-Agent header (contract section 8).
//
// It owns the rule tables and nothing else: it keeps no state, reads no files
// and makes no decision from what it finds. An agent is what a client claims
// about itself; nothing here may be used to grant anything.
//
// The rules stand in tables, in the order of the contract, and the first match
// wins. To teach it a new browser, add a row.
package useragent
