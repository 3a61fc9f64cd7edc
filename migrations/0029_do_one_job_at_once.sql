-- One job at a time, as most are submitted, claimed and ended: plain statements, one after the other. The statement that
-- does any number of jobs begins and ends a dozen parts also for one, and a server that has been idle takes several times
-- as long for each of them as a busy one.
set local search_path = coppice, pg_catalog;

-- What submit_jobs does for several jobs of which none has a unique key or needs another.
create function submit_plain_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_nestloop = off as $$
#variable_conflict use_column
declare
    v_at timestamptz := clock_timestamp();
begin
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

-- Counts the jobs among p_needs that have not ended, and locks them, so that none ends before who asks has said that it
-- waits for them; for key share, so that their workers can go on renewing their leases. Fails if one is not there or did
-- not succeed.
create function hold_needs(p_needs bigint[]) returns integer
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    v_live integer;
    v_succeeded integer;
    v_missing bigint;
begin
    select count(*) into v_live
    from (select from jobs j where j.job_id = any (p_needs) order by j.job_id for key share) live;
    select count(*) into v_succeeded
    from finished_jobs f where f.job_id = any (p_needs) and f.state = 'succeeded';
    if v_live + v_succeeded < (select count(distinct n) from unnest(p_needs) n) then
        select n into v_missing
        from unnest(p_needs) n
        where not exists (select from jobs j where j.job_id = n)
            and not exists (select from finished_jobs f where f.job_id = n and f.state = 'succeeded')
        limit 1;
        raise exception using
            errcode = 'CP002',
            message = format('job %s cannot be waited for: %s', v_missing,
                coalesce((select f.state::text from finished_jobs f where f.job_id = v_missing), 'there is no such job'));
    end if;
    return v_live;
end $$;

-- Inserts jobs, each a JSON object with the columns of `jobs` that a client may set, and `needs`: the ids of jobs
-- that must succeed first. Returns their ids in the order given. A token that was seen before returns its job, a
-- unique key that a live job holds returns that job; `created` says which. All or none.
--
-- Of two racing submits of one token the second fails with 23505 at `job_tokens_pkey`, and finds the job if it asks again.
create or replace function submit_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_at timestamptz;
    given record;
    v_id bigint;
    v_is_in_experiment boolean;
    v_is_in_queue boolean;
    v_live integer;
begin
    if jsonb_array_length(p_jobs) > 1 and not exists (
        select from jsonb_array_elements(p_jobs) one
        where one->>'unique_key' is not null or jsonb_array_length(coalesce(one->'needs', '[]')) > 0
    ) then
        return query select * from submit_plain_jobs(p_jobs);
        return;
    end if;

    for given in
        select g.*, coalesce(g.queue, 'default') as queue_name
        from jsonb_to_recordset(p_jobs) as g (
            client_token uuid, kind text, queue text, priority smallint, spec jsonb, experiment_id bigint,
            run_name text, parent_run_no bigint, params jsonb, tags jsonb, max_attempts integer, timeout interval,
            unique_key text, scheduled_at timestamptz, delay interval, needs bigint[], submitted_by text
        )
    loop
        v_at := clock_timestamp();
        select
            (select t.job_id from job_tokens t where t.client_token = given.client_token),
            exists (select from experiments e where e.experiment_id = given.experiment_id),
            exists (select from queues q where q.queue = given.queue_name)
        into v_id, v_is_in_experiment, v_is_in_queue;
        if v_id is not null then
            job_id := v_id;
            created := false;
            return next;
            continue;
        end if;
        if not v_is_in_experiment then
            perform no_such_experiment(given.experiment_id);
        end if;

        v_live := 0;
        if given.needs <> '{}' or given.unique_key is not null then
            -- A client that stops in the middle must not hold others' rows, or the key, for long.
            perform set_config('idle_in_transaction_session_timeout', '30s', true);
        end if;
        if given.needs <> '{}' then
            v_live := hold_needs(given.needs);
        end if;

        insert into jobs as j (
            client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
            max_attempts, timeout, unique_key, waits_on, scheduled_at, submitted_by, submitted_at, state
        )
        select
            given.client_token, given.kind, given.queue_name, coalesce(given.priority, 0::smallint),
            given.spec, given.experiment_id, given.run_name, given.parent_run_no,
            coalesce(given.params, '{}'), coalesce(given.tags, '{}'),
            -- In seconds: months and days have no fixed length.
            coalesce(given.max_attempts, 3), make_interval(secs => extract(epoch from given.timeout)), given.unique_key,
            v_live, due.at, coalesce(given.submitted_by, session_user), v_at,
            case when v_live > 0 then 'waiting' when due.at > v_at then 'scheduled' else 'queued' end::job_state
        from (select coalesce(given.scheduled_at, v_at + given.delay, v_at) as at) due
        on conflict (unique_key) where unique_key is not null do nothing
        returning j.job_id into v_id;

        if v_id is null then
            select j.job_id into v_id from jobs j where j.unique_key = given.unique_key;
            if v_id is null then
                raise exception using
                    errcode = '40001',
                    message = format('the job with the unique key %L ended just now', given.unique_key);
            end if;
            job_id := v_id;
            created := false;
            return next;
            continue;
        end if;

        -- Two racing submits of one token: the second fails here with 23505, whole, and asks again.
        insert into job_tokens (client_token, job_id, created_at) values (given.client_token, v_id, v_at);
        if given.needs <> '{}' then
            insert into job_dependencies (needs_job_id, job_id) select distinct n, v_id from unnest(given.needs) n;
        end if;
        if not v_is_in_queue then
            insert into queues (queue) values (given.queue_name) on conflict do nothing;
        end if;
        job_id := v_id;
        created := true;
        return next;
    end loop;
