-- Plans that hold for a store of any size, also where they were made when it was empty: then a join by a key and one through
-- the whole index cost the same, and the latter grows with the runs until the statistics are renewed. So rows are named by
-- their keys. And a job that nothing waits for, of a run that ends with its attempt, ends with fewer statements.
set local search_path = coppice, pg_catalog;

-- Claims up to p_limit jobs of the queues for a worker. p_shares says how many of them each queue may have before the
-- others have had theirs; what one leaves goes to the others. Without it the queues are as one. The attempt and its
-- RUNNING run, with what is known of it, are born in the same statement as the claim, so that a crash at any later point
-- leaves a record.
create or replace function claim_jobs(
    p_worker_id bigint, p_queues text[], p_limit integer, p_lease interval, p_shares integer[] default null
) returns table (
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
        where c.run_no is null or (select own.run_no from runs own where own.run_no = c.run_no) is null
        returning runs.run_no, runs.run_id, runs.name, runs.job_id
    ), resumed as (
        update runs r
        set (job_id, attempt) = (select c.job_id, c.attempt from claimed c where c.run_no = r.run_no),
            status = 'RUNNING', ended_at = null
        where r.run_no = any (array(select c.run_no from claimed c where c.run_no is not null))
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

-- Ends a job: moves it to the history, ends its run if it was made at submission, and looks after the jobs that wait for it.
-- Returns the queues in which jobs became claimable.
create or replace function end_job(p_job_id bigint, p_state job_state, p_error text) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    v_run_no bigint;
    v_dependents bigint[];
    v_woken bigint[];
    v_dependent bigint;
    v_queues text[] := '{}';
begin
    if p_state <> 'succeeded' then
        perform lock_dependents(array[p_job_id]);
    end if;

    with gone as (
        delete from jobs where job_id = p_job_id returning *
    ), kept as (
        insert into finished_jobs (
            job_id, client_token, kind, queue, priority, state, spec, experiment_id, run_name, parent_run_no, params, tags,
            attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, error, submitted_by,
            submitted_at, finished_at, run_no
        )
        select
            job_id, client_token, kind, queue, priority, p_state, spec, experiment_id, run_name, parent_run_no, params, tags,
            attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, p_error, submitted_by,
            submitted_at, clock_timestamp(), run_no
        from gone
    )
    select gone.run_no into v_run_no from gone;

    -- The run that was made at submission ends with its job, also if no attempt ever began.
    if v_run_no is not null then
        update runs r
        set status = case p_state when 'succeeded' then 'FINISHED' when 'failed' then 'FAILED' else 'KILLED' end::run_status,
            ended_at = clock_timestamp()
        where r.run_no = v_run_no and r.status in ('RUNNING', 'SCHEDULED');
    end if;

    select array_agg(d.job_id), array_agg(d.job_id) filter (where p_state = 'succeeded' or d.is_part)
    into v_dependents, v_woken
    from job_dependencies d where d.needs_job_id = p_job_id;
    if v_dependents is null then
        return v_queues;
    end if;

    if v_woken is not null then
        -- In the order of their ids, as everybody locks them.
        perform from jobs waiting
        where waiting.job_id = any (v_woken) and waiting.state = 'waiting'
        order by waiting.job_id
        for update;
        with woken as (
            update jobs j
            set waits_on = j.waits_on - 1,
                state = case
                    when j.waits_on > 1 then j.state
                    when j.scheduled_at > clock_timestamp() then 'scheduled'::job_state
                    else 'queued'::job_state
                end
            where j.job_id = any (v_woken) and j.state = 'waiting'
            returning j.queue, j.state
        )
        select coalesce(array_agg(distinct woken.queue), '{}') into v_queues from woken where woken.state = 'queued';
    end if;

    if p_state <> 'succeeded' then
        for v_dependent in
            select waiting.job_id
            from jobs waiting join job_dependencies d on d.job_id = waiting.job_id
            where d.needs_job_id = p_job_id and waiting.job_id = any (v_dependents) and waiting.state = 'waiting'
                and not d.is_part
            order by waiting.job_id
            for update of waiting
        loop
            v_queues := v_queues || end_job(v_dependent, 'cancelled', format('job %s, which it waits for, %s',
                p_job_id, case p_state when 'failed' then 'failed' else 'was cancelled' end));
        end loop;
    end if;
    return v_queues;
end $$;

-- Makes due jobs claimable. Returns the queues that got some, so that the caller can wake their workers.
create or replace function promote_due_jobs(p_limit integer) returns table (queue text)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
#variable_conflict use_column
declare
    v_job_ids bigint[];
begin
    select array_agg(due.job_id) into v_job_ids
    from (
        select job_id from jobs
        where state = 'scheduled' and scheduled_at <= clock_timestamp()
        order by scheduled_at
        limit p_limit
        for update skip locked
    ) due;
    if v_job_ids is null then
        return;
    end if;
    return query
    with promoted as (
        update jobs set state = 'queued' where job_id = any (v_job_ids) returning queue
    )
    select distinct queue from promoted;
end $$;
