-- Jobs that publish nothing end together: what is done while a transaction is under way shares the next one.
set local search_path = coppice, pg_catalog;

-- Ends jobs as succeeded whose attempts are still the worker's own. Of several it leaves those alone that were taken away,
-- are to be cancelled or hold others up: finish_job says what is the matter with each. For one job it is finish_job.
create function finish_jobs(
    p_job_ids bigint[], p_attempts integer[], p_worker_id bigint, out finished bigint[], out woken_queues text[]
)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
-- One that somebody else holds must not keep the others waiting for long: each is ended alone then.
set lock_timeout = '1s' as $$
declare
    v_job_ids bigint[];
    v_first bigint;
    v_last bigint;
begin
    woken_queues := '{}';
    if cardinality(p_job_ids) = 1 then
        woken_queues := finish_job(p_job_ids[1], p_attempts[1], p_worker_id);
        finished := p_job_ids;
        return;
    end if;

    -- Rows are named by their keys in all of this, and not joined: a plan that is made while the store is empty is kept.
    select array_agg(own.job_id), min(own.job_id), max(own.job_id) into v_job_ids, v_first, v_last
    from (
        select j.job_id
        from jobs j
        where j.job_id = any (p_job_ids) and j.attempt = p_attempts[array_position(p_job_ids, j.job_id)]
            and j.worker_id = p_worker_id and j.state = 'running' and j.cancel_requested_at is null
        -- As everybody locks them. A claim holds, until its commit, also what it found claimed by others.
        order by j.job_id
        for update
    ) own;

    -- Now that they are locked, nobody can begin to wait for them.
    with gone as (
        delete from jobs j
        where j.job_id = any (v_job_ids)
            and (select d.needs_job_id from job_dependencies d where d.needs_job_id = j.job_id limit 1) is null
        returning j.*
    ), kept as (
        insert into finished_jobs (
            job_id, client_token, kind, queue, priority, state, spec, experiment_id, run_name, parent_run_no, params, tags,
            attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, submitted_by,
            submitted_at, finished_at, run_no
        )
        select
            job_id, client_token, kind, queue, priority, 'succeeded', spec, experiment_id, run_name, parent_run_no, params,
            tags, attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, submitted_by,
            submitted_at, clock_timestamp(), run_no
        from gone
    ), attempts_ended as (
        update attempts a set outcome = 'succeeded', ended_at = clock_timestamp()
        -- The bounds are for the partitions: an array says nothing of them.
        where a.job_id between v_first and v_last
            and a.job_id = any (array(select gone.job_id from gone)) and a.outcome is null
            and a.attempt = (select gone.attempt from gone where gone.job_id = a.job_id)
        returning a.run_no
    ), runs_ended as (
        update runs r set status = 'FINISHED', ended_at = clock_timestamp()
        where r.run_no = any (array(select attempts_ended.run_no from attempts_ended)) and r.status = 'RUNNING'
    )
    select coalesce(array_agg(gone.job_id), '{}') into finished from gone;
end $$;

revoke all on function finish_jobs from public;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['coppice_worker', 'coppice_admin'] loop
        continue when not exists (select from pg_roles where rolname = role_name);
        execute format('grant execute on function finish_jobs to %I', role_name);
    end loop;
end $$;