end $$;

drop function submit_jobs_one_by_one;

-- Claims up to p_limit jobs of the queues for a worker. p_shares says how many of them each queue may have before the
-- others have had theirs; what one leaves goes to the others. Without it the queues are as one. The attempt and its
-- RUNNING run, with what is known of it, are born in the same transaction as the claim, so that a crash at any later point
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
    v_job jobs;
    v_parent_run_no bigint;
begin
    -- Alone, for most looks find nothing.
    if cardinality(p_queues) = 1 then
        select array_agg(chosen.job_id) into v_job_ids
        from (
            select j.job_id
            from jobs j
            where j.state = 'queued' and j.queue = p_queues[1]
                and not exists (select from queues q where q.queue = p_queues[1] and q.paused_at is not null)
            order by claim_order(j.priority, j.scheduled_at), j.job_id
            limit p_limit
            for update skip locked
        ) chosen;
    else
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
    end if;
    if v_job_ids is null then
        return;
    end if;

    if cardinality(v_job_ids) = 1 then
        update jobs j
        set state = 'running',
            attempt = j.attempt + 1,
            worker_id = p_worker_id,
            started_at = clock_timestamp(),
            lease_until = clock_timestamp() + p_lease,
            progress = null
        where j.job_id = v_job_ids[1]
        returning j.* into v_job;

        if v_job.run_no is not null then
            update runs r
            set job_id = v_job.job_id, attempt = v_job.attempt, status = 'RUNNING', ended_at = null
            where r.run_no = v_job.run_no
            returning r.run_no, r.run_id, r.name into run_no, run_id, run_name;
        end if;
        if run_no is null then
            if v_job.parent_run_no is not null then
                select parent.run_no into v_parent_run_no from runs parent where parent.run_no = v_job.parent_run_no;
            end if;
            insert into runs (experiment_id, name, user_id, parent_run_no, job_id, attempt)
            values (
                v_job.experiment_id, coalesce(v_job.run_name, v_job.kind || '-' || v_job.job_id), v_job.submitted_by,
                v_parent_run_no, v_job.job_id, v_job.attempt
            )
            returning runs.run_no, runs.run_id, runs.name into run_no, run_id, run_name;

            -- Cut to what the tables take: an odd parameter must not keep a job from being claimed.
            if v_job.params <> '{}' then
                insert into params (run_no, key, value)
                select claim_jobs.run_no, p.key, left(p.value, 6000)
                from jsonb_each_text(v_job.params) p
                where p.value is not null and length(p.key) between 1 and 250;
            end if;
            if v_job.tags = '{}' then
                insert into tags (run_no, key, value) values (claim_jobs.run_no, 'mlflow.runName', left(run_name, 8000));
            else
                insert into tags (run_no, key, value)
                select claim_jobs.run_no, t.key, left(t.value, 8000)
                from jsonb_each_text(v_job.tags || jsonb_build_object('mlflow.runName', claim_jobs.run_name)) t
                where t.value is not null and length(t.key) between 1 and 250;
            end if;
        end if;
        insert into attempts (job_id, attempt, worker_id, run_no, started_at)
        values (v_job.job_id, v_job.attempt, p_worker_id, claim_jobs.run_no, v_job.started_at);

        job_id := v_job.job_id;
        attempt := v_job.attempt;
        kind := v_job.kind;
        queue := v_job.queue;
        spec := v_job.spec;
        experiment_id := v_job.experiment_id;
        timeout := v_job.timeout;
        failures := v_job.failures;
        max_attempts := v_job.max_attempts;
        submitted_by := v_job.submitted_by;
        return next;
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

-- Wakes the jobs that wait for one that has ended; where it did not succeed, only those of which it is a part. Returns the
-- queues in which jobs became claimable.
create function wake_dependents(p_job_id bigint, p_state job_state) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    v_woken bigint[];
    v_queues text[] := '{}';
begin
    select array_agg(d.job_id) into v_woken
    from job_dependencies d
    where d.needs_job_id = p_job_id and (p_state = 'succeeded' or d.is_part);
    if v_woken is null then
        return v_queues;
    end if;

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
    return v_queues;
end $$;

