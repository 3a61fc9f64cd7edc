internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Something that differs whenever a run has changed in a way that its page shows.
public struct RunPulse: Sendable, Equatable {
    let status: Run.Status
    let jobState: String?
    let progress: Double?
    let metricCount: Int
    let latestStep: Int64
    let logLines: Int

    /// Whether nothing more is expected of the run.
    public var isFinal: Bool { status.isFinal }
}

extension TrackingStore {
    /// A few looks into indexes. Throws `TrackingError.notFound`.
    public func runPulse(_ id: Run.ID) async throws -> RunPulse {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select r.status, j.state::text as state, j.progress::double precision as progress,
                    m.count as metric_count, coalesce(m.step, 0) as latest_step,
                    coalesce((
                        select l.line_no from coppice.job_log l
                        where l.job_id = r.job_id and l.attempt = r.attempt
                        order by l.line_no desc
                        limit 1
                    ), 0) as log_lines
                from coppice.runs r
                left join coppice.jobs j on j.job_id = r.job_id and j.attempt = r.attempt
                cross join lateral (
                    select count(*) as count, max(step) as step from coppice.latest_metrics m where m.run_no = r.run_no
                ) m
                where r.run_id = \(id)
                """
            )
            guard let row = rows.first else { throw TrackingError.noRun(id) }
            return RunPulse(
                status: try row.label("status"),
                jobState: try row.stringOrNil("state"),
                progress: try row.doubleOrNil("progress"),
                metricCount: try row.int("metric_count"),
                latestStep: try row.int64("latest_step"),
                logLines: try row.int("log_lines")
            )
        }
    }
}
