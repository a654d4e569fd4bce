-- Lists of any size: an index for each attribute that users can be sorted by,
-- which ends with the number that breaks ties, so that a page is read in its
-- order and a filter is counted from the index alone.

-- +goose Up
drop index users_name;
create index users_name on users (project, name, seq);
drop index users_created_at;
create index users_created_at on users (project, created_at, seq);
create index users_updated_at on users (project, updated_at, seq);
create index users_registered_at on users (project, registered_at, seq);
create index users_password_updated_at on users (project, password_updated_at, seq);
create index users_accessed_at on users (project, accessed_at, seq);
create index users_enabled on users (project, enabled, seq);
create index users_email_verified on users (project, email_verified, seq);
create index users_phone_verified on users (project, phone_verified, seq);
create index users_impersonator on users (project, impersonator, seq);
create index users_by_id on users (project, id);

-- Addresses are unique and have an index; of those who have none the list begins
-- here.
create index users_without_email on users (project, email, seq) where email is null;
create index users_without_phone on users (project, phone, seq) where phone is null;

-- What stands behind the @ of an address.
create index users_domain on users (project, substr(email, instr(email, '@') + 1), seq);
