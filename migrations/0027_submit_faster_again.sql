-- Mass submits once more: tokens are looked up one by one and remembered by a plain insert, which takes less than one that
-- minds conflicts; jobs find each other by an id that they were given beforehand; the statement's plan is kept, with joins
-- that suit any number of jobs, and an index for what is looked up.
set local search_path = coppice, pg_catalog;

-- Fails a submission that is for an experiment which is not there.
create function no_such_experiment(p_experiment_id bigint) returns boolean
language plpgsql set search_path = coppice, pg_temp as $$
begin
    raise exception using
        errcode = 'CP003', message = format('there is no experiment with id %s', p_experiment_id);
end $$;

revoke all on function no_such_experiment from public;

-- Inserts jobs, each a JSON object with the columns of `jobs` that a client may set, and `needs`: the ids of jobs
-- that must succeed first. Returns their ids in the order given. A token that was seen before returns its job, a
-- unique key that a live job holds returns that job; `created` says which. All or none.
--
-- Of two racing submits of one token the second fails with 23505 at `job_tokens_pkey`, and finds the job if it asks again.
create or replace function submit_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_nestloop = off as $$
#variable_conflict use_column
declare
    v_at timestamptz := clock_timestamp();
begin
    if exists (
        select from jsonb_array_elements(p_jobs) given
        where given->>'unique_key' is not null or jsonb_array_length(coalesce(given->'needs', '[]')) > 0
    ) then
        return query select * from submit_jobs_one_by_one(p_jobs);
        return;
    end if;

    return query
    with given as materialized (
        -- Ids in the order given; a job that is known costs a number.
        select
            nextval('jobs_job_id_seq') as job_id,
            (select t.job_id from job_tokens t where t.client_token = g.client_token) as known_job_id, g.*
        from jsonb_to_recordset(p_jobs) as g (
            client_token uuid, kind text, queue text, priority smallint, spec jsonb, experiment_id bigint,
            run_name text, parent_run_no bigint, params jsonb, tags jsonb, max_attempts integer, timeout interval,
            scheduled_at timestamptz, delay interval, submitted_by text
        )
    ), fresh as (
        insert into job_tokens (client_token, job_id, created_at)
        select distinct on (g.client_token) g.client_token, g.job_id, v_at
        from given g
        where g.known_job_id is null
        order by g.client_token, g.job_id
        returning client_token, job_id
    ), inserted as (
        insert into jobs (
            job_id, client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, scheduled_at, submitted_by, submitted_at, state
        )
        overriding system value
        select
            g.job_id, g.client_token, g.kind, coalesce(g.queue, 'default'), coalesce(g.priority, 0::smallint), g.spec,
            g.experiment_id, g.run_name, g.parent_run_no, coalesce(g.params, '{}'), coalesce(g.tags, '{}'),
            coalesce(g.max_attempts, 3),
            -- In seconds: months and days have no fixed length.
            make_interval(secs => extract(epoch from g.timeout)), due.at, coalesce(g.submitted_by, session_user), v_at,
            case when due.at > v_at then 'scheduled' else 'queued' end::job_state
        from fresh f
        join given g using (job_id)
        cross join lateral (select coalesce(g.scheduled_at, v_at + g.delay, v_at) as at) due
    ), named as (
        insert into queues (queue)
        select distinct coalesce(g.queue, 'default') from given g
        on conflict do nothing
    ), missing as (
        select g.experiment_id
        from (select distinct experiment_id from given) g
        where (select e.experiment_id from experiments e where e.experiment_id = g.experiment_id) is null
    )
    select coalesce(g.known_job_id, f.job_id), g.job_id is not distinct from f.job_id
    from given g left join fresh f on f.client_token = g.client_token
    where (select count(no_such_experiment(experiment_id)) from missing) = 0
    order by g.job_id;
end $$;

drop function submit_plain_jobs, job_of_token;
