-- Artifacts are named bytes of a run or of a logged model. The bytes are kept once for each SHA-256.
set local search_path = coppice, pg_catalog;

create table blobs (
    digest     bytea       primary key,
    size       bigint      not null,
    -- 'postgres' (bytes in blob_chunks), or the root under which a file or object store keeps it.
    location   text        not null default 'postgres',
    created_at timestamptz not null default clock_timestamp(),

    constraint blobs_digest_is_sha256 check (length(digest) = 32),
    constraint blobs_size_not_negative check (size >= 0)
);

-- Chunks of 1 MiB, so that reading or writing a large artifact needs no large buffer anywhere.
create table blob_chunks (
    digest   bytea   not null references blobs on delete cascade,
    chunk_no integer not null,
    bytes    bytea   not null,

    primary key (digest, chunk_no),
    constraint blob_chunks_size check (length(bytes) <= 1048576)
);

-- Plots and model files are compressed already: leave them as they are.
alter table blob_chunks alter column bytes set storage external;

create table artifacts (
    artifact_no bigint generated always as identity primary key,
    run_no      bigint references runs on delete cascade,
    model_no    bigint references logged_models on delete cascade,
    path        text        not null collate "C",
    digest      bytea       not null references blobs,
    size        bigint      not null,
    created_at  timestamptz not null default clock_timestamp(),

    constraint artifacts_one_owner check (num_nonnulls(run_no, model_no) = 1),
    constraint artifacts_path_form check (
        length(path) between 1 and 1000 and path !~ '(^|/)(\.{0,2})(/|$)' and path !~ '[\x01-\x1f\\]'
    )
);

create unique index artifacts_run_path_idx on artifacts (run_no, path) where run_no is not null;
create unique index artifacts_model_path_idx on artifacts (model_no, path) where model_no is not null;
-- Serves garbage collection: is this blob still named by anyone?
create index artifacts_digest_idx on artifacts (digest);

-- CSV files uploaded at submit, for workers on other machines.
create table data_files (
    digest      bytea       primary key references blobs,
    name        text        not null,
    row_count   bigint      not null,
    columns     text[]      not null,
    uploaded_at timestamptz not null default clock_timestamp(),
    uploaded_by text        not null
);
