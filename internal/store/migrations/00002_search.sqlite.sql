-- The search index of SQLite: what a row's rowid points to is users.seq.
-- Tokens are made in Go (search.go) and begin with the project's number, so
-- that no search walks through another project's words.

-- +goose Up
create virtual table user_words using fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');
create virtual table user_trigrams using fts5 (trigrams, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);
