-- Tables and queries as data: read with the rights of coppice_data, to which the operator grants tables, whoever asks.
set local search_path = coppice, pg_catalog;

-- The column names, then the values of each row as text. Inside a function with another's rights, a query can change
-- neither its role nor its session's authorization; the caller's transaction is read-only.
create function read_rows(p_query text) returns setof text[]
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query execute format(
        e'select array(select cell.key from json_each_text(row_to_json(q)) with ordinality cell (key, value, position)
            order by cell.position) from (\n%s\n) q limit 1', p_query
    );
    return query execute format(
        e'select array(select cell.value from json_each_text(row_to_json(q)) with ordinality cell (key, value, position)
            order by cell.position) from (\n%s\n) q', p_query
    );
end $$;

revoke all on function read_rows(text) from public;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['coppice_submitter', 'coppice_worker', 'coppice_admin'] loop
        continue when not exists (select from pg_roles where rolname = role_name);
        execute format('grant execute on function read_rows(text) to %I', role_name);
    end loop;
    grant create on schema coppice to coppice_data;
    alter function read_rows(text) owner to coppice_data;
    revoke create on schema coppice from coppice_data;
exception
    -- With the rights of whoever migrates it would read far too much: better no such function.
    when insufficient_privilege or undefined_object then
        drop function read_rows(text);
        raise notice 'tables and queries cannot be read as data: the role coppice_data could not be given its function: %', sqlerrm;
end $$;
