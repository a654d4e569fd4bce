// Package fts5 makes the index of a large FTS5 table of SQLite without SQLite:
// the rows of its shadow tables, in the format that FTS5 has on disk.
//
// FTS5 takes several times as long to take in a million rows as the format
// asks for: it gathers little at a time, and merges what it has written again
// and again. Here the entries of many rows are gathered in memory, written to a
// temporary file as a sorted run, and merged once, into one segment. That is
// only for filling a table that is empty; afterwards FTS5 goes on by itself.
//
// The format is the one that the comments at the head of SQLite's fts5_index.c
// tell: leaves of terms and doclists, doclist-indexes for long doclists, the
// separators of the leaves in the table _idx, the structure record in its second
// version and the averages record. SQLite promises to read old files, so that
// what FTS5 reads today it will read. What guards it is FTS5 itself: the tests
// want the bytes of a segment that it has merged from the same rows, have it
// check the tables, compare what is found, and go on inserting, deleting and
// merging.
//
// It covers what Roster's tables are: one column, content empty,
// contentless_delete=1, full detail, no prefix indexes; and rows come in
// ascending order. It knows no SQL: rows are handed to functions.
package fts5
