-- coppice_submitter reads what submitting, following and looking at jobs, runs and models takes, and no more: not the
-- submit tokens, by which somebody else's submission is found, and of workers their names, not their machines. Partitions
-- are read through their tables.
set local search_path = coppice, pg_catalog;

do $$
declare
    part regclass;
begin
    if exists (select from pg_roles where rolname = 'coppice_submitter') then
        revoke select on job_tokens, workers from coppice_submitter;
        grant select (worker_id, name) on workers to coppice_submitter;
        for part in
            select inhrelid::regclass from pg_inherits
            where inhparent in ('finished_jobs'::regclass, 'attempts'::regclass, 'job_log'::regclass)
        loop
            execute format('revoke select on %s from coppice_submitter', part);
        end loop;
        -- Identity columns draw from theirs without it.
        revoke usage on all sequences in schema coppice from coppice_submitter;
    end if;
end $$;
