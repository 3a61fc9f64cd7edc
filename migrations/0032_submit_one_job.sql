-- A job that is submitted alone comes as values, not as a document: reading that took the server a fifth of its time.
set local search_path = coppice, pg_catalog;

-- Inserts a job. `p_needs` are the jobs that must succeed first. Null is what the column says: not for `p_client_token`,
-- `p_kind`, `p_spec` and `p_experiment_id`. A token that was seen before returns its job, a unique key that a live job
-- holds returns that job; `created` says which.
--
-- Of two racing submits of one token the second fails with 23505 at `job_tokens_pkey`, and finds the job if it asks again.
create function submit_job(
    p_client_token uuid, p_kind text, p_queue text, p_priority integer, p_spec jsonb, p_experiment_id bigint,
    p_run_name text, p_parent_run_no bigint, p_params jsonb, p_tags jsonb, p_max_attempts integer, p_timeout interval,
    p_unique_key text, p_scheduled_at timestamptz, p_delay interval, p_needs bigint[], p_submitted_by text,
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
    v_is_in_experiment boolean;
    v_is_in_queue boolean;
    v_live integer := 0;
begin
    created := false;
    select
        (select t.job_id from job_tokens t where t.client_token = p_client_token),
        exists (select from experiments e where e.experiment_id = p_experiment_id),
        exists (select from queues q where q.queue = v_queue)
    into submit_job.job_id, v_is_in_experiment, v_is_in_queue;
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

    insert into jobs as j (
        client_token, kind, queue, priority, spec, experiment_id, run_name, parent_run_no, params, tags,
        max_attempts, timeout, unique_key, waits_on, scheduled_at, submitted_by, submitted_at, state
    ) values (
        p_client_token, p_kind, v_queue, coalesce(p_priority, 0), p_spec, p_experiment_id, p_run_name, p_parent_run_no,
        coalesce(p_params, '{}'), coalesce(p_tags, '{}'), coalesce(p_max_attempts, 3),
        -- In seconds: months and days have no fixed length.
        make_interval(secs => extract(epoch from p_timeout)), p_unique_key, v_live, v_due,
        coalesce(p_submitted_by, session_user), v_at,
        case when v_live > 0 then 'waiting' when v_due > v_at then 'scheduled' else 'queued' end::job_state
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
    if not v_is_in_queue then
        insert into queues (queue) values (v_queue) on conflict do nothing;
    end if;
    job_id := v_id;
    created := true;
end $$;

-- Inserts jobs, each a JSON object with the columns of `jobs` that a client may set, and `needs`: the ids of jobs
-- that must succeed first. Returns their ids in the order given, as submit_job does. All or none.
create or replace function submit_jobs(p_jobs jsonb) returns table (job_id bigint, created boolean)
language plpgsql security definer set search_path = coppice, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_needs bigint[];
begin
    if jsonb_array_length(p_jobs) > 1 and not exists (
        select from jsonb_array_elements(p_jobs) one
        where one->>'unique_key' is not null or jsonb_array_length(coalesce(nullif(one->'needs', 'null'), '[]')) > 0
    ) then
        return query select * from submit_plain_jobs(p_jobs);
        return;
    end if;

    -- What all of them need, in the order of the ids, as everybody locks them; job by job it would be another one.
    select array_agg(need::bigint) into v_needs
    from jsonb_array_elements(p_jobs) one
    cross join lateral jsonb_array_elements_text(coalesce(nullif(one->'needs', 'null'), '[]')) need;
    if v_needs is not null then
        perform set_config('idle_in_transaction_session_timeout', '30s', true);
        perform from jobs where job_id = any (v_needs) order by job_id for key share;
    end if;

    for job_id, created in
        select one.job_id, one.created
        from jsonb_to_recordset(p_jobs) as given (
            client_token uuid, kind text, queue text, priority integer, spec jsonb, experiment_id bigint,
            run_name text, parent_run_no bigint, params jsonb, tags jsonb, max_attempts integer, timeout interval,
            unique_key text, scheduled_at timestamptz, delay interval, needs bigint[], submitted_by text
        )
        cross join lateral submit_job(
            given.client_token, given.kind, given.queue, given.priority, given.spec, given.experiment_id, given.run_name,
            given.parent_run_no, given.params, given.tags, given.max_attempts, given.timeout, given.unique_key,
            given.scheduled_at, given.delay, given.needs, given.submitted_by
        ) one
    loop
        return next;
    end loop;
end $$;

revoke all on function submit_job from public;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['coppice_submitter', 'coppice_admin'] loop
        continue when not exists (select from pg_roles where rolname = role_name);
        execute format('grant execute on function submit_job to %I', role_name);
    end loop;
end $$;