-- Puts a job that was taken out of the live table into the history. Called by functions that have the schema's search path.
create function keep_job(p_job jobs, p_state job_state, p_error text) returns void
language plpgsql as $$
begin
    insert into coppice.finished_jobs (
        job_id, client_token, kind, queue, priority, state, spec, experiment_id, run_name, parent_run_no, params, tags,
        attempt, failures, losses, max_attempts, timeout, unique_key, worker_id, started_at, error, submitted_by,
        submitted_at, finished_at, run_no
    ) values (
        p_job.job_id, p_job.client_token, p_job.kind, p_job.queue, p_job.priority, p_state, p_job.spec,
        p_job.experiment_id, p_job.run_name, p_job.parent_run_no, p_job.params, p_job.tags, p_job.attempt,
        p_job.failures, p_job.losses, p_job.max_attempts, p_job.timeout, p_job.unique_key, p_job.worker_id,
        p_job.started_at, p_error, p_job.submitted_by, p_job.submitted_at, clock_timestamp(), p_job.run_no
    );
end $$;

-- Ends a job: moves it to the history, ends its run if it was made at submission, and looks after the jobs that wait for
-- it: wakes them, or ends them with it, and those that wait for them. Returns the queues in which jobs became claimable.
create or replace function end_job(p_job_id bigint, p_state job_state, p_error text) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    -- What is to be ended, in this order, and why. Not by recursion: a long chain would use up the stack.
    v_ends bigint[] := array[p_job_id];
    v_errors text[] := array[p_error];
    v_state job_state := p_state;
    v_job jobs;
    v_dependent bigint;
    v_queues text[] := '{}';
    v_place integer := 0;
begin
    if p_state <> 'succeeded' then
        perform lock_dependents(array[p_job_id]);
    end if;

    while v_place < cardinality(v_ends) loop
        v_place := v_place + 1;
        if v_place > 1 then
            v_state := 'cancelled';
        end if;
        delete from jobs where job_id = v_ends[v_place] returning * into v_job;
        -- It may have waited for several.
        continue when not found;
        perform keep_job(v_job, v_state, v_errors[v_place]);
        -- The run that was made at submission ends with its job, also if no attempt ever began.
        if v_job.run_no is not null then
            update runs r
            set status = case v_state when 'succeeded' then 'FINISHED' when 'failed' then 'FAILED' else 'KILLED' end::run_status,
                ended_at = clock_timestamp()
            where r.run_no = v_job.run_no and r.status in ('RUNNING', 'SCHEDULED');
        end if;
        continue when not exists (select from job_dependencies where needs_job_id = v_job.job_id);

        v_queues := v_queues || wake_dependents(v_job.job_id, v_state);
        continue when v_state = 'succeeded';
        for v_dependent in
            select waiting.job_id
            from job_dependencies d join jobs waiting on waiting.job_id = d.job_id
            where d.needs_job_id = v_job.job_id and waiting.state = 'waiting' and not d.is_part
            order by waiting.job_id
            for update of waiting
        loop
            v_ends := v_ends || v_dependent;
            v_errors := v_errors || format('job %s, which it waits for, %s',
                v_job.job_id, case v_state when 'failed' then 'failed' else 'was cancelled' end);
        end loop;
    end loop;
    return v_queues;
end $$;

-- Ends a job as succeeded, if the attempt is still the worker's own. Returns the queues in which jobs became claimable.
create or replace function finish_job(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    v_job jobs;
    v_seconds_left double precision;
begin
    delete from jobs
    where job_id = p_job_id and attempt = p_attempt and worker_id = p_worker_id and state = 'running'
    returning * into v_job;
    if not found then
        raise exception using
            errcode = 'CP001', message = format('attempt %s of job %s was taken away', p_attempt, p_job_id);
    end if;
    if v_job.cancel_requested_at is not null then
        raise exception using errcode = 'CP004', message = format('job %s is to be cancelled', p_job_id);
    end if;
    -- A worker that stops before the commit holds the job's row: until its lease is over, and one second at least, for a
    -- worker on a busy machine.
    v_seconds_left := extract(epoch from v_job.lease_until - clock_timestamp());
    perform set_config(
        'idle_in_transaction_session_timeout',
        (least(greatest(coalesce(v_seconds_left, 0), 1), 30) * 1000)::integer::text,
        true
    );

    perform keep_job(v_job, 'succeeded', null);
    update attempts set outcome = 'succeeded', ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and outcome is null;
    update runs set status = 'FINISHED', ended_at = clock_timestamp()
    where job_id = p_job_id and attempt = p_attempt and status = 'RUNNING';
    if v_job.run_no is not null then
        update runs set status = 'FINISHED', ended_at = clock_timestamp()
        where run_no = v_job.run_no and status in ('RUNNING', 'SCHEDULED');
    end if;
    if exists (select from job_dependencies where needs_job_id = p_job_id) then
        return wake_dependents(p_job_id, 'succeeded');
    end if;
    return '{}';
end $$;

revoke all on function submit_plain_jobs, hold_needs, wake_dependents, keep_job from public;
