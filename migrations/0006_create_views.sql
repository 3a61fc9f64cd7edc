-- The public SQL contract: names and columns here are stable.
set local search_path = coppice, pg_catalog;

create view run_history as
select
    r.run_id,
    e.name as experiment,
    r.name as run_name,
    r.status,
    r.started_at,
    r.ended_at,
    coalesce(r.ended_at, case when r.status = 'RUNNING' then clock_timestamp() end) - r.started_at as duration,
    coalesce((select jsonb_object_agg(p.key, p.value) from params p where p.run_no = r.run_no), '{}') as params,
    coalesce(
        -- JSON has no NaN and no infinities: they are written as strings.
        (select jsonb_object_agg(m.key, case
            when m.value in ('NaN', 'Infinity', '-Infinity') then to_jsonb(m.value::text)
            else to_jsonb(m.value)
        end) from latest_metrics m where m.run_no = r.run_no), '{}') as metrics,
    coalesce((select jsonb_object_agg(t.key, t.value) from tags t where t.run_no = r.run_no), '{}') as tags,
    r.job_id,
    r.attempt,
    (select w.name from attempts a join workers w using (worker_id) where a.job_id = r.job_id and a.attempt = r.attempt) as worker,
    (select parent.run_id from runs parent where parent.run_no = r.parent_run_no) as parent_run_id,
    d.name as dataset,
    d.digest as dataset_digest,
    r.lifecycle_stage,
    r.user_id
from runs r
join experiments e using (experiment_id)
left join lateral (
    select datasets.name, datasets.digest
    from run_inputs i join datasets using (dataset_no)
    where i.run_no = r.run_no
    order by i.dataset_no
    limit 1
) d on true;

create view job_history as
select
    j.job_id, j.kind, j.state, j.queue, j.priority, j.spec, j.attempt, j.max_attempts,
    w.name as worker, j.submitted_by, j.submitted_at, j.started_at, j.finished_at,
    coalesce(j.started_at, j.finished_at, clock_timestamp()) - j.submitted_at as waited,
    coalesce(j.finished_at, case when j.state = 'running' then clock_timestamp() end) - j.started_at as ran,
    j.error, r.run_id, e.name as experiment, coalesce(r.name, j.run_name) as run_name, j.progress, j.failures, j.losses, j.scheduled_at, j.unique_key
from (
    select
        job_id, kind, state, queue, priority, spec, experiment_id, run_name, attempt, max_attempts, worker_id, submitted_by,
        submitted_at, started_at, null::timestamptz as finished_at, error, progress, failures, losses, scheduled_at, unique_key
    from jobs
    union all
    select
        job_id, kind, state, queue, priority, spec, experiment_id, run_name, attempt, max_attempts, worker_id, submitted_by,
        submitted_at, started_at, finished_at, error, null, failures, losses, null, unique_key
    from finished_jobs
) j
left join experiments e using (experiment_id)
left join attempts a on a.job_id = j.job_id and a.attempt = j.attempt
left join workers w on w.worker_id = coalesce(j.worker_id, a.worker_id)
left join runs r on r.run_no = a.run_no;

create view model_history as
select
    m.name as model,
    v.version,
    array(
        select a.alias from registered_model_aliases a
        where a.registered_model_no = v.registered_model_no and a.version = v.version
        order by a.alias
    ) as aliases,
    v.status,
    r.run_id,
    v.job_id,
    coalesce(
        (select jsonb_object_agg(l.key, case
            when l.value in ('NaN', 'Infinity', '-Infinity') then to_jsonb(l.value::text)
            else to_jsonb(l.value)
        end) from latest_metrics l where l.run_no = v.run_no), '{}') as metrics,
    g.signature,
    v.created_at,
    v.source,
    v.description,
    coalesce((
        select jsonb_object_agg(t.key, t.value) from model_version_tags t
        where t.registered_model_no = v.registered_model_no and t.version = v.version
    ), '{}') as tags
from model_versions v
join registered_models m using (registered_model_no)
left join runs r on r.run_no = v.run_no
left join logged_models g on g.model_no = v.model_no;

create view metric_history as
select r.run_id, m.key, m.step, m.logged_at, m.value
from metrics m join runs r using (run_no);

create view prediction_history as
select r.run_id, b.model_name as model, b.model_version as version, p.row_index, p.prediction, p.actual, p.label
from predictions p join prediction_runs b using (run_no) join runs r using (run_no);

comment on schema coppice is 'Coppice: queue, tracking store, model registry and artifacts in one place. Query the views *_history.';

