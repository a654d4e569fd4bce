-- The tables that SQLite and PostgreSQL share, in words that both understand.
--
-- Every row of a project begins with the project's number; seq is a number
-- made from the clock that orders rows by creation. Times are milliseconds
-- since 1970 UTC. JSON that nobody queries is text.

-- +goose Up
create table notices (
	name  text primary key,
	value bigint not null
);

create table projects (
	number     integer primary key,
	id         text    not null unique,
	name       text    not null,
	settings   text    not null,
	created_at bigint  not null,
	updated_at bigint  not null
);

create table keys (
	project     integer not null,
	id          text    not null,
	created_at  bigint  not null,
	updated_at  bigint  not null,
	name        text    not null,
	scopes      text    not null,
	sdks        text    not null,
	digest      text    not null,
	expires_at  bigint,
	accessed_at bigint,
	primary key (project, id)
);
create unique index keys_digest on keys (project, digest);

create table users (
	project             integer not null,
	seq                 bigint  not null,
	id                  text    not null,
	created_at          bigint  not null,
	updated_at          bigint  not null,
	registered_at       bigint  not null,
	name                text    not null,
	name_lower          text    not null,
	email               text,
	email_canonical     text,
	email_free          boolean,
	email_disposable    boolean,
	email_corporate     boolean,
	email_is_canonical  boolean,
	phone               text,
	password            text,
	hash                text    not null,
	hash_options        text    not null,
	password_updated_at bigint,
	enabled             boolean not null,
	email_verified      boolean not null,
	phone_verified      boolean not null,
	mfa                 boolean not null,
	impersonator        boolean not null,
	labels              text    not null,
	prefs               text    not null,
	accessed_at         bigint,
	password_history    text,
	recovery_codes      text,
	primary key (project, seq)
);
-- Ids differ by more than case (contract section 6), and are found as written.
create unique index users_id on users (project, lower(id));
create unique index users_email on users (project, email);
create unique index users_phone on users (project, phone);
create index users_name on users (project, name);
create index users_created_at on users (project, created_at);

-- The number of users, so that the plain total never counts rows.
create table user_counts (
	project integer primary key,
	users   bigint  not null
);

create table user_labels (
	project  integer not null,
	label    text    not null,
	user_seq bigint  not null,
	primary key (project, label, user_seq)
);
create index user_labels_user on user_labels (project, user_seq);

create table targets (
	project       integer not null,
	seq           bigint  not null,
	id            text    not null,
	user_id       text    not null,
	created_at    bigint  not null,
	updated_at    bigint  not null,
	name          text    not null,
	provider_id   text,
	provider_type text    not null,
	identifier    text    not null,
	expired       boolean not null,
	session_id    text,
	primary key (project, seq)
);
create unique index targets_id on targets (project, lower(id));
create unique index targets_identifier on targets (project, identifier);
create index targets_user on targets (project, user_id, seq);

create table sessions (
	project        integer not null,
	seq            bigint  not null,
	id             text    not null,
	user_id        text    not null,
	created_at     bigint  not null,
	updated_at     bigint  not null,
	expires_at     bigint  not null,
	provider       text    not null,
	provider_uid   text    not null,
	provider_access_token        text not null,
	provider_refresh_token       text not null,
	provider_access_token_expiry bigint,
	secret_digest  text    not null,
	user_agent     text    not null,
	ip             text    not null,
	country        text    not null,
	factors        text    not null,
	mfa_updated_at bigint,
	primary key (project, seq)
);
create unique index sessions_id on sessions (project, id);
create unique index sessions_secret_digest on sessions (project, secret_digest);
create index sessions_user on sessions (project, user_id, seq);

create table tokens (
	project       integer not null,
	seq           bigint  not null,
	id            text    not null,
	user_id       text    not null,
	type          integer not null,
	created_at    bigint  not null,
	expires_at    bigint  not null,
	secret_digest text    not null,
	user_agent    text    not null,
	ip            text    not null,
	primary key (project, seq)
);
create unique index tokens_id on tokens (project, id);
create index tokens_user on tokens (project, user_id, seq);

create table identities (
	project        integer not null,
	seq            bigint  not null,
	id             text    not null,
	user_id        text    not null,
	created_at     bigint  not null,
	updated_at     bigint  not null,
	provider       text    not null,
	provider_uid   text    not null,
	provider_email text    not null,
	provider_access_token        text not null,
	provider_refresh_token       text not null,
	provider_access_token_expiry bigint,
	primary key (project, seq)
);
create unique index identities_id on identities (project, id);
create unique index identities_provider on identities (project, provider, provider_uid);
create index identities_email on identities (project, provider_email);
create index identities_user on identities (project, user_id, seq);

create table teams (
	project    integer not null,
	seq        bigint  not null,
	id         text    not null,
	name       text    not null,
	created_at bigint  not null,
	updated_at bigint  not null,
	primary key (project, seq)
);
create unique index teams_id on teams (project, lower(id));

create table memberships (
	project    integer not null,
	seq        bigint  not null,
	id         text    not null,
	user_id    text    not null,
	team_id    text    not null,
	created_at bigint  not null,
	updated_at bigint  not null,
	invited_at bigint,
	joined_at  bigint,
	confirmed  boolean not null,
	roles      text    not null,
	primary key (project, seq)
);
create unique index memberships_id on memberships (project, id);
create unique index memberships_team on memberships (project, team_id, user_id);
create index memberships_user on memberships (project, user_id, seq);

create table authenticators (
	project    integer not null,
	seq        bigint  not null,
	id         text    not null,
	user_id    text    not null,
	type       text    not null,
	created_at bigint  not null,
	updated_at bigint  not null,
	verified   boolean not null,
	data       text    not null,
	primary key (project, seq)
);
create index authenticators_user on authenticators (project, user_id, seq);

create table challenges (
	project    integer not null,
	seq        bigint  not null,
	id         text    not null,
	user_id    text    not null,
	type       text    not null,
	created_at bigint  not null,
	expires_at bigint  not null,
	code       text    not null,
	primary key (project, seq)
);
create unique index challenges_id on challenges (project, id);
create index challenges_user on challenges (project, user_id, seq);

-- The activity log: written in the transaction of the change it tells of.
create table events (
	project     integer not null,
	seq         bigint  not null,
	at          bigint  not null,
	event       text    not null,
	audit       text    not null,
	user_id     text    not null,
	resource    text    not null,
	actor_type  text    not null,
	actor_id    text    not null,
	actor_name  text    not null,
	actor_email text    not null,
	ip          text    not null,
	country     text    not null,
	user_agent  text    not null,
	changes     text,
	primary key (project, seq)
);
create index events_user on events (project, user_id, seq);
create index events_actor on events (project, actor_id, seq);
