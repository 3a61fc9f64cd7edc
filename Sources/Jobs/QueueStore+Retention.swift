internal import Postgres

extension QueueStore {
    /// How long the history of jobs is kept; nil: for good.
    public func historyRetention() async throws -> Duration? {
        try await pool.withSession { session in
            try session.execute("select history_retention from coppice.queue_policy")[0]
                .decode(Duration?.self, "history_retention")
        }
    }

    /// Sets it, one hour or longer; nil keeps everything. Workers remove what is older within the next hour. Needs the
    /// rights of `coppice_admin`.
    ///
    /// - Throws: `JobError` with code `invalid`; `PostgresError`.
    public func setHistoryRetention(_ retention: Duration?) async throws {
        if let retention, retention < .seconds(3600) {
            throw JobError(.invalid, "the history of jobs can be kept for 1h or longer: give such a time, or off")
        }
        try await pool.withSession { session in
            _ = try session.execute("select coppice.set_history_retention(\(retention))")
        }
    }
}

extension JobStore {
    /// Removes a little of what is older than the retention says.
    ///
    /// - Parameter limit: of jobs, where no whole partition can go.
    /// - Returns: how many rows went, 0 when nothing is left to do; nil: locks were in the way.
    func applyRetention(limit: Int = 500) async throws -> Int? {
        try await pool.withSession { session in
            let gone = try session.execute("select coppice.apply_retention(\(limit)) as gone")[0].int("gone")
            return gone < 0 ? nil : gone
        }
    }
}
