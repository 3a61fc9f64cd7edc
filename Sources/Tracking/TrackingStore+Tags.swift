public import Postgres

extension TrackingStore {
    /// Sets tags of a run, as a part of a larger transaction. A tag that exists gets the new value.
    ///
    /// MLflow keeps a run's name and parent in tags too; the run follows them. Throws `TrackingError.invalid`.
    public static func setTags(_ tags: [String: String], run: Run.Number, in session: borrowing Session) throws {
        guard !tags.isEmpty else { return }
        try Validation.tags(tags)
        try insertTags(tags, run: run, in: session)
        if let name = tags[RunTag.name] {
            try session.execute("update coppice.runs set name = \(name) where run_no = \(run)")
        }
        if let parent = tags[RunTag.parent] {
            try session.execute(
                """
                update coppice.runs set parent_run_no = (select run_no from coppice.runs where run_id = \(parent))
                where run_no = \(run)
                """
            )
        }
    }

    static func insertTags(_ tags: [String: String], run: Run.Number, in session: borrowing Session) throws {
        guard !tags.isEmpty else { return }
        let entries = tags.sorted { $0.key < $1.key }
        try session.execute(
            """
            insert into coppice.tags (run_no, key, value)
            select \(run), key, value from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            on conflict (run_no, key) do update set value = excluded.value
            """
        )
    }

    /// Removes a tag of an active run. Throws `TrackingError`: `notFound`, `deleted`.
    public func deleteTag(_ key: String, run id: Run.ID) async throws {
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            let removed = try session.execute("delete from coppice.tags where run_no = \(run) and key = \(key)")
            guard removed.affectedCount == 1 else {
                throw TrackingError(.notFound, "run \(id) has no tag '\(key.shortened)'")
            }
        }
    }
}
