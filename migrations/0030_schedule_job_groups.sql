-- A schedule also queues jobs that are done in parts, sweeps and forests in shards.
set local search_path = coppice, pg_catalog;

-- The parts of `job`, as submit_job_group takes them; null: it is done at once.
alter table schedules add column parts jsonb;

drop function add_schedule(text, text, text, text, jsonb, text[], text[], timestamptz);

-- Adds a schedule; p_next is the first tick.
create function add_schedule(
    p_name text, p_cron text, p_time_zone text, p_missed text, p_job jsonb, p_parts jsonb, p_drawn_seeds text[],
    p_arguments text[], p_next timestamptz
) returns bigint
language plpgsql security definer set search_path = coppice, pg_temp as $$
declare
    v_id bigint;
begin
    insert into schedules (
        name, cron, time_zone, missed, job, parts, drawn_seeds, arguments, next_tick, created_by
    )
    values (
        p_name, p_cron, p_time_zone, p_missed, p_job, p_parts, p_drawn_seeds, p_arguments, p_next,
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

-- A job with these seeds wherever it has seeds of that name: in what it is told, alone or as a part, and in its parameters.
create function with_seeds(p_job jsonb, p_seeds jsonb) returns jsonb
language plpgsql immutable set search_path = coppice, pg_temp as $$
declare
    v_seed text;
    v_drawn jsonb;
begin
    for v_seed, v_drawn in select key, value from jsonb_each(p_seeds) loop
        p_job := jsonb_set(p_job, array['spec', v_seed], v_drawn, false);
        p_job := jsonb_set(p_job, array['spec', 'training', v_seed], v_drawn, false);
        p_job := jsonb_set(p_job, array['params', v_seed], to_jsonb(v_drawn #>> '{}'), false);
    end loop;
    return p_job;
end $$;

-- Queues the jobs of ticks that are due, and moves the schedule on to p_next (null: it never comes again, and the
-- schedule pauses). Does nothing if the schedule is not where the caller saw it: another worker was faster, or it was
-- paused. A tick whose job is refused is recorded with the reason; the schedule goes on.
create or replace function fire_schedule(
    p_schedule_id bigint, p_expected timestamptz, p_ticks timestamptz[], p_skipped bigint, p_next timestamptz
) returns table (tick timestamptz, job_id bigint, queue text, error text)
language plpgsql security definer set search_path = coppice, pg_temp as $$
#variable_conflict use_column
declare
    held schedules;
    v_tags jsonb;
    v_seeds jsonb;
    v_job jsonb;
    v_parts jsonb;
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
        v_tags := jsonb_build_object(
            'coppice.schedule', held.name,
            'coppice.tick', to_char(tick at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        );
        -- The same for all parts, so that they can be compared or put together.
        select coalesce(jsonb_object_agg(name, floor(random() * 4294967296)::bigint), '{}') into v_seeds
        from unnest(held.drawn_seeds) as name;
        v_job := with_seeds(held.job, v_seeds) || jsonb_build_object(
            'client_token', md5(format('schedule %s %s', p_schedule_id, extract(epoch from tick)))::uuid,
            'tags', coalesce(held.job->'tags', '{}') || v_tags
        );
        select jsonb_agg(
            with_seeds(part, v_seeds) || jsonb_build_object(
                'client_token',
                md5(format('schedule %s %s part %s', p_schedule_id, extract(epoch from fire_schedule.tick), place))::uuid,
                'tags', coalesce(part->'tags', '{}') || v_tags
            )
            order by place
        )
        into v_parts
        from jsonb_array_elements(held.parts) with ordinality as given (part, place);

        queue := coalesce(v_job->>'queue', 'default');
        error := null;
        begin
            if v_parts is null then
                select s.job_id into strict job_id from submit_jobs(jsonb_build_array(v_job)) s;
            else
                -- The whole comes last.
                select s.job_id into strict job_id
                from submit_job_group(v_job, v_parts) with ordinality as s (job_id, created, place)
                order by s.place desc
                limit 1;
            end if;
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

comment on column schedule_history.job_id is
    'The job, of a sweep or of a forest in shards the one that sums up; null if it could not be queued.';

revoke all on function add_schedule, with_seeds from public;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['coppice_submitter', 'coppice_admin'] loop
        continue when not exists (select from pg_roles where rolname = role_name);
        execute format('grant execute on function add_schedule to %I', role_name);
    end loop;
end $$;
