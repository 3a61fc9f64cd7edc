-- Retention: what ended long ago goes, partition by partition where all of one is old, row by row elsewhere.
set local search_path = coppice, pg_catalog;

-- Serves pruning and the rate of finished jobs. Rows come in the order of their time, so that a few bytes for each run
-- of pages suffice, and finishing a job costs nothing more.
create index finished_jobs_finished_idx on finished_jobs using brin (finished_at)
    with (pages_per_range = 32, autosummarize = on);

-- Only the partitions that are needed, so that those that were pruned stay away: of live jobs, of the next ids, and of
-- rows that came before their partition.
create or replace function ensure_history_partitions() returns void
language plpgsql security definer set search_path = coppice, pg_temp set lock_timeout = '2s' as $$
declare
    width constant bigint := 1000000;
    newest bigint;
    part bigint;
    parent text;
begin
    select coalesce(last_value, 0) into newest from jobs_job_id_seq;
    for part in
        -- A step from one partition's live jobs to the next one's, however many jobs live.
        with recursive live (part) as (
            select min(job_id) / width from jobs
            union all
            select (select min(j.job_id) / width from jobs j where j.job_id >= (live.part + 1) * width)
            from live where live.part is not null
        )
        select distinct wanted.part
        from (
            select live.part from live
            union all select newest / width
            union all select newest / width + 1
            union all select job_id / width from finished_jobs_default
            union all select job_id / width from attempts_default
            union all select job_id / width from job_log_default
        ) wanted
        where wanted.part is not null
        order by wanted.part
    loop
        continue when to_regclass(format('coppice.finished_jobs_%s', part)) is not null;
        -- Two programs at once: the second waits here and then finds the partition.
        perform pg_advisory_xact_lock(hashtext('coppice.ensure_history_partitions'));
        continue when to_regclass(format('coppice.finished_jobs_%s', part)) is not null;
        foreach parent in array array['finished_jobs', 'attempts', 'job_log'] loop
            execute format('create table coppice.%I (like coppice.%I including all)', parent || '_' || part, parent);
            execute format(
                'with early as (delete from coppice.%I where job_id >= %s and job_id < %s returning *)
                 insert into coppice.%I select * from early',
                parent || '_default', part * width, (part + 1) * width, parent || '_' || part
            );
            execute format(
                'alter table coppice.%I attach partition coppice.%I for values from (%s) to (%s)',
                parent, parent || '_' || part, part * width, (part + 1) * width
            );
        end loop;
    end loop;
end $$;

-- The partitions in which every job ended before p_before, and in which none can begin any more.
create function old_history_partitions(p_before timestamptz) returns table (part bigint, first_id bigint, end_id bigint)
language plpgsql stable security definer set search_path = coppice, pg_temp as $$
declare
    width constant bigint := 1000000;
    newest bigint;
    is_old boolean;
begin
    select coalesce(last_value, 0) into newest from jobs_job_id_seq;
    for part in
        select substring(c.relname from '^finished_jobs_(\d+)$')::bigint
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'coppice.finished_jobs'::regclass and c.relname ~ '^finished_jobs_\d+$'
        order by 1
    loop
        first_id := part * width;
        end_id := first_id + width;
        continue when end_id > newest;
        continue when exists (select from jobs j where j.job_id >= first_id and j.job_id < end_id);
        execute format('select not exists (select from coppice.%I where finished_at >= $1)', 'finished_jobs_' || part)
            into is_old using p_before;
        continue when not is_old;
        return next;
    end loop;
end $$;

-- Drops the oldest partition that old_history_partitions names, and says what was in it; no row: there is none. Its
-- locks stop every claim and every end of a job, so it does not wait for them for long: 55P03, try again.
create function drop_history_partition(p_before timestamptz)
returns table (first_id bigint, jobs bigint, attempts bigint, log_lines bigint)
language plpgsql security definer set search_path = coppice, pg_temp set lock_timeout = '200ms' as $$
#variable_conflict use_column
declare
    old record;
