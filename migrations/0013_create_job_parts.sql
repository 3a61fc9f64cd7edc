-- Jobs that are done in parts: a sweep and its points, for instance. A job with parts waits until each of them has
-- ended, whatever the outcome, and then sums up; who cancels it cancels them; it has one run from its submission on,
-- which is the parent of theirs.
-- Rows are locked in the order of their job ids, as before: a part's id is smaller than that of the whole.
set local search_path = coppice, pg_catalog;

-- The run that was made at submission; null where every attempt begins one of its own.
alter table jobs add column run_no bigint;
alter table finished_jobs add column run_no bigint;
-- The needed job is a part of the one that waits.
alter table job_dependencies add column is_part boolean not null default false;

-- Inserts a job and its parts, given as in submit_jobs, and the run of the whole. Returns the ids of the parts in the
-- order given, then that of the whole. A token that was seen before, or a unique key that a live job holds, returns
-- that job with its parts. All or none.
create function submit_job_group(p_whole jsonb, p_parts jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
declare
    v_whole bigint;
    v_created boolean;
    v_parts bigint[];
    v_run runs;
begin
    select known.job_id into v_whole
    from (
        select t.job_id from job_tokens t where t.client_token = (p_whole->>'client_token')::uuid
        union all
        select j.job_id from jobs j where j.unique_key = p_whole->>'unique_key'
    ) known
    limit 1;
    if found then
        return query
            select d.needs_job_id, false from job_dependencies d where d.job_id = v_whole and d.is_part order by 1;
        return query select v_whole, false;
        return;
    end if;

    if not exists (select from experiments e where e.experiment_id = (p_whole->>'experiment_id')::bigint) then
        raise exception using
            errcode = 'CP003', message = format('there is no experiment with id %s', p_whole->>'experiment_id');
    end if;
    insert into runs (experiment_id, name, user_id)
    values (
        (p_whole->>'experiment_id')::bigint, coalesce(p_whole->>'run_name', p_whole->>'kind'),
        coalesce(p_whole->>'submitted_by', session_user)
    )
    returning * into v_run;

    select array_agg(s.job_id order by s.job_id) into v_parts
    from submit_jobs((
        select jsonb_agg(part || jsonb_build_object(
            'parent_run_no', v_run.run_no,
            'tags', coalesce(part->'tags', '{}') || jsonb_build_object('mlflow.parentRunId', v_run.run_id)
        ) order by position)
        from jsonb_array_elements(p_parts) with ordinality as given (part, position)
    )) s;
    select s.job_id, s.created into v_whole, v_created
    from submit_jobs(jsonb_build_array(p_whole || jsonb_build_object('needs', to_jsonb(v_parts)))) s;
    if not v_created then
        raise exception using
            errcode = '40001', message = format('the unique key %L was taken just now', p_whole->>'unique_key');
    end if;

    update jobs j set run_no = v_run.run_no where j.job_id = v_whole;
    update job_dependencies d set is_part = true where d.job_id = v_whole and d.needs_job_id = any (v_parts);
    update runs r
    set job_id = v_whole, attempt = 0, name = coalesce(p_whole->>'run_name', format('%s-%s', p_whole->>'kind', v_whole))
    where r.run_no = v_run.run_no
    returning * into v_run;
    insert into params (run_no, key, value)
    select v_run.run_no, p.key, left(p.value, 6000) from jsonb_each_text(coalesce(p_whole->'params', '{}')) p;
    insert into tags (run_no, key, value)
    select v_run.run_no, t.key, left(t.value, 8000)
    from jsonb_each_text(coalesce(p_whole->'tags', '{}') || jsonb_build_object('mlflow.runName', v_run.name)) t;

    return query select part, true from unnest(v_parts) part order by part;
    return query select v_whole, true;
end $$;

-- Claims up to p_limit jobs of the queues for a worker. p_shares says how many of them each queue may have before the
-- others have had theirs; what one leaves goes to the others. Without it the queues are as one. The attempt and its
-- RUNNING run, with what is known of it, are born in the same statement, so that a crash at any later point leaves a
-- record. A job that has its run already goes on with that.
create or replace function claim_jobs(
    p_worker_id bigint, p_queues text[], p_limit integer, p_lease interval, p_shares integer[] default null
)
returns table (
    job_id bigint, attempt integer, kind text, queue text, spec jsonb, experiment_id bigint, run_no bigint, run_id text,
    run_name text, timeout interval, failures integer, max_attempts integer, submitted_by text
)
language sql security definer set search_path = coppice, pg_temp as $$
    with claimable as materialized (
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
    order by claim_order(c.priority, c.scheduled_at), c.job_id
$$;

-- Locks, in order, what waits for these jobs, directly or not.
create function lock_dependents(p_job_ids bigint[]) returns void
language sql security definer set search_path = coppice, pg_temp as $$
    with recursive dependents (job_id) as (
        select d.job_id from job_dependencies d where d.needs_job_id = any (p_job_ids)
        union
        select d.job_id from dependents known join job_dependencies d on d.needs_job_id = known.job_id
    ), locked as materialized (
        select j.job_id
        from jobs j join dependents using (job_id)
        where j.state = 'waiting'
        order by j.job_id
        for update of j
    )
    select count(*) from locked
$$;

-- A job leaves the hot table. What waits for it wakes up if it succeeded, or if it is a part of what waits; else that
-- ends with it. Returns the queues that got something to claim.
create or replace function end_job(p_job_id bigint, p_state job_state, p_error text) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    dependent bigint;
    woken_queues text[];
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
    -- The run that was made at submission ends with its job, also if no attempt ever began.
    update runs r
    set status = case p_state when 'succeeded' then 'FINISHED' when 'failed' then 'FAILED' else 'KILLED' end::run_status,
        ended_at = clock_timestamp()
    from gone
    where r.run_no = gone.run_no and r.status in ('RUNNING', 'SCHEDULED');

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
            where d.needs_job_id = p_job_id and waiting.state = 'waiting' and (p_state = 'succeeded' or d.is_part)
            order by waiting.job_id
            for update of waiting
        ) dependents
        where j.job_id = dependents.job_id
        returning j.queue, j.state
    )
    select coalesce(array_agg(distinct woken.queue), '{}') into woken_queues from woken where woken.state = 'queued';

    if p_state <> 'succeeded' then
        for dependent in
            select waiting.job_id
            from jobs waiting join job_dependencies d on d.job_id = waiting.job_id
            where d.needs_job_id = p_job_id and waiting.state = 'waiting' and not d.is_part
            order by waiting.job_id
            for update of waiting
        loop
            woken_queues := woken_queues || end_job(dependent, 'cancelled', format('job %s, which it waits for, %s',
                p_job_id, case p_state when 'failed' then 'failed' else 'was cancelled' end));
        end loop;
    end if;
    return woken_queues;
