package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"

	"roster"
)

// engine is what differs between the databases that can hold a directory. All
// else is written once, in SQL that both understand.
type engine struct {
	name    string // in the names of the engine's own migrations
	dialect goose.Dialect

	// lock stands behind a select of a row that the transaction is about to
	// change.
	lock string

	// claim stands behind a select of a row that only one transaction shall
	// get: those that others hold are passed over.
	claim string

	// notify tells other processes of a change, if the engine can; they look by
	// themselves as often as patience says.
	notify   string
	patience time.Duration

	// shards is in how many parts a count is kept that many transactions add to.
	shards int64

	// matching selects the seq of users that have all terms in one of the two
	// indexes of words; place is the placeholder of what terms writes.
	matching func(index, place string) string
	terms    func([]term) string

	// pages tells how many pages of the index of words lie between two words,
	// whose placeholders are given; nil: nobody knows.
	pages func(low, high string) string

	// positions says that the index of trigrams knows where each stands.
	positions bool

	// together asks such an index for users who have all, or any, of what terms has
	// written.
	together func(terms []string, all bool) string

	// belongs is the condition that a row is the one of the number that drives a
	// list.
	belongs string

	// streams says that both, and any index, give numbers in their order as far
	// as they are asked for, and that the planner keeps to the order of a join.
	streams bool

	// domain is what stands behind the @ of a user's address, as the index of it
	// has it.
	domain string

	// fence stands at the end of a selection that the planner shall not merge
	// with hundreds of its kind, which would take it minutes.
	fence string

	// reindex replaces what a user is found by, unindex and unindexProject
	// delete it.
	reindex        func(tx Tx, p roster.ProjectNumber, seq int64, words, trigrams []string) error
	unindex        func(tx Tx, p roster.ProjectNumber, seq int64) error
	unindexProject func(tx Tx, p roster.ProjectNumber) error

	// retrigram makes the trigrams of some users anew, of everybody between emptied
	// and filled.
	retrigram       func(tx Tx, users []projectUser) error
	emptied, filled []string

	// catalogue selects the columns of all tables: table, name, kind and place in
	// the primary key. derived are the tables that reindex fills.
	catalogue string
	derived   []string

	// exists counts the tables of the name $1.
	exists string

	// snapshot begins a transaction that sees one moment. freeze also keeps
	// everybody from writing to the tables until thaw; while somebody writes, it
	// waits a moment and then fails with what inUse recognizes.
	snapshot, thaw []string
	freeze         func([]Table) []string
	inUse          func(error) bool

	// settle is what many new rows need before they are looked for.
	settle []string

	// refuses says why the engine cannot hold the value in a column of the kind;
	// empty: it can.
	refuses func(kind string, v any) string

	// explain runs a statement and tells what it does.
	explain func(context.Context, *sql.Conn, Statement) (Cost, error)

	// described selects the version and the settings that times depend on.
	described string

	// check examines the database for damage and says what it found.
	check func(context.Context, *Store) ([]string, error)
}

// The indexes of words that users are found by.
const (
	wordIndex    = "words"
	trigramIndex = "trigrams"
)

// term is one word that must be there, or several beside each other.
type term struct {
	words  []string
	prefix bool // the last word need only begin so
}

// writes runs functions in transactions.
type writes interface {
	write(context.Context, func(Tx) error) error
	close() error
}
