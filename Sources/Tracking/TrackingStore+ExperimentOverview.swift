internal import Postgres
public import Presentation

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// An experiment and how much is in it.
public struct ExperimentOverview: Sendable {
    public let experiment: Experiment
    /// Its runs that were not deleted.
    public let runs: BoundedCount
    /// When the newest of them began.
    public let newestRun: Date?
}

extension TrackingStore {
    /// Experiments, newest first, from the one before `id`; their runs are counted to `countLimit` each.
    public func experimentOverviews(
        _ view: LifecycleView = .activeOnly,
        before id: Experiment.ID? = nil,
        limit: Int = 100,
        countLimit: Int = 1000
    ) async throws -> [ExperimentOverview] {
        try await pool.withSession { session in
            try Self.experimentRows(
                where: """
                    e.lifecycle_stage = any(\(view.stages)::coppice.lifecycle_stage[])
                    and e.experiment_id < \(id?.rawValue ?? .max)
                    """,
                orderedBy: "e.experiment_id desc",
                selecting: """
                    (
                        select count(*) from (
                            select from coppice.runs r
                            where r.experiment_id = e.experiment_id and r.lifecycle_stage = 'active'
                            limit \(Int64(countLimit + 1))
                        ) counted
                    ) as run_count,
                    (
                        select r.started_at from coppice.runs r
                        where r.experiment_id = e.experiment_id and r.lifecycle_stage = 'active'
                            and r.started_at is not null
                        order by r.started_at desc
                        limit 1
                    ) as newest_run
                    """,
                limit: limit,
                in: session
            ).map { row in
                ExperimentOverview(
                    experiment: try Experiment(row),
                    runs: BoundedCount(found: try row.int("run_count"), limit: countLimit),
                    newestRun: try row.dateOrNil("newest_run")
                )
            }
        }
    }
}