end $$;

-- Ends a job that does not run yet; asks the worker of one that does. Its parts likewise. Returns 'cancelled',
-- 'requested', the state in which it had ended already, or null: there is no such job.
create or replace function cancel_job(p_job_id bigint) returns text
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    found_state job_state;
    parts bigint[];
    part record;
begin
    select coalesce(array_agg(locked.job_id), '{}') into parts
    from (
        select j.job_id
        from jobs j join job_dependencies d on d.needs_job_id = j.job_id
        where d.job_id = p_job_id and d.is_part
        order by j.job_id
        for update of j
    ) locked;
    select state into found_state from jobs where job_id = p_job_id for update;
    if not found then
        return (select state::text from finished_jobs where job_id = p_job_id);
    end if;
    perform lock_dependents(parts || p_job_id);

    if found_state = 'running' then
        update jobs set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()) where job_id = p_job_id;
    else
        -- Before its parts, or the last of them would wake it.
        perform end_job(p_job_id, 'cancelled', 'cancelled before it ran');
    end if;
    for part in select job_id, state from jobs where job_id = any (parts) order by job_id loop
        if part.state = 'running' then
            update jobs set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
            where job_id = part.job_id;
        else
            perform end_job(part.job_id, 'cancelled', format('job %s, of which it is a part, was cancelled', p_job_id));
        end if;
    end loop;
    return case found_state when 'running' then 'requested' else 'cancelled' end;
end $$;

