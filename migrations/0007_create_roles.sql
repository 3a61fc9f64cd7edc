-- Four roles to grant to login roles; each can do its job and no more. Roles belong to the whole server, so another
-- database may have made them already; a server where we may not make roles works without them.
set local search_path = coppice, pg_catalog;

do $$
declare
    role_name text;
begin
    foreach role_name in array
        array['coppice_reader', 'coppice_submitter', 'coppice_worker', 'coppice_admin', 'coppice_data']
    loop
        begin
            execute format('create role %I nologin', role_name);
        exception
            when duplicate_object or unique_violation then null;
        end;
    end loop;

    -- A function is for everyone unless said otherwise.
    revoke all on all functions in schema coppice from public;

    grant usage on schema coppice to coppice_reader, coppice_submitter, coppice_worker, coppice_admin;
    grant select on run_history, job_history, model_history, metric_history, prediction_history
        to coppice_reader, coppice_submitter, coppice_worker, coppice_admin;

    -- Submitters queue, follow and cancel jobs, and upload data.
    grant select on all tables in schema coppice to coppice_submitter, coppice_worker;
    grant insert on experiments, blobs, blob_chunks, data_files to coppice_submitter;
    grant usage on all sequences in schema coppice to coppice_submitter, coppice_worker;
    grant execute on function submit_jobs, cancel_job, retry_job to coppice_submitter;

    -- Workers log to runs and register versions; every change of a job goes through a function that checks the fence.
    grant insert on params, tags, metrics, datasets, run_inputs, run_outputs, logged_models, logged_model_params,
        logged_model_tags, logged_model_metrics, blobs, blob_chunks, artifacts, registered_models, model_versions,
        model_version_tags, registered_model_aliases, prediction_runs, predictions, job_log, workers to coppice_worker;
    grant insert, update on latest_metrics to coppice_worker;
    grant update on tags, logged_models, registered_models, registered_model_aliases, workers to coppice_worker;
    grant execute on function ensure_history_partitions, claim_jobs, renew_leases, hold_job, finish_job, fail_job,
        acknowledge_cancel, release_job, rescue_jobs, promote_due_jobs to coppice_worker;

    grant select, insert, update, delete on all tables in schema coppice to coppice_admin;
    grant usage on all sequences in schema coppice to coppice_admin;
    grant execute on all functions in schema coppice to coppice_admin;
exception
    when insufficient_privilege then
        raise notice 'the roles coppice_reader, coppice_submitter, coppice_worker, coppice_admin and coppice_data were not made: %', sqlerrm;
end $$;
