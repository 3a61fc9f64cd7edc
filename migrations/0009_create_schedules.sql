-- Periodic jobs. A worker's upkeep sees which ticks are due and fires them; the row of a tick and its job are made in
-- one transaction, so that each tick is queued exactly once however many workers run.
set local search_path = coppice, pg_catalog;

create table schedules (
    schedule_id bigint generated always as identity primary key,
    name        text        not null,
    cron        text        not null,
    time_zone   text        not null,
    missed      text        not null,
    -- As submit_jobs takes it, checked when the schedule was added. Its token is made of the schedule and the tick.
    job         jsonb       not null,
    -- Members of the job's spec and params that are drawn anew for each tick.
    drawn_seeds text[]      not null default '{}',
    -- What was asked for, for people.
    arguments   text[]      not null,
    next_tick   timestamptz not null,
    -- Ticks that were left out because nobody fired them in time.
    skipped     bigint      not null default 0,
    paused_at   timestamptz,
    paused_by   text,
    created_at  timestamptz not null default clock_timestamp(),
    created_by  text        not null,

    constraint schedules_name_key unique (name),
    constraint schedules_name_form check (name ~ '^[A-Za-z0-9_.-]{1,100}$'),
    constraint schedules_missed_known check (missed in ('skip', 'last', 'all'))
);

-- Serves ScheduleStore.fireDue.
create index schedules_due_idx on schedules (next_tick) where paused_at is null;

-- One row a tick that was fired: the key is the promise that it is fired once.
create table schedule_ticks (
    schedule_id bigint      not null references schedules on delete cascade,
    tick        timestamptz not null,
    fired_at    timestamptz not null default clock_timestamp(),
    job_id      bigint,
    -- Why it could not be queued.
    error       text,

    primary key (schedule_id, tick),
    constraint schedule_ticks_job_or_error check ((job_id is null) = (error is not null))
);

-- How far a zone's clocks are ahead of UTC: at p_from, and from each change until p_until. Looked at once a day, and by
-- the minute on a day with a change.
create function time_zone_offsets(p_time_zone text, p_from timestamptz, p_until timestamptz)
returns table (starts_at timestamptz, seconds integer)
language sql stable security definer set search_path = coppice, pg_temp as $$
    with days as materialized (
        select
            day,
            extract(epoch from (day at time zone p_time_zone) - (day at time zone 'UTC'))::integer as seconds,
            row_number() over (order by day) as position
        -- Hours, not a day: that has 23 or 25 where the session's own clocks change.
        from generate_series(date_trunc('minute', p_from), p_until, interval '24 hours') day
    )
    select day, seconds from days where position = 1
    union all
    select change.minute, change.seconds
    from days a join days b on b.position = a.position + 1 and b.seconds <> a.seconds
    cross join lateral (
        select m.minute, o.seconds
        from generate_series(a.day, b.day, interval '1 minute') as m (minute)
        cross join lateral (
            select extract(epoch from (m.minute at time zone p_time_zone) - (m.minute at time zone 'UTC'))::integer
        ) as o (seconds)
        where o.seconds = b.seconds
        order by m.minute
        limit 1
    ) change
    order by 1
$$;

-- Adds a schedule; p_next is the first tick.
create function add_schedule(
    p_name text, p_cron text, p_time_zone text, p_missed text, p_job jsonb, p_drawn_seeds text[], p_arguments text[],
    p_next timestamptz
) returns bigint
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    v_id bigint;
begin
    insert into schedules (name, cron, time_zone, missed, job, drawn_seeds, arguments, next_tick, created_by)
    values (
        p_name, p_cron, p_time_zone, p_missed, p_job, p_drawn_seeds, p_arguments, p_next,
        coalesce(p_job->>'submitted_by', session_user)
    )
    on conflict (name) do nothing
    returning schedule_id into v_id;
    if v_id is null then
        raise exception using
            errcode = 'CP003',
            message = format('there is a schedule named %L: remove it first, or choose another name', p_name);
    end if;
    return v_id;
end $$;

-- Forgets a schedule and its ticks; jobs that it queued stay. Returns whether there was one.
create function remove_schedule(p_name text) returns boolean
language sql security definer set search_path = coppice, pg_temp as $$
    with gone as (delete from schedules where name = p_name returning 1) select exists (select from gone)
$$;

-- Fires nothing until it is resumed. Returns whether there is such a schedule.
create function pause_schedule(p_name text) returns boolean
language sql security definer set search_path = coppice, pg_temp as $$
    with paused as (
        update schedules
        set paused_at = coalesce(paused_at, clock_timestamp()), paused_by = coalesce(paused_by, session_user)
        where name = p_name
        returning 1
    )
    select exists (select from paused)
