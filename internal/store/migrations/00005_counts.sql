-- The number of users in several parts, so that transactions that create users
-- at the same time do not wait for each other's count. The old table keeps its
-- name: a second process that runs this at the same time must fail at the first
-- statement.

-- +goose Up
create table user_tallies (
	project integer not null,
	shard   integer not null,
	users   bigint  not null,
	primary key (project, shard)
);
insert into user_tallies (project, shard, users) select project, 0, users from user_counts;
drop table user_counts;
