// Package emaildomain tells facts about an email address: its canonical form
// and whether its domain is a free, disposable or corporate one (contract
// section 4.1).
//
// It owns the table of providers and three lists of domains, which are part of
// the program. It judges by name alone: it does not check that an address is
// valid (that is a parameter's business), asks no network and forbids nothing.
//
// # The lists
//
// They come from two npm packages, whose licences are in LICENSES. To refresh
// them, set the newest versions (npm view NAME version) in generate.go and run
//
//	go generate ./internal/emaildomain
//
// then run the tests, which refuse a list that calls a big provider disposable.
// The lists are not those of Appwrite, so single verdicts can differ from its.
package emaildomain

//go:generate go run generate.go
