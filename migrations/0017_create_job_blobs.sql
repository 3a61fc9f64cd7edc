-- What a part of a job leaves for the whole, such as the trees of a shard: bytes that are nobody's artifact, and go when
-- the whole has used them.
set local search_path = coppice, pg_catalog;

create table job_blobs (
    job_id     bigint      primary key,
    digest     bytea       not null references blobs,
    created_at timestamptz not null default clock_timestamp()
);

-- Serves garbage collection: is this blob still named by anyone?
create index job_blobs_digest_idx on job_blobs (digest);

-- Forgets what parts left longer ago than p_grace, unless the whole that wants it still lives. Returns how many there
-- were.
create function delete_stale_job_blobs(p_grace interval) returns bigint
language sql security definer set search_path = coppice, pg_temp as $$
    with stale as (
        delete from job_blobs b
        where b.created_at < clock_timestamp() - p_grace
            and not exists (
                select from job_dependencies d join jobs whole on whole.job_id = d.job_id
                where d.needs_job_id = b.job_id and d.is_part)
        returning 1
    )
    select count(*) from stale
$$;

comment on column job_history.kind is
    'What it does: train, train_shard (some trees of a forest), predict, or sweep (sums one up).';
comment on column run_history.parent_run_id is 'The run of the sweep, or of the forest in shards, that it belongs to.';
comment on column job_history.parent_run_id is 'The run of the sweep, or of the forest in shards, that it belongs to.';

revoke all on function delete_stale_job_blobs from public;

do $$
declare
    may record;
begin
    for may in
        select * from (values
            ('coppice_submitter', 'select on job_blobs'), ('coppice_worker', 'select, insert, delete on job_blobs'),
            ('coppice_admin', 'select, insert, update, delete on job_blobs'),
            ('coppice_admin', 'execute on function delete_stale_job_blobs')
        ) as rights (role_name, what)
    loop
        continue when not exists (select from pg_roles where rolname = may.role_name);
        execute format('grant %s to %I', may.what, may.role_name);
    end loop;
end $$;
