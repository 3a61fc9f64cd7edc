-- A worker that stops inside its finishing transaction holds the row of its job, which nobody can rescue, and perhaps
-- that of the registered model. Until now for up to 30 seconds; from now on until its lease is over, as everywhere else.
set local search_path = coppice, pg_catalog;

create or replace function finish_job(p_job_id bigint, p_attempt integer, p_worker_id bigint) returns text[]
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    held jobs;
    seconds_left double precision;
begin
    held := hold_job(p_job_id, p_attempt, p_worker_id);
    if held.cancel_requested_at is not null then
        raise exception using errcode = 'CP004', message = format('job %s is to be cancelled', p_job_id);
    end if;
    -- One second at least, for a worker on a busy machine.
    seconds_left := extract(epoch from held.lease_until - clock_timestamp());
    perform set_config(
        'idle_in_transaction_session_timeout',
        (least(greatest(coalesce(seconds_left, 0), 1), 30) * 1000)::integer::text,
        true
    );
    perform close_attempt(p_job_id, p_attempt, 'succeeded', 'FINISHED', null);
    return end_job(p_job_id, 'succeeded', null);
end $$;
