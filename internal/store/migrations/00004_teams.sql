-- What lists of teams and of their members need. No Roster before this one made
-- memberships, so that there are no roles to carry over.

-- +goose Up
alter table teams add column name_lower text not null default '';
update teams set name_lower = lower(name);

create table membership_roles (
	project        integer not null,
	role           text    not null,
	membership_seq bigint  not null,
	primary key (project, role, membership_seq)
);
create index membership_roles_membership on membership_roles (project, membership_seq);

create index memberships_team_seq on memberships (project, team_id, seq);
