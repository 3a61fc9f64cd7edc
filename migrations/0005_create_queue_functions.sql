-- The queue's transitions, each one round trip, so that no lock waits for a client.
-- Rules: the database's clock only; every write of a worker proves (job_id, attempt, worker_id, running) under the
-- row lock; rows are locked in the order of their job ids, then the registered model; no session state, so that a
-- pooler in transaction mode works.
set local search_path = coppice, pg_catalog;

-- Makes every history partition that is missing, up to one beyond the newest job id. Rows that came before their
-- partition, after a mass submit for instance, move out of the default partition. Fails rather than waits for long.
create function ensure_history_partitions() returns void
language plpgsql security definer set search_path = coppice, pg_temp set lock_timeout = '2s' as $$
declare
    width constant bigint := 1000000;
    newest bigint;
    part bigint;
    parent text;
begin
    select coalesce(last_value, 0) into newest from jobs_job_id_seq;
    for part in 0 .. newest / width + 1 loop
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

select ensure_history_partitions();

-- Inserts jobs, each a JSON object with the columns of `jobs` that a client may set, and `needs`: the ids of jobs
-- that must succeed first. Returns their ids in the order given. A token that was seen before returns its job, a
-- unique key that a live job holds returns that job; `created` says which. All or none.
create function submit_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
declare
    given record;
    v_id bigint;
    v_live integer;
    v_succeeded integer;
    v_missing bigint;
begin
    -- A client that stops in the middle must not hold the rows below for long.
    perform set_config('idle_in_transaction_session_timeout', '30s', true);
    for given in
        select *
        from jsonb_to_recordset(p_jobs) as given (
            client_token uuid, kind text, queue text, priority smallint, spec jsonb, experiment_id bigint,
            run_name text, parent_run_no bigint, params jsonb, tags jsonb, max_attempts integer, timeout interval,
            unique_key text, scheduled_at timestamptz, delay interval, needs bigint[], submitted_by text
        )
    loop
        select t.job_id into v_id from job_tokens t where t.client_token = given.client_token;
        if found then
            return query select v_id, false;
            continue;
        end if;

        if not exists (select from experiments e where e.experiment_id = given.experiment_id) then
            raise exception using
                errcode = 'CP003', message = format('there is no experiment with id %s', given.experiment_id);
        end if;

        -- What it needs is locked, so that none of it can end between this look and the insert; key share, so that
        -- its worker can go on renewing its lease.
        select count(*) into v_live
        from (select from jobs j where j.job_id = any (given.needs) order by j.job_id for key share) live;
        select count(*) into v_succeeded
        from finished_jobs f where f.job_id = any (given.needs) and f.state = 'succeeded';
        if v_live + v_succeeded < (select count(distinct n) from unnest(given.needs) n) then
            select n into v_missing
            from unnest(given.needs) n
            where not exists (select from jobs j where j.job_id = n)
                and not exists (select from finished_jobs f where f.job_id = n and f.state = 'succeeded')
            limit 1;
            raise exception using
                errcode = 'CP002',
                message = format('job %s cannot be waited for: %s', v_missing,
                    coalesce((select f.state::text from finished_jobs f where f.job_id = v_missing), 'there is no such job'));
        end if;

        insert into jobs as j (
            client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, unique_key, waits_on, scheduled_at, submitted_by, state
        )
        select
            given.client_token, given.kind, coalesce(given.queue, 'default'), coalesce(given.priority, 0::smallint),
            given.spec, given.experiment_id, given.run_name, given.parent_run_no,
            coalesce(given.params, '{}'), coalesce(given.tags, '{}'),
            -- In seconds: months and days have no fixed length.
            coalesce(given.max_attempts, 3), make_interval(secs => extract(epoch from given.timeout)), given.unique_key, v_live, due.at,
            coalesce(given.submitted_by, session_user),
            case
                when v_live > 0 then 'waiting'
                when due.at > clock_timestamp() then 'scheduled'
                else 'queued'
            end::job_state
        from (select coalesce(given.scheduled_at, clock_timestamp() + given.delay, clock_timestamp()) as at) due
        on conflict (unique_key) where unique_key is not null do nothing
        returning j.job_id into v_id;

        if v_id is null then
            select j.job_id into v_id from jobs j where j.unique_key = given.unique_key;
            if v_id is null then
                raise exception using
                    errcode = '40001',
                    message = format('the job with the unique key %L ended just now', given.unique_key);
            end if;
            return query select v_id, false;
            continue;
        end if;

        -- Two racing submits of one token: the second fails here with 23505, whole, and asks again.
        insert into job_tokens (client_token, job_id) values (given.client_token, v_id);
        insert into job_dependencies (needs_job_id, job_id) select distinct n, v_id from unnest(given.needs) n;
        insert into queues (queue) values (coalesce(given.queue, 'default')) on conflict do nothing;
        return query select v_id, true;
    end loop;
