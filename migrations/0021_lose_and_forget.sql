-- An attempt whose handler lost the database is a loss, as one whose worker died is. And what ended long ago may go by
-- itself.
set local search_path = coppice, pg_catalog;

-- A worker gives up an attempt through no fault of the job: the job goes back, and a loss is counted. Returns the job's
-- state: scheduled, or cancelled if that was asked for, or failed when it was lost p_max_losses times.
create function lose_job(
    p_job_id bigint, p_attempt integer, p_worker_id bigint, p_reason text, p_retry_in interval, p_max_losses integer
) returns job_state
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
begin
    held := hold_job(p_job_id, p_attempt, p_worker_id);
    perform close_attempt(p_job_id, p_attempt, 'lost', 'KILLED', p_reason);
    update jobs
    set losses = losses + 1, state = 'scheduled', scheduled_at = clock_timestamp() + p_retry_in,
        worker_id = null, lease_until = null, progress = null
    where job_id = p_job_id;
    if held.cancel_requested_at is not null then
        perform end_job(p_job_id, 'cancelled', 'cancelled while it ran');
        return 'cancelled';
    elsif held.losses + 1 >= p_max_losses then
        perform end_job(p_job_id, 'failed', format('it was lost %s times, at last because %s', held.losses + 1, p_reason));
        return 'failed';
    end if;
    return 'scheduled';
end $$;

-- How long the history of jobs is kept; null: for good.
alter table queue_policy
    add column history_retention interval,
    add constraint queue_policy_retention_range check (history_retention >= '1 hour');

create function set_history_retention(p_retention interval) returns void
language sql security definer set search_path = coppice, pg_temp as $$
    update queue_policy set history_retention = p_retention
$$;

-- One step of what the retention asks for: a whole partition, or up to p_limit jobs, or as many records of the other
-- kinds. Workers may call it, for it takes no age from them. Returns how many rows went; 0: nothing is left to do, or
-- another worker is at it; -1: locks were in the way.
--
-- The scans that are switched off would read all of a long history to find that nothing is old; what remains is the
-- index by time, and those by id as bitmaps.
create function apply_retention(p_limit integer) returns bigint
language plpgsql security definer set search_path = coppice, pg_temp
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $$
declare
    before timestamptz;
    gone bigint;
begin
    select clock_timestamp() - history_retention into before from queue_policy;
    if before is null or not pg_try_advisory_xact_lock(hashtext('coppice.apply_retention')) then
        return 0;
    end if;
    begin
        select jobs + attempts + log_lines + 1 into gone from drop_history_partition(before);
    exception when lock_not_available then
        return -1;
    end;
    if gone is null then
        select jobs into gone from delete_finished_jobs(before, -1, p_limit);
    end if;
    if gone is null then
        select tokens + workers + ticks into gone from delete_old_records(before, p_limit);
    end if;
    return gone;
end $$;

revoke all on function lose_job, set_history_retention, apply_retention from public;

do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_worker,coppice_admin}'::text[], 'execute on function lose_job, apply_retention'),
            ('{coppice_admin}', 'execute on function set_history_retention')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
