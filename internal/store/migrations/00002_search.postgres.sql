-- The search index of PostgreSQL. Tokens are made in Go (search.go) and begin
-- with the project's number, so that no search walks through another project's
-- words.

-- +goose Up
create table user_search (
	project  integer  not null,
	user_seq bigint   not null,
	words    tsvector not null,
	trigrams tsvector not null,
	primary key (project, user_seq)
);
create index user_search_words on user_search using gin (words);
create index user_search_trigrams on user_search using gin (trigrams);
