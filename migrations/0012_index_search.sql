-- Search over millions of runs: the values of metrics, parameters and tags by name, each with the run's number, so that
-- candidates and order come from the index alone. See TrackingStore+SearchRuns.swift for the queries.
set local search_path = coppice, pg_catalog;

-- Serves "metrics.k < v" and "order by metrics.k", in both directions.
create index latest_metrics_value_idx on latest_metrics (key, value, run_no);

-- Serve "params.k = 'v'" and "tags.k = 'v'". An index entry has room for some 2,700 bytes, so longer values are left
-- out; a query says that its value is short enough, or does without the index.
create index params_value_idx on params (key, value, run_no) where octet_length(value) <= 1000;
create index tags_value_idx on tags (key, value, run_no) where octet_length(value) <= 1000;

-- The planner learns that nearly all values are short; it would guess a third.
create statistics params_value_size on (octet_length(value)) from params;
create statistics tags_value_size on (octet_length(value)) from tags;

-- Serves the lists of deleted runs, and their permanent removal.
create index runs_deleted_idx on runs (deleted_at) where lifecycle_stage = 'deleted';

-- MLflow's limit grew.
alter table experiment_tags
    drop constraint experiment_tags_value_length,
    add constraint experiment_tags_value_length check (length(value) <= 20000);

-- Models that a run read; what it made stands in run_outputs.
create table run_model_inputs (
    run_no   bigint not null references runs on delete cascade,
    model_no bigint not null references logged_models on delete cascade,
    primary key (run_no, model_no)
);

create index run_model_inputs_model_idx on run_model_inputs (model_no);
create index run_outputs_model_idx on run_outputs (model_no);

-- What a client says about a version: a link to the run that made it on another server, and where the files are if the
-- source names another version or a logged model.
alter table model_versions
    add column run_link text not null default '',
    add column storage_location text;

do $$
declare
    may record;
begin
    for may in
        select * from (values
            ('coppice_submitter', 'select'), ('coppice_worker', 'select, insert'),
            ('coppice_admin', 'select, insert, update, delete')
        ) as rights (role, what)
        where exists (select from pg_catalog.pg_roles where rolname = role)
    loop
        execute format('grant %s on run_model_inputs to %I', may.what, may.role);
    end loop;
end $$;
