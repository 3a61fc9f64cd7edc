-- Which version an alias pointed at, and since when: one row for each time that it was set, moved or removed.
set local search_path = coppice, pg_catalog;

create table alias_moves (
    move_no             bigint generated always as identity primary key,
    registered_model_no bigint      not null references registered_models on delete cascade,
    alias               text        not null,
    -- Null: it did not exist, or does not any more.
    from_version        integer,
    to_version          integer,
    moved_at            timestamptz not null default clock_timestamp(),
    moved_by            text        not null default session_user
);

-- Serves the moves of a model, newest first.
create index alias_moves_model_idx on alias_moves (registered_model_no, move_no desc);

-- Whoever may move an alias need not be able to write its history, nor to change it.
create function record_alias_move() returns trigger
language plpgsql security definer set search_path = coppice, pg_catalog as $$
begin
    if tg_op = 'DELETE' then
        -- Aliases go with their model, and so does their history.
        if exists (select from registered_models where registered_model_no = old.registered_model_no) then
            insert into alias_moves (registered_model_no, alias, from_version) values (
                old.registered_model_no, old.alias, old.version
            );
        end if;
    elsif tg_op = 'INSERT' then
        insert into alias_moves (registered_model_no, alias, to_version) values (
            new.registered_model_no, new.alias, new.version
        );
    elsif new.version <> old.version then
        insert into alias_moves (registered_model_no, alias, from_version, to_version) values (
            new.registered_model_no, new.alias, old.version, new.version
        );
    end if;
    return null;
end $$;

create trigger record_alias_move after insert or update or delete on registered_model_aliases
for each row execute function record_alias_move();

revoke all on function record_alias_move() from public;

do $$
declare
    may record;
begin
    for may in
        select * from (values
            ('coppice_submitter', 'select'), ('coppice_worker', 'select'), ('coppice_admin', 'select, delete')
        ) as rights (role, what)
        where exists (select from pg_catalog.pg_roles where rolname = role)
    loop
        execute format('grant %s on alias_moves to %I', may.what, may.role);
    end loop;
end $$;
