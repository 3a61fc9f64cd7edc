-- The queue. `jobs` holds live jobs only: a job that ends leaves for `finished_jobs` in the finishing transaction,
-- so that claiming and vacuum cost the same however long the history is.
set local search_path = coppice, pg_catalog;

create type job_state as enum ('waiting', 'scheduled', 'queued', 'running', 'succeeded', 'failed', 'cancelled');
create type attempt_outcome as enum ('succeeded', 'failed', 'lost', 'released', 'cancelled');

-- Who runs what, since when, where, which version.
create table workers (
    worker_id   bigint generated always as identity primary key,
    name        text        not null,
    host        text        not null,
    process_id  integer     not null,
    version     text        not null,
    queues      text[]      not null,
    concurrency integer     not null,
    started_at  timestamptz not null default clock_timestamp(),
    seen_at     timestamptz not null default clock_timestamp(),
    stopped_at  timestamptz
) with (fillfactor = 70);

create table queues (
    queue     text primary key,
    paused_at timestamptz,
    paused_by text,

    constraint queues_name_form check (queue ~ '^[A-Za-z0-9_.-]{1,100}$')
);

insert into queues (queue) values ('default');

create table jobs (
    job_id              bigint generated always as identity primary key,
    -- Made by the client before its first try: a repeated submit finds its job.
    client_token        uuid             not null,
    kind                text             not null,
    queue               text             not null default 'default',
    priority            smallint         not null default 0,
    state               job_state        not null default 'queued',
    spec                jsonb            not null,
    -- The run that each attempt begins: where it belongs, and what is known of it before it starts.
    experiment_id       bigint           not null,
    run_name            text,
    parent_run_no       bigint,
    params              jsonb            not null default '{}',
    tags                jsonb            not null default '{}',
    -- Claims so far. (job_id, attempt) is the fencing token: it grows at each claim and never shrinks.
    attempt             integer          not null default 0,
    -- Only failures use up attempts; lost workers and graceful hand-backs are counted apart.
    failures            integer          not null default 0,
    losses              integer          not null default 0,
    max_attempts        integer          not null default 3,
    timeout             interval,
    unique_key          text,
    waits_on            integer          not null default 0,
    scheduled_at        timestamptz      not null default clock_timestamp(),
    worker_id           bigint,
    started_at          timestamptz,
    lease_until         timestamptz,
    progress            real,
    cancel_requested_at timestamptz,
    error               text,
    submitted_by        text             not null default session_user,
    submitted_at        timestamptz      not null default clock_timestamp(),

    constraint jobs_live_states check (state in ('waiting', 'scheduled', 'queued', 'running')),
    constraint jobs_worker_iff_running check ((state = 'running') = (worker_id is not null)),
    constraint jobs_lease_iff_running check ((state = 'running') = (lease_until is not null)),
    constraint jobs_waits_on_not_negative check (waits_on >= 0),
    constraint jobs_max_attempts_positive check (max_attempts >= 1),
    constraint jobs_unique_key_length check (length(unique_key) between 1 and 200),
    constraint jobs_queue_form check (queue ~ '^[A-Za-z0-9_.-]{1,100}$')
) with (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 2000,
    -- Truncating would take a lock that stops every claim.
    vacuum_truncate = off
);

-- Serves claim_jobs: claimable rows only, in claim order.
create index jobs_claim_idx on jobs (queue, priority desc, job_id) where state = 'queued';
-- Serves promote_due_jobs; jobs of the future are not in the claim's way.
create index jobs_scheduled_idx on jobs (scheduled_at) where state = 'scheduled';
-- Serves renew_leases and rescue_jobs. The lease is not in it: renewals stay heap-only updates.
create index jobs_running_idx on jobs (job_id) where state = 'running';
-- One live job a key.
create unique index jobs_unique_key_idx on jobs (unique_key) where unique_key is not null;

-- Ended jobs, partitioned by id: a look-up by id reads one partition, retention drops whole ones.
create table finished_jobs (
    job_id        bigint      not null,
    client_token  uuid        not null,
    kind          text        not null,
    queue         text        not null,
    priority      smallint    not null,
    state         job_state   not null,
    spec          jsonb       not null,
    experiment_id bigint      not null,
    run_name      text,
    parent_run_no bigint,
    params        jsonb       not null,
    tags          jsonb       not null,
    attempt       integer     not null,
    failures      integer     not null,
    losses        integer     not null,
    max_attempts  integer     not null,
    timeout       interval,
    unique_key    text,
    worker_id     bigint,
    started_at    timestamptz,
    error         text,
    submitted_by  text        not null,
    submitted_at  timestamptz not null,
    finished_at   timestamptz not null,

    primary key (job_id),
    constraint finished_jobs_final_states check (state in ('succeeded', 'failed', 'cancelled'))
) partition by range (job_id);

create table attempts (
    job_id     bigint      not null,
    attempt    integer     not null,
    worker_id  bigint      not null,
    run_no     bigint,
    started_at timestamptz not null default clock_timestamp(),
    ended_at   timestamptz,
    outcome    attempt_outcome,
    error      text,

    primary key (job_id, attempt),
    constraint attempts_outcome_iff_ended check ((ended_at is null) = (outcome is null))
) partition by range (job_id);

-- What an attempt had to say, line by line.
create table job_log (
    job_id    bigint      not null,
    attempt   integer     not null,
    line_no   integer     not null,
    logged_at timestamptz not null,
    level     text        not null,
    message   text        not null,

    primary key (job_id, attempt, line_no)
) partition by range (job_id);

-- A safety net: upkeep makes the partition before its first id is drawn.
create table finished_jobs_default partition of finished_jobs default;
create table attempts_default partition of attempts default;
create table job_log_default partition of job_log default;

create table job_tokens (
    client_token uuid        primary key,
    job_id       bigint      not null,
    created_at   timestamptz not null default clock_timestamp()
);

-- Serves pruning.
create index job_tokens_created_idx on job_tokens (created_at);

create table job_dependencies (
    needs_job_id bigint not null,
    job_id       bigint not null,
    primary key (needs_job_id, job_id)
);

create index job_dependencies_job_idx on job_dependencies (job_id);