comment on view run_history is 'One row per run: of a job''s attempt, or of an MLflow client.';
comment on column run_history.run_id is 'Public id of the run, 32 hexadecimal digits.';
comment on column run_history.experiment is 'Name of its experiment.';
comment on column run_history.run_name is 'Its name; need not be unique.';
comment on column run_history.status is 'MLflow''s RUNNING, SCHEDULED, FINISHED, FAILED or KILLED.';
comment on column run_history.started_at is 'When it started.';
comment on column run_history.ended_at is 'When it ended; null while it runs.';
comment on column run_history.duration is 'From start to end, or to now while it runs.';
comment on column run_history.params is 'Its parameters, an object of strings.';
comment on column run_history.metrics is 'Latest value of each metric, an object of numbers; NaN and infinities are strings.';
comment on column run_history.tags is 'Its tags, an object of strings.';
comment on column run_history.job_id is 'The job it belongs to; null for a run of an MLflow client.';
comment on column run_history.attempt is 'Which attempt of the job, from 1.';
comment on column run_history.worker is 'Name of the worker that ran it.';
comment on column run_history.parent_run_id is 'The run of the sweep it belongs to.';
comment on column run_history.dataset is 'Name of the data it read.';
comment on column run_history.dataset_digest is 'Digest of that data.';
comment on column run_history.lifecycle_stage is 'active, or deleted (can be restored).';
comment on column run_history.user_id is 'Who submitted or started it.';

comment on view job_history is 'One row per job, live or ended.';
comment on column job_history.job_id is 'Id of the job; grows with time.';
comment on column job_history.kind is 'What it does: train or predict.';
comment on column job_history.state is 'waiting (for other jobs), scheduled, queued, running, succeeded, failed or cancelled.';
comment on column job_history.queue is 'Its queue.';
comment on column job_history.priority is 'Higher is claimed first.';
comment on column job_history.spec is 'What it was told: data, hyperparameters, what to register.';
comment on column job_history.attempt is 'Attempts so far.';
comment on column job_history.max_attempts is 'How many failures end it.';
comment on column job_history.worker is 'Name of the worker that runs it or ran it last.';
comment on column job_history.submitted_by is 'Who submitted it.';
comment on column job_history.submitted_at is 'When it was submitted.';
comment on column job_history.started_at is 'When its latest attempt started.';
comment on column job_history.finished_at is 'When it ended; null while it lives.';
comment on column job_history.waited is 'From submission to the start of its latest attempt, or to now.';
comment on column job_history.ran is 'How long its latest attempt ran, or has been running.';
comment on column job_history.error is 'Why it failed, or its latest attempt did; null if none did.';
comment on column job_history.run_id is 'Run of its latest attempt.';
comment on column job_history.experiment is 'Name of the experiment its runs belong to.';
comment on column job_history.run_name is 'Name of its latest run, or the name its runs will get; null where that is still to be made up.';
comment on column job_history.progress is 'Share done of a running job, 0 to 1.';
comment on column job_history.failures is 'Attempts that failed; only these use up max_attempts.';
comment on column job_history.losses is 'Attempts whose worker was lost.';
comment on column job_history.scheduled_at is 'Not before this time; live jobs only.';
comment on column job_history.unique_key is 'No two live jobs have the same.';

comment on view model_history is 'One row per version of a registered model.';
comment on column model_history.model is 'Name of the registered model.';
comment on column model_history.version is 'Its version, from 1, without gaps.';
comment on column model_history.aliases is 'The aliases that point at this version.';
comment on column model_history.status is 'READY, PENDING_REGISTRATION or FAILED_REGISTRATION.';
comment on column model_history.run_id is 'The run that made it.';
comment on column model_history.job_id is 'The job that made it; null when an MLflow client did.';
comment on column model_history.metrics is 'Latest metrics of that run; NaN and infinities are strings.';
comment on column model_history.signature is 'Inputs and outputs, as MLflow describes them.';
comment on column model_history.created_at is 'When it was registered.';
comment on column model_history.source is 'Where the model folder is.';
comment on column model_history.description is 'What its owner wrote about it.';
comment on column model_history.tags is 'Its tags, an object of strings.';

comment on view metric_history is 'One row per value ever logged of a metric.';
comment on column metric_history.run_id is 'The run it was logged to.';
comment on column metric_history.key is 'Name of the metric.';
comment on column metric_history.step is 'Step it was logged at; 0 where the metric has none.';
comment on column metric_history.logged_at is 'When it was measured.';
comment on column metric_history.value is 'The value; NaN and infinities are kept.';

comment on view prediction_history is 'One row per row predicted by a predict job.';
comment on column prediction_history.run_id is 'The run of the predict job.';
comment on column prediction_history.model is 'The registered model used; null if it was not a registered one.';
comment on column prediction_history.version is 'Its version.';
comment on column prediction_history.row_index is 'Row of the data, from 0.';
comment on column prediction_history.prediction is 'The prediction; null for a class whose label is not a number.';
comment on column prediction_history.actual is 'The target''s value in the data, where it has one and it is a number.';
comment on column prediction_history.label is 'Label of the predicted class; null for a regression.';
