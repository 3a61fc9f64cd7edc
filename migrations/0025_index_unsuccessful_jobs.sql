-- Serves JobStore.browse, which finds the failed or cancelled jobs among a million that succeeded. Those that succeeded are
-- not in it: they are most, and ending one is not to cost more.
set local search_path = coppice, pg_catalog;

create index finished_jobs_unsuccessful_idx on finished_jobs (state, job_id) where state <> 'succeeded';
