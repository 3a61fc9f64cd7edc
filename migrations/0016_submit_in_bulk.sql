-- Mass submits. Jobs that need no other job and have no unique key, as most have, are inserted by one statement for all
-- of them; what has to be looked at one by one still is.
set local search_path = coppice, pg_catalog;

alter function submit_jobs(jsonb) rename to submit_jobs_one_by_one;

-- What submit_jobs does for jobs that are all plain. Tokens are looked up in their index even where statistics still
-- say that there are few.
create function submit_plain_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_missing bigint;
begin
    select given.experiment_id into v_missing
    from (select distinct (job->>'experiment_id')::bigint as experiment_id from jsonb_array_elements(p_jobs) job) given
    where not exists (select from experiments e where e.experiment_id = given.experiment_id)
    limit 1;
    if found then
        raise exception using errcode = 'CP003', message = format('there is no experiment with id %s', v_missing);
    end if;

    return query
    with now as materialized (
        -- Once: jobs of one call are equally old, and go in the order of their ids.
        select clock_timestamp() as at
    ), given as materialized (
        select
            g.*,
            row_number() over (partition by g.client_token order by g.place) > 1 as is_repeated,
            (select t.job_id from job_tokens t where t.client_token = g.client_token) as known_job_id
        from rows from (
            jsonb_to_recordset(p_jobs) as (
                client_token uuid, kind text, queue text, priority smallint, spec jsonb, experiment_id bigint,
                run_name text, parent_run_no bigint, params jsonb, tags jsonb, max_attempts integer, timeout interval,
                scheduled_at timestamptz, delay interval, submitted_by text
            )
        ) with ordinality as g (
            client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, scheduled_at, delay, submitted_by, place
        )
    ), fresh as materialized (
        -- Ids in the order given.
        select nextval('jobs_job_id_seq') as job_id, ordered.*
        from (
            select g.*, coalesce(g.scheduled_at, now.at + g.delay, now.at) as due_at, now.at as submitted_at
            from given g cross join now
            where not g.is_repeated and g.known_job_id is null
            order by g.place
        ) ordered
    ), inserted as (
        insert into jobs (
            job_id, client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, scheduled_at, submitted_by, submitted_at, state
        )
        overriding system value
        select
            f.job_id, f.client_token, f.kind, coalesce(f.queue, 'default'), coalesce(f.priority, 0::smallint), f.spec,
            f.experiment_id, f.run_name, f.parent_run_no, coalesce(f.params, '{}'), coalesce(f.tags, '{}'),
            coalesce(f.max_attempts, 3),
            -- In seconds: months and days have no fixed length.
            make_interval(secs => extract(epoch from f.timeout)), f.due_at, coalesce(f.submitted_by, session_user),
            f.submitted_at, case when f.due_at > f.submitted_at then 'scheduled' else 'queued' end::job_state
        from fresh f
    ), remembered as (
        -- Two racing submits of one token: the second fails here with 23505, whole, and asks again.
        insert into job_tokens (client_token, job_id) select f.client_token, f.job_id from fresh f
    ), named as (
        insert into queues (queue)
        select distinct coalesce(f.queue, 'default') from fresh f
        on conflict do nothing
    )
    select coalesce(f.job_id, g.known_job_id), f.job_id is not null and not g.is_repeated
    from given g left join fresh f on f.client_token = g.client_token
    order by g.place;
end $$;

-- Inserts jobs, each a JSON object with the columns of `jobs` that a client may set, and `needs`: the ids of jobs
-- that must succeed first. Returns their ids in the order given. A token that was seen before returns its job, a
-- unique key that a live job holds returns that job; `created` says which. All or none.
create function submit_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp as $$
begin
    if exists (
        select from jsonb_array_elements(p_jobs) given
        where given->>'unique_key' is not null or jsonb_array_length(coalesce(given->'needs', '[]')) > 0
    ) then
        return query select * from submit_jobs_one_by_one(p_jobs);
    else
        return query select * from submit_plain_jobs(p_jobs);
    end if;
end $$;

revoke all on function submit_jobs, submit_jobs_one_by_one, submit_plain_jobs from public;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['coppice_submitter', 'coppice_admin'] loop
        continue when not exists (select from pg_roles where rolname = role_name);
        execute format('grant execute on function submit_jobs to %I', role_name);
    end loop;
end $$;
