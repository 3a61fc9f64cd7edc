public import Postgres

extension TrackingStore {
    /// Begins a run that belongs to no job. Throws `TrackingError`: `notFound`, `deleted` (experiment), `invalid`.
    public func createRun(_ run: NewRun) async throws -> Run {
        try Validation.params(run.params)
        try Validation.tags(run.tags)
        return try await pool.withTransaction { session in
            try Self.requireActive(run.experiment, in: session)
            let number = try Self.insertRun(run, in: session)
            guard let created = try Self.runs(where: "r.run_no = \(number)", limit: 1, in: session).first else {
                throw TrackingError(.notFound, "the run disappeared while it was created: try again")
            }
            return created
        }
    }

    /// Begins a run that belongs to no job, such as the parent of a sweep, as a part of a larger transaction.
    public static func insertRun(_ run: NewRun, in session: borrowing Session) throws -> Run.Number {
        let parent = run.parent?.rawValue ?? run.tags[RunTag.parent]
        let rows = try session.execute(
            """
            insert into coppice.runs (experiment_id, name, user_id, status, started_at, parent_run_no)
            values (
                \(run.experiment), \(run.name), \(run.user), \(run.status), \(run.startedAt),
                (select run_no from coppice.runs where run_id = \(parent))
            )
            returning run_no
            """
        )
        let number = Run.Number(rawValue: try rows.int64(0, 0))
        var tags = run.tags
        tags[RunTag.name] = run.name
        if let parent { tags[RunTag.parent] = parent }
        try insertTags(tags, run: number, in: session)
        try log(params: run.params, run: number, in: session)
        return number
    }
}