-- Queues a failed or cancelled job again, under its old id and with fresh counters, and with it those of its parts that
-- did not succeed; a job that waits for its next attempt goes on at once. What it needs is looked at anew. Returns the
-- state it was in, or null: there is no such job.
create or replace function retry_job(p_job_id bigint) returns text
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    ended finished_jobs;
    live jobs;
    part bigint;
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

    for part in select needs_job_id from job_dependencies where job_id = p_job_id and is_part order by needs_job_id loop
        perform retry_job(part);
    end loop;
    select array_agg(needs_job_id order by needs_job_id) into needed from job_dependencies where job_id = p_job_id;
    select count(*) into waiting
    from (select from jobs j where j.job_id = any (needed) order by j.job_id for key share) still_live;
    select d.needs_job_id into missing
    from job_dependencies d
    where d.job_id = p_job_id and not d.is_part
        and not exists (select from jobs j where j.job_id = d.needs_job_id)
        and not exists (select from finished_jobs f where f.job_id = d.needs_job_id and f.state = 'succeeded')
    order by d.needs_job_id
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
        attempt, max_attempts, timeout, unique_key, waits_on, submitted_by, submitted_at, run_no
    )
    overriding system value
    values (
        ended.job_id, ended.client_token, ended.kind, ended.queue, ended.priority,
        case when waiting > 0 then 'waiting' else 'queued' end::job_state, ended.spec, ended.experiment_id,
        ended.run_name, ended.parent_run_no, ended.params, ended.tags, ended.attempt, ended.max_attempts, ended.timeout,
        ended.unique_key, waiting, ended.submitted_by, ended.submitted_at, ended.run_no
    );
    update runs set status = 'RUNNING', ended_at = null where run_no = ended.run_no;
    -- The whole that it is a part of has one more to wait for, unless it runs already or is over.
    update jobs j
    set waits_on = j.waits_on + 1, state = 'waiting'
    from (
        select whole.job_id
        from jobs whole join job_dependencies d on d.job_id = whole.job_id
        where d.needs_job_id = p_job_id and d.is_part and whole.state <> 'running'
        order by whole.job_id
        for update of whole
    ) whole
    where j.job_id = whole.job_id;
    return ended.state;
end $$;

-- As before; a job that was given its run at submission shows it from then on, and `parent_run_id` is new.
create or replace view job_history as
select
    j.job_id, j.kind, j.state, j.queue, j.priority, j.spec, j.attempt, j.max_attempts,
    w.name as worker, j.submitted_by, j.submitted_at, j.started_at, j.finished_at,
    coalesce(j.started_at, j.finished_at, clock_timestamp()) - j.submitted_at as waited,
    coalesce(j.finished_at, case when j.state = 'running' then clock_timestamp() end) - j.started_at as ran,
    j.error, r.run_id, e.name as experiment, coalesce(r.name, j.run_name) as run_name, j.progress, j.failures, j.losses, j.scheduled_at, j.unique_key,
    (select parent.run_id from runs parent where parent.run_no = j.parent_run_no) as parent_run_id
from (
    select
        job_id, kind, state, queue, priority, spec, experiment_id, run_name, attempt, max_attempts, worker_id, submitted_by,
        submitted_at, started_at, null::timestamptz as finished_at, error, progress, failures, losses, scheduled_at,
        unique_key, run_no, parent_run_no
    from jobs
    union all
    select
        job_id, kind, state, queue, priority, spec, experiment_id, run_name, attempt, max_attempts, worker_id, submitted_by,
        submitted_at, started_at, finished_at, error, null, failures, losses, null, unique_key, run_no, parent_run_no
    from finished_jobs
) j
left join experiments e using (experiment_id)
left join attempts a on a.job_id = j.job_id and a.attempt = j.attempt
left join workers w on w.worker_id = coalesce(j.worker_id, a.worker_id)
left join runs r on r.run_no = coalesce(a.run_no, j.run_no);

comment on column job_history.kind is 'What it does: train, predict, or sum up a sweep.';
comment on column job_history.parent_run_id is 'The run of the sweep it belongs to.';
comment on column run_history.attempt is 'Which attempt of the job, from 1; 0 before the first, where a run is made at submission.';

revoke all on function submit_job_group, lock_dependents from public;

do $$
declare
    may record;
begin
    for may in
        select * from (values
            ('coppice_submitter', 'submit_job_group'), ('coppice_admin', 'submit_job_group'),
            ('coppice_admin', 'lock_dependents')
        ) as rights (role_name, what)
    loop
        continue when not exists (select from pg_roles where rolname = may.role_name);
        execute format('grant execute on function %I to %I', may.what, may.role_name);
    end loop;
end $$;
