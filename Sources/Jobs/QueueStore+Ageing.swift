internal import Postgres

extension QueueStore {
    /// How long a job has to wait to be worth one step of priority more.
    public func priorityStep() async throws -> Duration {
        try await pool.withSession { session in
            try session.execute("select priority_step from coppice.queue_policy")[0].duration("priority_step")
        }
    }

    /// Sets it, 1 s to 1000 days, and puts all waiting jobs in their new order; claims wait for that. Needs the rights of
    /// `coppice_admin`.
    public func setPriorityStep(_ step: Duration) async throws {
        guard Duration.seconds(1)...Duration.seconds(86_400_000) ~= step else {
            throw JobError(.invalid, "a step of priority is worth 1s to 1000d of waiting: give such a time")
        }
        try await pool.withSession { session in
            try session.execute("select coppice.set_priority_step(\(step))")
        }
    }
}
