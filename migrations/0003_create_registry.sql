-- The model registry: names, versions, aliases, tags.
set local search_path = coppice, pg_catalog;

create table registered_models (
    registered_model_no bigint generated always as identity primary key,
    name                text        not null,
    description         text        not null default '',
    -- Numbers come from this counter and not from a sequence: a sequence leaves gaps when a transaction rolls back.
    next_version        integer     not null default 1,
    created_at          timestamptz not null default clock_timestamp(),
    updated_at          timestamptz not null default clock_timestamp(),

    constraint registered_models_name_key unique (name),
    constraint registered_models_name_form check (length(name) between 1 and 256 and name !~ '[/:]')
) with (fillfactor = 50);

create table registered_model_tags (
    registered_model_no bigint not null references registered_models on delete cascade,
    key                 text   not null,
    value               text   not null,
    primary key (registered_model_no, key)
);

create table model_versions (
    registered_model_no bigint      not null references registered_models on delete cascade,
    version             integer     not null,
    source              text        not null,
    run_no              bigint references runs on delete set null,
    model_no            bigint references logged_models on delete set null,
    -- The job that made it; null when a client registered it. No foreign key, as in runs.
    job_id              bigint,
    status              text        not null default 'READY',
    status_message      text        not null default '',
    description         text        not null default '',
    user_id             text        not null default '',
    stage               text        not null default 'None',
    created_at          timestamptz not null default clock_timestamp(),
    updated_at          timestamptz not null default clock_timestamp(),

    primary key (registered_model_no, version),
    constraint model_versions_version_positive check (version >= 1),
    constraint model_versions_status check (
        status in ('PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY')
    ),
    constraint model_versions_stage check (stage in ('None', 'Staging', 'Production', 'Archived'))
);

-- A job registers one version at most, whatever happens to it.
create unique index model_versions_job_idx on model_versions (job_id) where job_id is not null;
create index model_versions_run_idx on model_versions (run_no) where run_no is not null;
create index model_versions_created_idx on model_versions (created_at desc);

create table model_version_tags (
    registered_model_no bigint  not null,
    version             integer not null,
    key                 text    not null,
    value               text    not null,

    primary key (registered_model_no, version, key),
    foreign key (registered_model_no, version) references model_versions on delete cascade
);

create table registered_model_aliases (
    registered_model_no bigint  not null,
    alias               text    not null,
    version             integer not null,

    primary key (registered_model_no, alias),
    foreign key (registered_model_no, version) references model_versions on delete cascade,
    constraint registered_model_aliases_form check (
        length(alias) between 1 and 255 and alias ~ '^[A-Za-z0-9_-]+$' and alias !~* '^v[0-9]+$' and lower(alias) <> 'latest'
    )
);

-- What predict jobs predicted: the model of the run, then a row for each row of its data.
create table prediction_runs (
    run_no        bigint primary key references runs on delete cascade,
    model_uri     text not null,
    model_name    text,
    model_version integer
);

create table predictions (
    run_no     bigint           not null references prediction_runs on delete cascade,
    row_index  bigint           not null,
    -- A number, or the label of a class; a label that is a number is both.
    prediction double precision,
    label      text,
    actual     double precision,

    primary key (run_no, row_index),
    constraint predictions_say_something check (num_nonnulls(prediction, label) > 0)
);
