-- The tokens that `coppice tokens create` gave out: digests, never the tokens.
set local search_path = coppice, pg_catalog;

create table access_tokens (
    token_id   bigint generated always as identity primary key,
    name       text        not null,
    scope      text        not null,
    digest     bytea       not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz,

    constraint access_tokens_digest_key unique (digest),
    constraint access_tokens_digest_is_sha256 check (length(digest) = 32),
    constraint access_tokens_name_length check (length(name) between 1 and 100),
    constraint access_tokens_scope check (scope in ('read', 'write', 'admin'))
);

do $$
begin
    if exists (select from pg_roles where rolname = 'coppice_admin') then
        grant select, insert, update, delete on access_tokens to coppice_admin;
        grant usage on sequence access_tokens_token_id_seq to coppice_admin;
    end if;
end $$;
