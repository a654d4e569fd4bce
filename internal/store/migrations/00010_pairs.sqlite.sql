-- Two filters at once: what often stands in the other filter comes behind the
-- number in the index of the first, so that rows are neither read to be passed
-- over nor to be counted.

-- +goose Up
drop index users_enabled;
create index users_enabled on users (project, enabled, seq, email_verified, phone_verified, registered_at, accessed_at);
drop index users_email_verified;
create index users_email_verified on users (project, email_verified, seq, phone_verified, enabled);
drop index users_phone_verified;
create index users_phone_verified on users (project, phone_verified, seq, email_verified, enabled);
drop index users_created_at;
create index users_created_at on users (project, created_at, seq, enabled, email_verified, phone_verified);
drop index users_registered_at;
create index users_registered_at on users (project, registered_at, seq, enabled, email_verified, phone_verified);
drop index users_accessed_at;
create index users_accessed_at on users (project, accessed_at, seq, enabled, email_verified);
drop index users_domain;
create index users_domain on users (project, substr(email, instr(email, '@') + 1), seq, enabled, email_verified);
