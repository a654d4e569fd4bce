-- What signing in, teams and messaging providers need.

-- +goose Up
alter table teams add column total bigint not null default 0;
create index teams_name on teams (project, name);

alter table authenticators add column last_step bigint not null default 0;

-- Whom the actor impersonated, if anybody.
alter table events add column target_id text not null default '';

-- The sign-in with another provider: a JSON object whose secret is sealed.
alter table projects add column oidc text not null default '';

create table providers (
	project     integer not null,
	seq         bigint  not null,
	id          text    not null,
	created_at  bigint  not null,
	updated_at  bigint  not null,
	name        text    not null,
	provider    text    not null,
	type        text    not null,
	enabled     boolean not null,
	credentials text    not null,
	options     text    not null,
	primary key (project, seq)
);
create unique index providers_id on providers (project, lower(id));

-- Sign-ins that are under way at another provider. A row is deleted when the
-- user comes back, so that nobody comes back twice.
create table flows (
	project    integer not null,
	seq        bigint  not null,
	id         text    not null,
	expires_at bigint  not null,
	browser    text    not null,
	data       text    not null,
	primary key (project, seq)
);
create unique index flows_id on flows (project, id);
create index flows_expires_at on flows (project, expires_at);

-- Messages to users: made in the transaction of what they tell of, sent by the
-- worker. The content is sealed, since it may be a code.
create table deliveries (
	project    integer not null,
	seq        bigint  not null,
	channel    text    not null,
	recipient  text    not null,
	content    text    not null,
	created_at bigint  not null,
	due_at     bigint,
	attempts   integer not null,
	state      text    not null,
	problem    text    not null,
	primary key (project, seq)
);
create index deliveries_due_at on deliveries (due_at);
