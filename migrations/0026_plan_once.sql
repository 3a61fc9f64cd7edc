-- What a job costs the server is mostly the planning of its statements: a function in SQL plans its body again at every
-- call, one in PL/pgSQL once for each connection. Claiming took 1.0 ms of which 0.8 were that.
--
-- A plan that is kept must suit every state of the tables, also the one it was not made in: it goes through an index, row by
-- row, even where a table is empty at the time.
set local search_path = coppice, pg_catalog;

-- Claims up to p_limit jobs of the queues for a worker. p_shares says how many of them each queue may have before the
-- others have had theirs; what one leaves goes to the others. Without it the queues are as one. The attempt and its
-- RUNNING run, with what is known of it, are born in the same statement as the claim, so that a crash at any later point
-- leaves a record.
create or replace function claim_jobs(
    p_worker_id bigint, p_queues text[], p_limit integer, p_lease interval, p_shares integer[] default null
)
returns table (
    job_id bigint, attempt integer, kind text, queue text, spec jsonb, experiment_id bigint, run_no bigint, run_id text,
    run_name text, timeout interval, failures integer, max_attempts integer, submitted_by text
)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    v_job_ids bigint[];
begin
    -- Alone, for most looks find nothing.
    select array_agg(chosen.job_id) into v_job_ids
    from (
        select shared.job_id
        from (
            select
                candidate.job_id, candidate.claim_order,
                row_number() over (partition by wanted.queue order by candidate.claim_order, candidate.job_id)
                    > wanted.share as is_beyond
            from unnest(p_queues, p_shares) as wanted (queue, share)
            cross join lateral (
                select j.job_id, claim_order(j.priority, j.scheduled_at) as claim_order
                from jobs j
                where j.state = 'queued' and j.queue = wanted.queue
                    and not exists (select from queues q where q.queue = wanted.queue and q.paused_at is not null)
                order by claim_order(j.priority, j.scheduled_at), j.job_id
                limit p_limit
                for update skip locked
            ) candidate
        ) shared
        order by shared.is_beyond, shared.claim_order, shared.job_id
        limit p_limit
    ) chosen;
    if v_job_ids is null then
        return;
    end if;

    return query
    with claimed as (
        update jobs j
        set state = 'running',
            attempt = j.attempt + 1,
            worker_id = p_worker_id,
            started_at = clock_timestamp(),
            lease_until = clock_timestamp() + p_lease,
            progress = null
        where j.job_id = any (v_job_ids)
        returning j.*
    ), begun as (
        insert into runs (experiment_id, name, user_id, parent_run_no, job_id, attempt)
        select
            c.experiment_id, coalesce(c.run_name, c.kind || '-' || c.job_id), c.submitted_by,
            (select parent.run_no from runs parent where parent.run_no = c.parent_run_no), c.job_id, c.attempt
        from claimed c
        where not exists (select from runs own where own.run_no = c.run_no)
        returning runs.run_no, runs.run_id, runs.name, runs.job_id
    ), resumed as (
        update runs r
        set job_id = c.job_id, attempt = c.attempt, status = 'RUNNING', ended_at = null
        from claimed c
        where r.run_no = c.run_no
        returning r.run_no, r.run_id, r.name, r.job_id
    ), running as (
        select * from begun union all select * from resumed
    ), recorded as (
        insert into attempts (job_id, attempt, worker_id, run_no, started_at)
        select c.job_id, c.attempt, p_worker_id, b.run_no, c.started_at
        from claimed c join running b using (job_id)
    ), with_params as (
        insert into params (run_no, key, value)
        -- Cut to what the table takes: one job's odd parameter must not keep the others from being claimed.
        select b.run_no, p.key, left(p.value, 6000)
        from claimed c join begun b using (job_id) cross join lateral jsonb_each_text(c.params) p
        where p.value is not null and length(p.key) between 1 and 250
    ), with_tags as (
        insert into tags (run_no, key, value)
        select b.run_no, t.key, left(t.value, 8000)
        from claimed c join begun b using (job_id)
        cross join lateral jsonb_each_text(c.tags || jsonb_build_object('mlflow.runName', b.name)) t
        where t.value is not null and length(t.key) between 1 and 250
    )
    select
        c.job_id, c.attempt, c.kind, c.queue, c.spec, c.experiment_id, b.run_no, b.run_id, b.name, c.timeout, c.failures,
        c.max_attempts, c.submitted_by
    from claimed c join running b using (job_id)
    order by claim_order(c.priority, c.scheduled_at), c.job_id;
end $$;

-- Closes the attempt of a held job, and its run.
create or replace function close_attempt(
    p_job_id bigint, p_attempt integer, p_outcome attempt_outcome, p_status run_status, p_error text
) returns void
language plpgsql security definer set search_path = coppice, pg_temp as $$
begin
    update attempts set outcome = p_outcome, error = p_error, ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and outcome is null;
    update runs set status = p_status, ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and status = 'RUNNING';
end $$;

-- Makes due jobs claimable. Returns the queues that got some, so that the caller can wake their workers.
create or replace function promote_due_jobs(p_limit integer) returns table (queue text)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
#variable_conflict use_column
begin
    return query
    with due as materialized (
        select job_id from jobs
        where state = 'scheduled' and scheduled_at <= clock_timestamp()
        order by scheduled_at
        limit p_limit
        for update skip locked
    ), promoted as (
        update jobs j set state = 'queued' from due where j.job_id = due.job_id returning j.queue
    )
    select distinct queue from promoted;
end $$;

-- The end of a job, which calls the two above.
alter function finish_job set plan_cache_mode = force_generic_plan;
do $$
declare
    ending text;
begin
    foreach ending in array array[
        'finish_job', 'fail_job', 'lose_job', 'release_job', 'acknowledge_cancel', 'rescue_jobs', 'cancel_job'
    ] loop
        execute format(
            'alter function %I set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off', ending
        );
    end loop;
end $$;
