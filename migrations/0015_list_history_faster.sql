-- clock_timestamp() is different each time it is called, so PostgreSQL makes the whole view before it sorts or limits it:
-- a minute for the newest fifty of a million runs. now() is the same throughout a statement.
set local search_path = coppice, pg_catalog;

do $$
declare
    view_name text;
begin
    foreach view_name in array array['run_history', 'job_history'] loop
        execute format(
            'create or replace view coppice.%I as %s',
            view_name,
            replace(pg_get_viewdef(format('coppice.%I', view_name)::regclass), 'clock_timestamp()', 'now()')
        );
    end loop;
end $$;

-- Serves the newest of job_history by the time of their submission.
create index finished_jobs_submitted_idx on finished_jobs (submitted_at desc);

-- Serves the removal of runs.
create index logged_model_metrics_run_idx on logged_model_metrics (run_no);
