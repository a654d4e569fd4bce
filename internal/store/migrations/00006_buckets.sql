-- Attempts that are counted by several processes together: how often somebody
-- has tried something in a window of time. The bucket's name is a digest.

-- +goose Up
create table buckets (
	project  integer not null,
	bucket   text    not null,
	ends_at  bigint  not null,
	attempts bigint  not null,
	primary key (project, bucket)
);
create index buckets_ends_at on buckets (project, ends_at);
