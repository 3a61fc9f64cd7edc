internal import Postgres

/// What a removal of deleted runs or experiments removed for good, and what it left.
public struct CollectedRuns: Sendable, Equatable {
    public var runs = 0
    public var experiments = 0
    /// Runs that stay because a version of a registered model came from them, or because their job still runs.
    public var keptRuns = 0

    public init(runs: Int = 0, experiments: Int = 0, keptRuns: Int = 0) {
        self.runs = runs
        self.experiments = experiments
        self.keptRuns = keptRuns
    }
}

extension TrackingStore {
    /// Removes runs for good that were deleted longer ago than `age`, with all that was logged to them; what their
    /// artifacts leave behind is for `ArtifactStore.collect`.
    ///
    /// A run stays while a version of a registered model came from it, and while its job runs. In batches, each a
    /// transaction of its own, so that it is safe to interrupt and to run beside anything.
    /// - Parameter isRehearsal: Removes nothing, and counts what would go.
    public func collectRuns(deletedBefore age: Duration, isRehearsal: Bool = false) async throws -> CollectedRuns {
        try await collectRuns(where: "r.deleted_at <= clock_timestamp() - \(age)", isRehearsal: isRehearsal)
    }

    /// Removes experiments for good that were deleted longer ago than `age`, with their runs.
    ///
    /// An experiment stays as long as one of its runs or logged models must; see `collectRuns`.
    public func collectExperiments(
        deletedBefore age: Duration,
        isRehearsal: Bool = false
    ) async throws -> CollectedRuns {
        let old: SQL = "e.lifecycle_stage = 'deleted' and e.updated_at <= clock_timestamp() - \(age)"
        var collected = try await collectRuns(
            where: """
                exists (select from coppice.experiments e where e.experiment_id = r.experiment_id and \(old))
                """,
            isRehearsal: isRehearsal
        )
        // In a rehearsal its runs are still there.
        let counts: SQL = isRehearsal ? Self.mustStay : "true"
        let isEmpty: SQL = """
            not exists (select from coppice.runs r where r.experiment_id = e.experiment_id and \(counts))
            and not exists (
                select from coppice.logged_models g join coppice.model_versions v on v.model_no = g.model_no
                where g.experiment_id = e.experiment_id
            )
            """
        collected.experiments = try await pool.withSession { session in
            if isRehearsal {
                return try session.execute("select count(*) from coppice.experiments e where \(old) and \(isEmpty)")
                    .int(0, 0)
            }
            return try session.execute("delete from coppice.experiments e where \(old) and \(isEmpty)").affectedCount
        }
        return collected
    }

    /// That a run `r` is still needed.
    private static let mustStay: SQL = """
        (
            exists (select from coppice.model_versions v where v.run_no = r.run_no)
            or exists (
                select from coppice.logged_models g join coppice.model_versions v on v.model_no = g.model_no
                where g.run_no = r.run_no
            )
            or exists (
                select from coppice.attempts a
                where a.job_id = r.job_id and a.attempt = r.attempt and a.ended_at is null
            )
        )
        """

    private func collectRuns(where condition: SQL, isRehearsal: Bool) async throws -> CollectedRuns {
        let deleted: SQL = "r.lifecycle_stage = 'deleted' and \(condition)"
        var collected = CollectedRuns()
        while !isRehearsal {
            // Whoever restores a run just now has it locked, and keeps it.
            let removed = try await pool.execute(
                """
                delete from coppice.runs where run_no in (
                    select r.run_no from coppice.runs r
                    where \(deleted) and not \(Self.mustStay)
                    limit 500
                    for update skip locked
                )
                """
            )
            collected.runs += removed
            guard removed > 0 else { break }
        }
        let left = try await pool.withSession { session in
            let rows = try session.execute(
                """
                select count(*) filter (where \(Self.mustStay)), count(*) filter (where not \(Self.mustStay))
                from coppice.runs r
                where \(deleted)
                """
            )
            return (try rows.int(0, 0), try rows.int(0, 1))
        }
        collected.keptRuns = left.0
        if isRehearsal { collected.runs = left.1 }
        return collected
    }
}
