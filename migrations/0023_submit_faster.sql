-- Mass submits again: a token is remembered first, which also finds those that were there before, and jobs go in without
-- what had cost the most, a regular expression for each. Every queue's name is checked where it is registered.
set local search_path = coppice, pg_catalog;

alter table jobs drop constraint jobs_queue_form;

-- The job that was submitted with a token. Volatile, so that it also sees what another transaction committed a moment ago.
create function job_of_token(p_token uuid) returns bigint
language plpgsql volatile security definer set search_path = coppice, pg_temp as $$
declare
    v_id bigint;
begin
    select t.job_id into v_id from job_tokens t where t.client_token = p_token;
    if not found then
        raise exception using
            errcode = '23505', constraint = 'job_tokens_pkey',
            message = 'the same jobs are being submitted by somebody else: submit them again';
    end if;
    return v_id;
end $$;

revoke all on function job_of_token from public;

-- What submit_jobs does for jobs that are all plain.
create or replace function submit_plain_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_missing bigint;
    v_at timestamptz := clock_timestamp();
begin
    return query
    with given as materialized (
        select g.*
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
    ), fresh as (
        -- Ids in the order given; one that is known costs a number.
        insert into job_tokens (client_token, job_id, created_at)
        select ordered.client_token, nextval('jobs_job_id_seq'), v_at
        from (select g.client_token from given g order by g.place) ordered
        on conflict (client_token) do nothing
        returning client_token, job_id
    ), inserted as (
        insert into jobs (
            job_id, client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, scheduled_at, submitted_by, submitted_at, state
        )
        overriding system value
        select distinct on (f.job_id)
            f.job_id, g.client_token, g.kind, coalesce(g.queue, 'default'), coalesce(g.priority, 0::smallint), g.spec,
            g.experiment_id, g.run_name, g.parent_run_no, coalesce(g.params, '{}'), coalesce(g.tags, '{}'),
            coalesce(g.max_attempts, 3),
            -- In seconds: months and days have no fixed length.
            make_interval(secs => extract(epoch from g.timeout)), due.at, coalesce(g.submitted_by, session_user), v_at,
            case when due.at > v_at then 'scheduled' else 'queued' end::job_state
        from fresh f
        join given g on g.client_token = f.client_token
        cross join lateral (select coalesce(g.scheduled_at, v_at + g.delay, v_at) as at) due
        order by f.job_id, g.place
    ), named as (
        insert into queues (queue)
        select distinct coalesce(g.queue, 'default') from given g
        on conflict do nothing
    )
    select
        coalesce(f.job_id, job_of_token(g.client_token)),
        f.job_id is not null and g.place = first_value(g.place) over (partition by g.client_token order by g.place)
    from given g left join fresh f on f.client_token = g.client_token
    order by g.place;

    select given.experiment_id into v_missing
    from (select distinct (job->>'experiment_id')::bigint as experiment_id from jsonb_array_elements(p_jobs) job) given
    where not exists (select from experiments e where e.experiment_id = given.experiment_id)
    limit 1;
    if found then
        raise exception using errcode = 'CP003', message = format('there is no experiment with id %s', v_missing);
    end if;
end $$;
