internal import Postgres

extension JobStore {
    /// Which jobs to list; what is nil or empty does not restrict.
    public struct Filter: Sendable, Equatable {
        public var states: [JobState]
        public var queue: String?
        public var kind: String?
        public var experiment: String?
        /// Only jobs older than this one: where the next page starts.
        public var before: Job.ID?

        public init(
            states: [JobState] = [],
            queue: String? = nil,
            kind: String? = nil,
            experiment: String? = nil,
            before: Job.ID? = nil
        ) {
            self.states = states
            self.queue = queue
            self.kind = kind
            self.experiment = experiment
            self.before = before
        }
    }

    /// Jobs, newest first.
    public func list(_ filter: Filter = Filter(), limit: Int) async throws -> [JobSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select *
                from coppice.job_history
                where (cardinality(\(filter.states.map(\.rawValue))) = 0
                        or state = any (\(filter.states.map(\.rawValue))::text[]::coppice.job_state[]))
                    and (\(filter.queue)::text is null or queue = \(filter.queue))
                    and (\(filter.kind)::text is null or kind = \(filter.kind))
                    and (\(filter.experiment)::text is null or experiment = \(filter.experiment))
                    and (\(filter.before)::bigint is null or job_id < \(filter.before))
                order by job_id desc
                limit \(limit)
                """
            ).map(JobSummary.init)
        }
    }

    /// One job. Throws `JobError` with code `notFound`.
    public func summary(of job: Job.ID) async throws -> JobSummary {
        try await pool.withSession { session in
            let rows = try session.execute("select * from coppice.job_history where job_id = \(job)")
            guard rows.count > 0 else { throw Self.notFound(job) }
            return try JobSummary(rows[0])
        }
    }

    static func notFound(_ job: Job.ID) -> JobError {
        JobError(.notFound, "job \(job): there is no such job; 'coppice jobs list' shows those there are")
    }
}
