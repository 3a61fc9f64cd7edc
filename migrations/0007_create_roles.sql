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
        continue when exists (select from pg_roles where rolname = role_name);
        begin
            execute format('create role %I nologin', role_name);
        exception
            when duplicate_object or unique_violation then null;
            when insufficient_privilege then
                raise notice 'the role % was not made: %', role_name, sqlerrm;
        end;
    end loop;
end $$;

-- A function is for everyone unless said otherwise.
revoke all on all functions in schema coppice from public;

-- What each role may do; a role that is not there gets nothing.
do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_reader,coppice_submitter,coppice_worker,coppice_admin}'::text[], 'usage on schema coppice'),
            ('{coppice_reader,coppice_submitter,coppice_worker,coppice_admin}',
                'select on run_history, job_history, model_history, metric_history, prediction_history'),

            -- Submitters queue, follow and cancel jobs, and upload data.
            ('{coppice_submitter,coppice_worker}', 'select on all tables in schema coppice'),
            ('{coppice_submitter,coppice_worker}', 'usage on all sequences in schema coppice'),
            ('{coppice_submitter}', 'insert on experiments, blobs, blob_chunks, data_files'),
            ('{coppice_submitter}', 'execute on function submit_jobs, cancel_job, retry_job'),

            -- Workers log to runs and register versions; every change of a job goes through a function that checks
            -- the fence.
            ('{coppice_worker}', 'insert on params, tags, metrics, datasets, run_inputs, run_outputs, logged_models,
                logged_model_params, logged_model_tags, logged_model_metrics, blobs, blob_chunks, artifacts,
                registered_models, model_versions, model_version_tags, registered_model_aliases, prediction_runs,
                predictions, job_log, workers'),
            ('{coppice_worker}', 'insert, update on latest_metrics'),
            ('{coppice_worker}', 'update on tags, logged_models, registered_models, registered_model_aliases, workers'),
            ('{coppice_worker}', 'execute on function ensure_history_partitions, claim_jobs, renew_leases, hold_job,
                finish_job, fail_job, acknowledge_cancel, release_job, rescue_jobs, promote_due_jobs'),

            ('{coppice_admin}', 'select, insert, update, delete on all tables in schema coppice'),
            ('{coppice_admin}', 'usage on all sequences in schema coppice'),
            ('{coppice_admin}', 'execute on all functions in schema coppice')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
