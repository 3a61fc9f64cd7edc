-- A worker with nothing to do says so, and who submits a job gives it to one: it starts after one commit instead of two.
--
-- Looking for jobs in vain leaves an offer: one job, for a short time. submit_job takes up the offer of the least busy
-- worker, inserts the job as that worker's own, and tells it on a channel that only the two know. NOTIFY is a part of that
-- transaction, and such commits go one after the other; but an offer is taken up once, so that there are no more of them
-- than idle workers, and a mass of jobs finds none. What a worker did not hear of it finds when it looks again. One that is
-- stopped in its sleep, or cut off without a word, may be given a job until its offer ends; that job is rescued as any other.
set local search_path = coppice, pg_catalog;

-- One row for each worker that has offered. Unlogged: a server that crashed has lost its workers' connections, too.
create unlogged table worker_offers (
    worker_id  bigint      primary key,
    -- Counted by the worker; with what became of it: open, or this job was given to it, or withdrawn.
    offer_no   bigint      not null,
    is_open    boolean     not null,
    job_id     bigint,
    -- Where the worker listens. Nobody else can guess it, and what a job is to do is nobody else's business.
    channel    text        not null,
    queues     text[]      not null,
    lease      interval    not null,
    -- How many jobs it runs.
    running    integer     not null,
    expires_at timestamptz not null
) with (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    vacuum_truncate = off
);

-- Begins an attempt: its RUNNING run, with what is known of it, and its record. p_run_no is the run that was made at
-- submission. Called by functions that have the schema's search path.
create function begin_attempt(
    p_job_id bigint, p_attempt integer, p_worker_id bigint, p_started_at timestamptz, p_run_no bigint,
    p_experiment_id bigint, p_parent_run_no bigint, p_run_name text, p_user_id text, p_params jsonb, p_tags jsonb,
    out run_no bigint, out run_id text, out run_name text
)
language plpgsql as $$
#variable_conflict use_column
declare
    v_parent_run_no bigint;
begin
    if p_run_no is not null then
        update runs r
        set job_id = p_job_id, attempt = p_attempt, status = 'RUNNING', ended_at = null
        where r.run_no = p_run_no
        returning r.run_no, r.run_id, r.name into run_no, run_id, run_name;
    end if;
    if run_no is null then
        if p_parent_run_no is not null then
            select parent.run_no into v_parent_run_no from runs parent where parent.run_no = p_parent_run_no;
        end if;
        insert into runs (experiment_id, name, user_id, parent_run_no, job_id, attempt)
        values (p_experiment_id, p_run_name, p_user_id, v_parent_run_no, p_job_id, p_attempt)
        returning runs.run_no, runs.run_id, runs.name into run_no, run_id, run_name;

        -- Cut to what the tables take: an odd parameter must not keep a job from being claimed.
        if p_params <> '{}' then
            insert into params (run_no, key, value)
            select begin_attempt.run_no, p.key, left(p.value, 6000)
            from jsonb_each_text(p_params) p
            where p.value is not null and length(p.key) between 1 and 250;
        end if;
        if p_tags = '{}' then
            insert into tags (run_no, key, value) values (begin_attempt.run_no, 'mlflow.runName', left(run_name, 8000));
        else
            insert into tags (run_no, key, value)
            select begin_attempt.run_no, t.key, left(t.value, 8000)
            from jsonb_each_text(p_tags || jsonb_build_object('mlflow.runName', begin_attempt.run_name)) t
            where t.value is not null and length(t.key) between 1 and 250;
        end if;
    end if;
    insert into attempts (job_id, attempt, worker_id, run_no, started_at)
    values (p_job_id, p_attempt, p_worker_id, begin_attempt.run_no, p_started_at);
end $$;

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

        select begun.run_no, begun.run_id, begun.run_name into run_no, run_id, run_name
        from begin_attempt(
            v_job.job_id, v_job.attempt, p_worker_id, v_job.started_at, v_job.run_no, v_job.experiment_id,
            v_job.parent_run_no, coalesce(v_job.run_name, v_job.kind || '-' || v_job.job_id), v_job.submitted_by,
            v_job.params, v_job.tags
        ) begun;

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

drop function submit_job(
    uuid, text, text, integer, jsonb, bigint, text, bigint, jsonb, jsonb, integer, interval, text, timestamptz, interval,
    bigint[], text
);

