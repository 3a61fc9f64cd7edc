internal import Postgres

/// Switches the fence off in the database of a control run. No build of Coppice can do so: the fence is in functions of
/// the database, and this puts others in their place.
enum FenceSwitch {
    static func turnOff(on server: ChaosServer) async throws {
        try await server.observe { session in
            try session.executeScript(
                unsafeRaw: """
                    -- Lets everybody pass who once had the job; nothing is held.
                    create or replace function coppice.hold_job(p_job_id bigint, p_attempt integer, p_worker_id bigint)
                    returns coppice.jobs language sql security definer set search_path = coppice, pg_temp as $$
                        select j from (values (p_job_id)) given (id) left join coppice.jobs j on j.job_id = given.id
                    $$;
                    create or replace function coppice.finish_job(p_job_id bigint, p_attempt integer, p_worker_id bigint)
                    returns text[] language plpgsql security definer set search_path = coppice, pg_temp as $$
                    declare
                        v_job jobs;
                    begin
                        select * into v_job from jobs where job_id = p_job_id;
                        if v_job.cancel_requested_at is not null then
                            raise exception using errcode = 'CP004', message = 'it is to be cancelled';
                        end if;
                        perform set_config('idle_in_transaction_session_timeout', '3s', true);
                        perform close_attempt(p_job_id, p_attempt, 'succeeded', 'FINISHED', null);
                        return end_job(p_job_id, 'succeeded', null);
                    end $$;
                    -- The net below the fence.
                    drop index coppice.model_versions_job_idx;
                    """
            )
        }
    }
}
