internal import Postgres

extension Invariant {
    /// The history equals what was submitted.
    static let submissions = [
        Invariant(
            name: "every acknowledged submission is one job, and it ended once",
            checked: "select count(*) from chaos.ledger where fate = 'acknowledged'",
            violations: """
                select format('token %s: %s ended, %s alive', l.client_token, f.count, j.count)
                from chaos.ledger l
                cross join lateral (
                    select count(*) from coppice.finished_jobs where client_token = l.client_token
                ) f
                cross join lateral (select count(*) from coppice.jobs where client_token = l.client_token) j
                where l.fate = 'acknowledged' and (f.count, j.count) <> (1, 0)
                """
        ),
        Invariant(
            name: "every submission whose answer was lost is one job at most",
            checked: "select count(*) from chaos.ledger where fate = 'unknown'",
            violations: """
                select format('token %s: %s jobs', l.client_token, found.count)
                from chaos.ledger l
                cross join lateral (
                    select count(*)
                    from (select client_token from coppice.finished_jobs union all select client_token from coppice.jobs) x
                    where x.client_token = l.client_token
                ) found
                where l.fate = 'unknown' and found.count > 1
                """
        ),
        Invariant(
            name: "no job that nobody submitted",
            checked: "select count(*) from coppice.job_history",
            violations: """
                select format('job %s', x.job_id)
                from (
                    select job_id, client_token from coppice.finished_jobs
                    union all select job_id, client_token from coppice.jobs
                ) x
                where not exists (select from chaos.ledger l where l.client_token = x.client_token)
                    and not exists (select from coppice.schedule_ticks t where t.job_id = x.job_id)
                """
        ),
        Invariant(
            name: "each tick of a schedule is queued once, and none is left out",
            checked: "select count(*) from coppice.schedule_ticks",
            violations: """
                select format('%s at %s: %s jobs', s.name, due.tick, found.jobs)
                from coppice.schedules s
                cross join generate_series(\(Timetable.firstTick)::text::timestamptz, now(), interval '1 year') as due (tick)
                cross join lateral (
                    select count(f.job_id) as jobs
                    from coppice.schedule_ticks t
                    left join coppice.finished_jobs f on f.job_id = t.job_id
                    where t.schedule_id = s.schedule_id and t.tick = due.tick
                ) found
                where found.jobs <> 1
                union all
                select format('job %s is of %s ticks', job_id, count(*))
                from coppice.schedule_ticks group by job_id having count(*) > 1
                """
        ),
    ]

    /// Nothing is left under way.
    static let ends = [
        Invariant(
            name: "no job is left, and no lease is held",
            checked: "select count(*) from coppice.finished_jobs",
            violations: "select format('job %s is %s until %s', job_id, state, lease_until) from coppice.jobs"
        ),
        Invariant(
            name: "no run is RUNNING",
            checked: "select count(*) from coppice.runs where job_id is not null",
            violations: """
                select format('run %s of job %s', run_id, job_id) from coppice.runs
                where job_id is not null and (status = 'RUNNING' or ended_at is null)
                """
        ),
        Invariant(
            name: "no attempt is open",
            checked: "select count(*) from coppice.attempts",
            violations: """
                select format('attempt %s of job %s', attempt, job_id) from coppice.attempts where outcome is null
                """
        ),
    ]
}
