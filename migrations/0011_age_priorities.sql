-- Fairness: urgent jobs go first, but not for ever, and queues share a worker by weight.
--
-- A job gains one step of priority for each p minutes that it can be claimed (10, unless set_priority_step says
-- otherwise). So the job to claim at time t is the one with the highest
--
--     priority + (t - scheduled_at) / p
--
-- The part with t is the same for all jobs, and can be left out: the order of two jobs never changes while they wait.
-- It is the order of  scheduled_at - priority * p,  earliest first, and that is known when a job is queued. Hence an
-- ordinary index holds the jobs in claim order, a claim reads its first entries, whatever the number of jobs that wait,
-- and no row is touched as time goes by.
--
-- The wait is bounded: before a job of priority a go only jobs of higher priority b that came within (b - a) * p after
-- it, however many urgent ones keep coming; with the default, ten levels are worth 100 minutes. Nobody has to claim
-- "now and then the oldest" out of order, which would bound the wait by the number of jobs that wait.
--
-- The time counts from scheduled_at: the submission, the time that was asked for, or the next attempt after a failure.
-- Jobs that were handed back or lost their worker keep theirs.
set local search_path = coppice, pg_catalog;

create table queue_policy (
    -- One row.
    is_policy     boolean  primary key default true check (is_policy),
    priority_step interval not null default '10 minutes',

    constraint queue_policy_step_range check (priority_step between '1 second' and '1000 days')
);

insert into queue_policy default values;

-- Who goes first: the lowest, in seconds. Made anew by set_priority_step; the number in it is the step.
create function claim_order(p_priority smallint, p_since timestamptz) returns double precision
language sql immutable parallel safe as $$
    select date_part('epoch', p_since - timestamptz '2000-01-01 00:00:00+00') - p_priority * 600.0::double precision
$$;

-- How long a job has to wait to be worth one step of priority more. Orders all waiting jobs anew; claims wait for that.
create function set_priority_step(p_step interval) returns void
language plpgsql security definer set search_path = coppice, pg_temp set lock_timeout = '10s' as $$
begin
    lock table jobs in access exclusive mode;
    update queue_policy set priority_step = p_step;
    execute format(
        $sql$
            create or replace function coppice.claim_order(p_priority smallint, p_since timestamptz)
            returns double precision language sql immutable parallel safe as $body$
                select date_part('epoch', p_since - timestamptz '2000-01-01 00:00:00+00')
                    - p_priority * %s::double precision
            $body$
        $sql$,
        extract(epoch from p_step)
    );
    reindex index jobs_claim_idx;
end $$;

drop index jobs_claim_idx;
-- Serves claim_jobs: claimable rows only, in claim order.
create index jobs_claim_idx on jobs (queue, claim_order(priority, scheduled_at), job_id) where state = 'queued';

drop function claim_jobs(bigint, text[], integer, interval);

-- Claims up to p_limit jobs of the queues for a worker. p_shares says how many of them each queue may have before the
-- others have had theirs; what one leaves goes to the others. Without it the queues are as one. The attempt and its
-- RUNNING run, with what is known of it, are born in the same statement, so that a crash at any later point leaves a
-- record.
create function claim_jobs(
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
    order by claim_order(c.priority, c.scheduled_at), c.job_id
$$;

-- claim_order stays with everyone: it tells nothing, and whoever changes a job needs it for the index.
revoke all on function set_priority_step, claim_jobs from public;

do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_submitter,coppice_worker,coppice_admin}'::text[], 'select on queue_policy'),
            ('{coppice_worker,coppice_admin}', 'execute on function claim_jobs'),
            ('{coppice_admin}', 'execute on function set_priority_step')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
