-- Serves JobStore.overview, which counts the jobs of each state up to a limit: the other states have an index already, and
-- without one for those that wait a queue of a million is read to find that none does.
set local search_path = coppice, pg_catalog;

create index jobs_waiting_idx on jobs (job_id) where state = 'waiting';
