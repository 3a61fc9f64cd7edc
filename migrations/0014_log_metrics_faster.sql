-- A foreign key is checked row by row, which took a third of the time of logging a batch of metrics. Their writers find
-- the run by its id in the same statement or hold it locked; here is the other half, which removes them with the run.
set local search_path = coppice, pg_catalog;

alter table metrics drop constraint metrics_run_no_fkey;

create function delete_metrics_of_runs() returns trigger
language plpgsql security definer set search_path = coppice, pg_catalog
as $$
begin
    delete from metrics m using gone where m.run_no = gone.run_no;
    return null;
end $$;

revoke all on function delete_metrics_of_runs() from public;

create trigger runs_delete_metrics after delete on runs
referencing old table as gone
for each statement execute function delete_metrics_of_runs();

-- The run that a client says made a version, where we have no such run.
alter table model_versions add column external_run_id text;