end $$;

-- Claims up to p_limit jobs of the queues for a worker. The attempt and its RUNNING run, with what is known of it,
-- are born in the same statement, so that a crash at any later point leaves a record.
create function claim_jobs(p_worker_id bigint, p_queues text[], p_limit integer, p_lease interval)
returns table (
    job_id bigint, attempt integer, kind text, queue text, spec jsonb, experiment_id bigint, run_no bigint, run_id text,
    run_name text, timeout interval, failures integer, max_attempts integer, submitted_by text
)
language sql security definer set search_path = coppice, pg_temp as $$
    with claimable as materialized (
        select candidate.job_id
        from unnest(p_queues) as wanted (queue)
        cross join lateral (
            select j.job_id, j.priority
            from jobs j
            where j.state = 'queued' and j.queue = wanted.queue
                and not exists (select from queues q where q.queue = wanted.queue and q.paused_at is not null)
            order by j.priority desc, j.job_id
            limit p_limit
            for update skip locked
        ) candidate
        order by candidate.priority desc, candidate.job_id
        limit p_limit
    ), claimed as (
        update jobs j
        set state = 'running',
            attempt = j.attempt + 1,
            worker_id = p_worker_id,
            started_at = clock_timestamp(),
            lease_until = clock_timestamp() + p_lease,
            progress = null
        from claimable
        where j.job_id = claimable.job_id
        returning j.*
    ), begun as (
        insert into runs (experiment_id, name, user_id, parent_run_no, job_id, attempt)
        select
            c.experiment_id, coalesce(c.run_name, c.kind || '-' || c.job_id), c.submitted_by,
            (select parent.run_no from runs parent where parent.run_no = c.parent_run_no), c.job_id, c.attempt
        from claimed c
        returning runs.run_no, runs.run_id, runs.name, runs.job_id
    ), recorded as (
        insert into attempts (job_id, attempt, worker_id, run_no, started_at)
        select c.job_id, c.attempt, p_worker_id, b.run_no, c.started_at
        from claimed c join begun b using (job_id)
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
    from claimed c join begun b using (job_id)
    order by c.priority desc, c.job_id
$$;

-- Renews all leases of a worker at once and shows it as alive. A job that is missing from the answer is lost: stop it.
create function renew_leases(
    p_worker_id bigint, p_job_ids bigint[], p_attempts integer[], p_progress real[], p_lease interval
) returns table (job_id bigint, cancel_requested boolean)
language sql security definer set search_path = coppice, pg_temp set lock_timeout = '5s' as $$
    with alive as (
        update workers set seen_at = clock_timestamp() where worker_id = p_worker_id
    ), mine as materialized (
        select j.job_id, held.progress
        from unnest(p_job_ids, p_attempts, p_progress) as held (job_id, attempt, progress)
        join jobs j on j.job_id = held.job_id and j.attempt = held.attempt
        where j.state = 'running' and j.worker_id = p_worker_id
        order by j.job_id
        for no key update of j
    )
    update jobs j
    set lease_until = clock_timestamp() + p_lease, progress = coalesce(mine.progress, j.progress)
    from mine
    where j.job_id = mine.job_id
    returning j.job_id, j.cancel_requested_at is not null
$$;

-- The fence: this attempt still owns the job. Holds the row until the transaction ends.
create function hold_job(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns jobs
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
begin
    select * into held
    from jobs
    where job_id = p_job_id and attempt = p_attempt and worker_id = p_worker_id and state = 'running'
    for update;
    if not found then
        raise exception using
            errcode = 'CP001', message = format('attempt %s of job %s was taken away', p_attempt, p_job_id);
    end if;
    return held;
end $$;

-- Closes the attempt of a held job, and its run.
create function close_attempt(
    p_job_id bigint, p_attempt integer, p_outcome attempt_outcome, p_status run_status, p_error text
) returns void
language sql security definer set search_path = coppice, pg_temp as $$
    update attempts set outcome = p_outcome, error = p_error, ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and outcome is null;
    update runs set status = p_status, ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and status = 'RUNNING';
$$;

-- A job leaves the hot table; what waits for it wakes up (it succeeded), or ends with it (it did not). Returns the
-- queues that got something to claim.
create function end_job(p_job_id bigint, p_state job_state, p_error text) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    dependent bigint;
    woken_queues text[] := '{}';
begin
    with gone as (
        delete from jobs where job_id = p_job_id returning *
    )
    insert into finished_jobs
    select
        job_id, client_token, kind, queue, priority, p_state, spec, experiment_id, run_name, parent_run_no, params, tags,
        attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, p_error, submitted_by, submitted_at,
        clock_timestamp()
    from gone;

    if p_state = 'succeeded' then
        with woken as (
            update jobs j
            set waits_on = j.waits_on - 1,
                state = case
                    when j.waits_on > 1 then j.state
                    when j.scheduled_at > clock_timestamp() then 'scheduled'::job_state
                    else 'queued'::job_state
                end
            from (
                select waiting.job_id
                from jobs waiting join job_dependencies d on d.job_id = waiting.job_id
                where d.needs_job_id = p_job_id and waiting.state = 'waiting'
                order by waiting.job_id
                for update of waiting
            ) dependents
            where j.job_id = dependents.job_id
            returning j.queue, j.state
        )
        select coalesce(array_agg(distinct woken.queue), '{}') into woken_queues from woken where woken.state = 'queued';
    else
        for dependent in
            select waiting.job_id
            from jobs waiting join job_dependencies d on d.job_id = waiting.job_id
            where d.needs_job_id = p_job_id and waiting.state = 'waiting'
            order by waiting.job_id
            for update of waiting
        loop
            perform end_job(dependent, 'cancelled', format('job %s, which it waits for, %s', p_job_id,
                case p_state when 'failed' then 'failed' else 'was cancelled' end));
        end loop;
    end if;
    return woken_queues;
end $$;

-- Success: the first step of the transaction that publishes what the job made. Returns the queues to wake. A job whose
-- cancellation was requested is not finished any more.
create function finish_job(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
begin
    -- A worker that stops between here and its commit must not keep the job, or the registered model, for long.
    perform set_config('idle_in_transaction_session_timeout', '30s', true);
    held := hold_job(p_job_id, p_attempt, p_worker_id);
    if held.cancel_requested_at is not null then
        raise exception using errcode = 'CP004', message = format('job %s is to be cancelled', p_job_id);
    end if;
    perform close_attempt(p_job_id, p_attempt, 'succeeded', 'FINISHED', null);
    return end_job(p_job_id, 'succeeded', null);
end $$;

-- Failure: again after p_retry_in, or, when that is null or the attempts are used up, the end. A job whose
-- cancellation was requested ends as cancelled.
create function fail_job(
    p_job_id bigint, p_attempt integer, p_worker_id bigint, p_error text, p_retry_in interval
) returns job_state
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
begin
    held := hold_job(p_job_id, p_attempt, p_worker_id);
    if held.cancel_requested_at is not null then
        perform close_attempt(p_job_id, p_attempt, 'cancelled', 'KILLED', p_error);
        perform end_job(p_job_id, 'cancelled', p_error);
        return 'cancelled';
    end if;

    perform close_attempt(p_job_id, p_attempt, 'failed', 'FAILED', p_error);
    update jobs set failures = failures + 1, error = p_error where job_id = p_job_id;
    if p_retry_in is null or held.failures + 1 >= held.max_attempts then
        perform end_job(p_job_id, 'failed', p_error);
        return 'failed';
    end if;

    update jobs
    set state = 'scheduled', scheduled_at = clock_timestamp() + p_retry_in,
        worker_id = null, lease_until = null, progress = null
    where job_id = p_job_id;
    return 'scheduled';
end $$;

-- Cancellation, seen by the worker that runs the job.
create function acknowledge_cancel(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns void
language plpgsql security definer set search_path = coppice, pg_temp as $$
begin
    perform hold_job(p_job_id, p_attempt, p_worker_id);
    perform close_attempt(p_job_id, p_attempt, 'cancelled', 'KILLED', null);
    perform end_job(p_job_id, 'cancelled', 'cancelled while it ran');
end $$;

-- Graceful stop of a worker: the job goes back at once, and no failure is counted.
create function release_job(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns void
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
begin
    held := hold_job(p_job_id, p_attempt, p_worker_id);
    perform close_attempt(p_job_id, p_attempt, 'released', 'KILLED', null);
    if held.cancel_requested_at is not null then
        perform end_job(p_job_id, 'cancelled', 'cancelled while it ran');
    else
        update jobs
        set state = 'queued', worker_id = null, lease_until = null, progress = null
        where job_id = p_job_id;
    end if;
end $$;

-- Hands expired leases back; any worker, any time. The lease is judged under the row lock. A job that lost its
-- worker p_max_losses times ends as failed: it probably kills them. Returns how many leases had expired.
create function rescue_jobs(p_max_losses integer, p_limit integer) returns integer
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    expired jobs;
    rescued integer := 0;
begin
    for expired in
        select * from jobs
        where state = 'running' and lease_until < clock_timestamp()
        order by job_id
        limit p_limit
        for update skip locked
    loop
        perform close_attempt(expired.job_id, expired.attempt, 'lost', 'KILLED', 'its worker was lost');
        update jobs
        set losses = losses + 1, state = 'queued', worker_id = null, lease_until = null, progress = null
        where job_id = expired.job_id;
        if expired.cancel_requested_at is not null then
            perform end_job(expired.job_id, 'cancelled', 'cancelled while it ran');
        elsif expired.losses + 1 >= p_max_losses then
            perform end_job(expired.job_id, 'failed', format('its worker was lost %s times', expired.losses + 1));
        end if;
        rescued := rescued + 1;
    end loop;
    return rescued;
end $$;

-- Makes due jobs claimable. Returns the queues that got some, so that the caller can wake their workers.
create function promote_due_jobs(p_limit integer) returns table (queue text)
language sql security definer set search_path = coppice, pg_temp as $$
    with due as materialized (
        select job_id from jobs
        where state = 'scheduled' and scheduled_at <= clock_timestamp()
        order by scheduled_at
        limit p_limit
        for update skip locked
    ), promoted as (
        update jobs j set state = 'queued' from due where j.job_id = due.job_id returning j.queue
    )
    select distinct queue from promoted
$$;

-- Ends a job that does not run yet; asks the worker of one that does. Returns 'cancelled', 'requested', the state in
-- which it had ended already, or null: there is no such job.
create function cancel_job(p_job_id bigint) returns text
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    found_state job_state;
begin
    select state into found_state from jobs where job_id = p_job_id for update;
    if not found then
        return (select state::text from finished_jobs where job_id = p_job_id);
    end if;
    if found_state = 'running' then
        update jobs set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()) where job_id = p_job_id;
        return 'requested';
    end if;
    perform end_job(p_job_id, 'cancelled', 'cancelled before it ran');
    return 'cancelled';
end $$;

-- Queues a failed or cancelled job again, under its old id and with fresh counters; a job that waits for its next
-- attempt goes on at once. What it needs is looked at anew. Returns the state it was in, or null: there is no such job.
create function retry_job(p_job_id bigint) returns text
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    ended finished_jobs;
    live jobs;
    needed bigint[];
    missing bigint;
    waiting integer;
begin
    select * into live from jobs where job_id = p_job_id for update;
    if found then
        if live.state = 'scheduled' and live.failures > 0 then
            update jobs set state = 'queued', scheduled_at = clock_timestamp() where job_id = p_job_id;
        end if;
        return live.state;
    end if;

    select * into ended from finished_jobs where job_id = p_job_id for update;
    if not found then
        -- Another retry may have been faster.
        return (select j.state::text from jobs j where j.job_id = p_job_id);
    end if;
    if ended.state = 'succeeded' then
        return 'succeeded';
    end if;

    select array_agg(needs_job_id order by needs_job_id) into needed from job_dependencies where job_id = p_job_id;
    select count(*) into waiting
    from (select from jobs j where j.job_id = any (needed) order by j.job_id for key share) still_live;
    select n into missing
    from unnest(needed) n
    where not exists (select from jobs j where j.job_id = n)
        and not exists (select from finished_jobs f where f.job_id = n and f.state = 'succeeded')
    order by n
    limit 1;
    if missing is not null then
        raise exception using
            errcode = 'CP002',
            message = format('job %s needs job %s, which did not succeed: retry that one first', p_job_id, missing);
    end if;
    if exists (select from jobs j where j.unique_key = ended.unique_key) then
        raise exception using
            errcode = 'CP003',
            message = format('another live job has the unique key %L of job %s', ended.unique_key, p_job_id);
    end if;

    delete from finished_jobs where job_id = p_job_id;
    insert into jobs (
        job_id, client_token, kind, queue, priority, state, spec, experiment_id, run_name, parent_run_no, params, tags,
        attempt, max_attempts, timeout, unique_key, waits_on, submitted_by, submitted_at
    )
    overriding system value
    values (
        ended.job_id, ended.client_token, ended.kind, ended.queue, ended.priority,
        case when waiting > 0 then 'waiting' else 'queued' end::job_state, ended.spec, ended.experiment_id,
        ended.run_name, ended.parent_run_no, ended.params, ended.tags, ended.attempt, ended.max_attempts, ended.timeout,
        ended.unique_key, waiting, ended.submitted_by, ended.submitted_at
    );
    return ended.state;
end $$;
