internal import Postgres

extension ScheduleStore {
    /// Schedules by name, each with the tick that was fired last.
    public func list(limit: Int) async throws -> [ScheduleSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select
                    s.name, s.cron, s.time_zone, s.missed, s.job->>'kind' as kind,
                    coalesce(s.job->>'queue', 'default') as queue, s.arguments, s.next_tick, s.paused_at,
                    s.paused_by, s.skipped, s.created_at, s.created_by,
                    t.tick as last_tick, t.job_id as last_job_id, t.error as last_error, j.state::text as last_state
                from coppice.schedules s
                left join lateral (
                    select tick, job_id, error from coppice.schedule_ticks t
                    where t.schedule_id = s.schedule_id
                    order by t.tick desc
                    limit 1
                ) t on true
                left join lateral (
                    select state from coppice.job_history j where j.job_id = t.job_id
                ) j on true
                order by s.name
                limit \(limit)
                """
            ).map(ScheduleSummary.init)
        }
    }
}