$$;

-- Goes on with the tick p_next; those of the pause were not missed but unwanted. Leaves a schedule alone that runs.
create function resume_schedule(p_name text, p_next timestamptz) returns boolean
language sql security definer set search_path = coppice, pg_temp as $$
    with resumed as (
        update schedules
        set next_tick = case when paused_at is null then next_tick else p_next end, paused_at = null, paused_by = null
        where name = p_name
        returning 1
    )
    select exists (select from resumed)
$$;

-- Queues the jobs of ticks that are due, and moves the schedule on to p_next (null: it never comes again, and the
-- schedule pauses). Does nothing if the schedule is not where the caller saw it: another worker was faster, or it was
-- paused. A tick whose job is refused is recorded with the reason; the schedule goes on.
create function fire_schedule(
    p_schedule_id bigint, p_expected timestamptz, p_ticks timestamptz[], p_skipped bigint, p_next timestamptz
) returns table (tick timestamptz, job_id bigint, queue text, error text)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
declare
    held schedules;
    given jsonb;
    seed text;
    drawn bigint;
begin
    select * into held
    from schedules
    where schedule_id = p_schedule_id and next_tick = p_expected and paused_at is null
        and p_expected <= clock_timestamp()
    for update;
    if not found then
        return;
    end if;

    foreach tick in array p_ticks loop
        given := held.job || jsonb_build_object(
            'client_token', md5(format('schedule %s %s', p_schedule_id, extract(epoch from tick)))::uuid,
            'tags', coalesce(held.job->'tags', '{}') || jsonb_build_object(
                'coppice.schedule', held.name,
                'coppice.tick', to_char(tick at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            )
        );
        foreach seed in array held.drawn_seeds loop
            drawn := floor(random() * 4294967296);
            given := jsonb_set(given, array['spec', seed], to_jsonb(drawn));
            given := jsonb_set(given, array['params', seed], to_jsonb(drawn::text));
        end loop;
        queue := coalesce(given->>'queue', 'default');
        error := null;
        begin
            select s.job_id into strict job_id from submit_jobs(jsonb_build_array(given)) s;
        exception
            when sqlstate 'CP002' or sqlstate 'CP003' or data_exception or integrity_constraint_violation then
                job_id := null;
                error := sqlerrm;
        end;
        insert into schedule_ticks (schedule_id, tick, job_id, error) values (p_schedule_id, tick, job_id, error);
        return next;
    end loop;

    update schedules
    set next_tick = coalesce(p_next, p_expected), skipped = skipped + p_skipped,
        paused_at = case when p_next is null then clock_timestamp() end
    where schedule_id = p_schedule_id;
end $$;

create view schedule_history as
select s.name as schedule, t.tick, t.fired_at, t.job_id, t.error
from schedule_ticks t join schedules s using (schedule_id);

comment on view schedule_history is 'One row per tick of a schedule that was fired.';
comment on column schedule_history.schedule is 'Name of the schedule.';
comment on column schedule_history.tick is 'When it was due.';
comment on column schedule_history.fired_at is 'When its job was queued.';
comment on column schedule_history.job_id is 'The job; null if it could not be queued.';
comment on column schedule_history.error is 'Why it could not be queued.';

revoke all on function
    time_zone_offsets, add_schedule, remove_schedule, pause_schedule, resume_schedule, fire_schedule from public;

do $$
declare
    may record;
    role_name text;
begin
    for may in
        select * from (values
            ('{coppice_reader,coppice_submitter,coppice_worker,coppice_admin}'::text[], 'select on schedule_history'),
            ('{coppice_submitter,coppice_worker}', 'select on schedules, schedule_ticks'),
            ('{coppice_submitter,coppice_worker}', 'execute on function time_zone_offsets'),
            ('{coppice_submitter}',
                'execute on function add_schedule, remove_schedule, pause_schedule, resume_schedule'),
            ('{coppice_worker}', 'execute on function fire_schedule'),
            ('{coppice_admin}', 'select, insert, update, delete on schedules, schedule_ticks'),
            ('{coppice_admin}', 'usage on sequence schedules_schedule_id_seq'),
            ('{coppice_admin}', 'execute on function time_zone_offsets, add_schedule, remove_schedule, pause_schedule,
                resume_schedule, fire_schedule')
        ) as rights (roles, what)
    loop
        foreach role_name in array may.roles loop
            continue when not exists (select from pg_roles where rolname = role_name);
            execute format('grant %s to %I', may.what, role_name);
        end loop;
    end loop;
end $$;