-- Inserts a job. `p_needs` are the jobs that must succeed first. Null is what the column says: not for `p_client_token`,
-- `p_kind`, `p_spec` and `p_experiment_id`. A token that was seen before returns its job, a unique key that a live job
-- holds returns that job; `created` says which.
--
-- With `p_hands_over` the job may be given to a worker that has offered to take one: it is running then, the worker hears
-- of it, and the setting coppice.handed_over has the token. That worker waits for the end of the transaction: it is for
-- who commits in the same message.
--
-- Of two racing submits of one token the second fails with 23505 at `job_tokens_pkey`, and finds the job if it asks again.
create function submit_job(
    p_client_token uuid, p_kind text, p_queue text, p_priority integer, p_spec jsonb, p_experiment_id bigint,
    p_run_name text, p_parent_run_no bigint, p_params jsonb, p_tags jsonb, p_max_attempts integer, p_timeout interval,
    p_unique_key text, p_scheduled_at timestamptz, p_delay interval, p_needs bigint[], p_submitted_by text,
    p_hands_over boolean default false,
    out job_id bigint, out created boolean
)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_queue text := coalesce(p_queue, 'default');
    v_at timestamptz := clock_timestamp();
    v_due timestamptz := coalesce(p_scheduled_at, v_at + p_delay, v_at);
    v_id bigint;
    v_user text := coalesce(p_submitted_by, session_user);
    v_is_in_experiment boolean;
    v_is_paused boolean;
    v_is_offered boolean;
    v_live integer := 0;
    v_offer worker_offers;
    v_run record;
    v_message text;
begin
    created := false;
    select
        (select t.job_id from job_tokens t where t.client_token = p_client_token),
        exists (select from experiments e where e.experiment_id = p_experiment_id),
        (select q.paused_at is not null from queues q where q.queue = v_queue),
        exists (select from worker_offers o where o.is_open)
    into submit_job.job_id, v_is_in_experiment, v_is_paused, v_is_offered;
    if submit_job.job_id is not null then
        return;
    end if;
    if not v_is_in_experiment then
        perform no_such_experiment(p_experiment_id);
    end if;

    if p_needs <> '{}' or p_unique_key is not null then
        -- A client that stops in the middle must not hold others' rows, or the key, for long.
        perform set_config('idle_in_transaction_session_timeout', '30s', true);
    end if;
    if p_needs <> '{}' then
        v_live := hold_needs(p_needs);
    end if;

    v_id := nextval('jobs_job_id_seq');
    -- Not with what may wait for somebody else, and that worker with it: a unique key, jobs that are needed, a new queue.
    if p_hands_over and v_is_offered and v_due <= v_at and not v_is_paused and p_unique_key is null
        and coalesce(p_needs, '{}') = '{}'
    then
        update worker_offers o set is_open = false, job_id = v_id
        where o.worker_id = (
            select open.worker_id
            from worker_offers open
            where open.is_open and open.expires_at > v_at and v_queue = any (open.queues)
            -- The least busy worker, of those the one that looked longest ago.
            order by open.running, open.expires_at
            limit 1
            for update skip locked
        )
        returning o.* into v_offer;
        -- The worker shares this lock as long as it hears us; who can have it alone would speak to nobody.
        if v_offer.worker_id is not null and pg_try_advisory_xact_lock(7165069188573167616 + v_offer.worker_id) then
            update worker_offers o set job_id = null where o.worker_id = v_offer.worker_id;
            v_offer := null;
        elsif v_offer.worker_id is not null then
            perform set_config('idle_in_transaction_session_timeout', '30s', true);
        end if;
    end if;

    insert into jobs as j (
        job_id, client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
        max_attempts, timeout, unique_key, waits_on, scheduled_at, submitted_by, submitted_at, state,
        attempt, worker_id, started_at, lease_until
    )
    overriding system value
    values (
        v_id, p_client_token, p_kind, v_queue, coalesce(p_priority, 0), p_spec, p_experiment_id, p_run_name,
        p_parent_run_no, coalesce(p_params, '{}'), coalesce(p_tags, '{}'), coalesce(p_max_attempts, 3),
        -- In seconds: months and days have no fixed length.
        make_interval(secs => extract(epoch from p_timeout)), p_unique_key, v_live, v_due,
        v_user, v_at,
        case
            when v_offer.worker_id is not null then 'running'
            when v_live > 0 then 'waiting'
            when v_due > v_at then 'scheduled'
            else 'queued'
        end::job_state,
        case when v_offer.worker_id is not null then 1 else 0 end, v_offer.worker_id,
        case when v_offer.worker_id is not null then v_at end, v_at + v_offer.lease
    )
    on conflict (unique_key) where unique_key is not null do nothing
    returning j.job_id into v_id;

    if v_id is null then
        select j.job_id into submit_job.job_id from jobs j where j.unique_key = p_unique_key;
        if submit_job.job_id is null then
            raise exception using
                errcode = '40001',
                message = format('the job with the unique key %L ended just now', p_unique_key);
        end if;
        return;
    end if;

    -- Two racing submits of one token: the second fails here with 23505, whole, and asks again.
    insert into job_tokens (client_token, job_id, created_at) values (p_client_token, v_id, v_at);
    if p_needs <> '{}' then
        insert into job_dependencies (needs_job_id, job_id) select distinct n, v_id from unnest(p_needs) n;
    end if;
    if v_is_paused is null then
        insert into queues (queue) values (v_queue) on conflict do nothing;
    end if;
    if v_offer.worker_id is not null then
        select * into v_run
        from begin_attempt(
            v_id, 1, v_offer.worker_id, v_at, null, p_experiment_id, p_parent_run_no,
            coalesce(p_run_name, p_kind || '-' || v_id), v_user, coalesce(p_params, '{}'), coalesce(p_tags, '{}')
        );
        v_message := json_build_array(
            v_offer.offer_no, v_id, p_kind, v_queue, p_spec::text, p_experiment_id, v_run.run_no, v_run.run_id,
            v_run.run_name, extract(epoch from p_timeout), coalesce(p_max_attempts, 3), v_user
        );
        -- More than a notification holds: the worker looks.
        if octet_length(v_message) > 7900 then
            v_message := json_build_array(v_offer.offer_no);
        end if;
        perform pg_notify(v_offer.channel, v_message);
        -- Nobody else need be woken.
        perform set_config('coppice.handed_over', p_client_token::text, false);
    end if;
    job_id := v_id;
    created := true;