begin
    select * into old from old_history_partitions(p_before) limit 1;
    if not found then
        return;
    end if;
    execute format('select count(*) from coppice.%I', 'finished_jobs_' || old.part) into jobs;
    execute format('select count(*) from coppice.%I', 'attempts_' || old.part) into attempts;
    execute format('select count(*) from coppice.%I', 'job_log_' || old.part) into log_lines;

    -- In the order in which workers take them.
    lock table attempts, finished_jobs, job_log in access exclusive mode;
    -- A job may have been retried by hand meanwhile.
    if not exists (select from old_history_partitions(p_before) o where o.part = old.part) then
        raise exception using errcode = '55P03', message = 'a job of the partition was retried just now';
    end if;
    -- A job that is there and needed one of these goes on without it. One whose need did not succeed keeps it, and with
    -- it the reason why it cannot be retried alone.
    delete from job_dependencies d
    where d.job_id >= old.first_id and d.job_id < old.end_id
        or d.needs_job_id >= old.first_id and d.needs_job_id < old.end_id and exists (
            select from finished_jobs f where f.job_id = d.needs_job_id and f.state = 'succeeded');
    execute format('drop table coppice.%I', 'attempts_' || old.part);
    execute format('drop table coppice.%I', 'finished_jobs_' || old.part);
    execute format('drop table coppice.%I', 'job_log_' || old.part);
    first_id := old.first_id;
    return next;
end $$;

-- Deletes the first p_limit jobs beyond p_after that ended before p_before, with all there is of them. Returns the last
-- one, to go on from, or no row: there are none.
create function delete_finished_jobs(p_before timestamptz, p_after bigint, p_limit integer)
returns table (last_id bigint, jobs bigint, attempts bigint, log_lines bigint)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
declare
    ids bigint[];
begin
    select array_agg(old.job_id order by old.job_id) into ids
    from (
        select f.job_id from finished_jobs f
        where f.job_id > p_after and f.finished_at < p_before
        order by f.job_id
        limit p_limit
        -- One that is being retried is not old any more.
        for update skip locked
    ) old;
    if ids is null then
        return;
    end if;
    delete from job_dependencies d
    where d.job_id = any (ids)
        or d.needs_job_id = any (ids) and exists (
            select from finished_jobs f where f.job_id = d.needs_job_id and f.state = 'succeeded');
    delete from job_log l where l.job_id = any (ids);
    get diagnostics log_lines = row_count;
    delete from attempts a where a.job_id = any (ids);
    get diagnostics attempts = row_count;
    delete from finished_jobs f where f.job_id = any (ids);
    get diagnostics jobs = row_count;
    last_id := ids[array_length(ids, 1)];
    return next;
end $$;

-- Deletes up to p_limit of each: submit tokens of ended jobs, workers that are long gone, ticks of schedules. Call it
-- until it finds nothing.
create function delete_old_records(p_before timestamptz, p_limit integer)
returns table (tokens bigint, workers bigint, ticks bigint)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
begin
    delete from job_tokens where client_token in (
        select t.client_token from job_tokens t
        where t.created_at < p_before and not exists (select from jobs j where j.job_id = t.job_id)
        order by t.created_at
        limit p_limit
    );
    get diagnostics tokens = row_count;
    delete from workers where worker_id in (
        select w.worker_id from workers w
        where coalesce(w.stopped_at, w.seen_at) < p_before
            and not exists (select from jobs j where j.state = 'running' and j.worker_id = w.worker_id)
        limit p_limit
    );
    get diagnostics workers = row_count;
    delete from schedule_ticks where (schedule_id, tick) in (
        select t.schedule_id, t.tick from schedule_ticks t where t.tick < p_before limit p_limit
    );
    get diagnostics ticks = row_count;
    return next;
end $$;

-- Changes how urgent a live job is. Returns its state, or that in which it had ended, or null: there is no such job.
create function set_priority(p_job_id bigint, p_priority smallint) returns job_state
language sql security definer set search_path = coppice, pg_temp as $$
    with changed as (
        update jobs set priority = p_priority where job_id = p_job_id returning state
    )
    select state from changed union all select state from finished_jobs where job_id = p_job_id limit 1
$$;

revoke all on function
    old_history_partitions, drop_history_partition, delete_finished_jobs, delete_old_records, set_priority from public;

do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_submitter,coppice_admin}'::text[], 'execute on function set_priority'),
            ('{coppice_admin}', 'execute on function old_history_partitions, drop_history_partition,
                delete_finished_jobs, delete_old_records')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