end $$;

-- What claim_jobs does; where that finds nothing, the worker offers to take one job of the queues, for the time p_lasts.
--
-- p_offer_no is the number of the offer, the same one until it was taken up. If it was, that job is returned and no other,
-- as the worker may not have heard of it; without an id if it has ended, or was taken away. Without p_lasts there is no
-- offer from now on; with a p_limit of 0 nothing is claimed.
create function claim_or_offer(
    p_worker_id bigint, p_queues text[], p_limit integer, p_lease interval, p_shares integer[],
    p_offer_no bigint, p_channel text, p_running integer, p_lasts interval
) returns table (
    job_id bigint, attempt integer, kind text, queue text, spec jsonb, experiment_id bigint, run_no bigint, run_id text,
    run_name text, timeout interval, failures integer, max_attempts integer, submitted_by text, is_handed_over boolean
)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set lock_timeout = '1s' as $$
#variable_conflict use_column
declare
    v_offer worker_offers;
    v_has_claimed boolean := false;
begin
    -- Whoever is about to take it up commits first.
    select o.* into v_offer from worker_offers o where o.worker_id = p_worker_id for update;
    -- A smaller number: the worker has heard since it asked.
    if v_offer.offer_no > p_offer_no or v_offer.offer_no = p_offer_no and v_offer.job_id is not null then
        is_handed_over := true;
        select
            j.job_id, j.attempt, j.kind, j.queue, j.spec, j.experiment_id, r.run_no, r.run_id, r.name, j.timeout,
            j.failures, j.max_attempts, j.submitted_by
        into
            job_id, attempt, kind, queue, spec, experiment_id, run_no, run_id, run_name, timeout,
            failures, max_attempts, submitted_by
        from jobs j
        join attempts a on a.job_id = j.job_id and a.attempt = j.attempt
        join runs r on r.run_no = a.run_no
        where v_offer.offer_no = p_offer_no
            and j.job_id = v_offer.job_id and j.attempt = 1 and j.worker_id = p_worker_id and j.state = 'running';
        return next;
        return;
    end if;

    if p_limit > 0 then
        return query
        select c.*, false from claim_jobs(p_worker_id, p_queues, p_limit, p_lease, p_shares) c;
        v_has_claimed := found;
    end if;
    if v_has_claimed or p_lasts is null then
        update worker_offers o set is_open = false where o.worker_id = p_worker_id and o.is_open;
        return;
    end if;
    -- Most looks find nothing again, and leave nothing to clean up.
    if v_offer.is_open and v_offer.running = p_running and v_offer.expires_at > clock_timestamp() + p_lasts / 2 then
        return;
    end if;

    update worker_offers o
    set offer_no = p_offer_no, is_open = true, job_id = null, channel = p_channel, queues = p_queues, lease = p_lease,
        running = p_running, expires_at = clock_timestamp() + p_lasts
    where o.worker_id = p_worker_id;
    if not found then
        delete from worker_offers o where o.expires_at < clock_timestamp() - interval '1 day';
        insert into worker_offers (worker_id, offer_no, is_open, channel, queues, lease, running, expires_at)
        values (p_worker_id, p_offer_no, true, p_channel, p_queues, p_lease, p_running, clock_timestamp() + p_lasts);
    end if;
end $$;

revoke all on function begin_attempt, submit_job, claim_or_offer from public;

do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_submitter,coppice_admin}'::text[], 'submit_job'),
            ('{coppice_worker,coppice_admin}', 'claim_or_offer')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant execute on function %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
