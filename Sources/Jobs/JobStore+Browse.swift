internal import Postgres

/// Jobs to look through, a page at a time.
public struct JobQuery: Sendable, Equatable {
    public enum Order: String, Sendable, CaseIterable {
        case newest, oldest
        /// In the order in which workers claim them: by priority, to which waiting adds. Only queued jobs.
        case next
    }

    /// Where a page starts: after this job.
    public struct Position: Sendable, Equatable {
        public let job: Job.ID
        /// When its turn is, where jobs are in the order of their turns.
        public let turn: Double?

        public init(job: Job.ID, turn: Double? = nil) {
            self.job = job
            self.turn = turn
        }
    }

    /// nil: any.
    public var state: JobState?
    public var queue: String?
    public var kind: String?
    public var order = Order.newest
    public var after: Position?
    public var limit = 50

    public init() {}
}

/// A page of jobs.
public struct JobPage: Sendable {
    public let jobs: [JobSummary]
    /// Where the next page starts; nil: there is none.
    public let next: JobQuery.Position?
    /// Whether the page ends because enough jobs were looked at, and not because it is full.
    public let isCutShort: Bool
}

extension JobStore {
    /// How many jobs a page looks at where no index finds those it is about.
    static let browseWindow: Int64 = 50_000

    /// A page of jobs, live or ended. Whatever is asked for, it reads an index, and looks at so many jobs at most.
    public func browse(_ query: JobQuery) async throws -> JobPage {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
            query.order == .next
                ? try Self.browseClaimable(query, in: session) : try Self.browseByAge(query, in: session)
        }
    }

    private static func browseByAge(_ query: JobQuery, in session: borrowing Session) throws -> JobPage {
        let isNewest = query.order == .newest
        let direction: SQL = isNewest ? "desc" : "asc"
        var conditions: [SQL] = ["true"]
        // The state stands in the text: an index that holds some states serves only who names one.
        if let state = query.state { conditions.append("state = \(SQL(unsafeRaw: "'\(state.rawValue)'"))") }
        if let queue = query.queue { conditions.append("queue = \(queue)") }
        if let kind = query.kind { conditions.append("kind = \(kind)") }
        if let after = query.after?.job {
            conditions.append(isNewest ? "job_id < \(after)" : "job_id > \(after)")
        }
        // What an index cannot find is looked for among so many jobs and no more.
        var end: Int64?
        if query.queue != nil || query.kind != nil {
            let ends = try session.execute(
                """
                select
                    least((select min(job_id) from coppice.jobs), (select min(job_id) from coppice.finished_jobs)) as first,
                    greatest((select max(job_id) from coppice.jobs), (select max(job_id) from coppice.finished_jobs)) as last
                """
            )[0]
            guard let first = try ends.int64OrNil("first"), let last = try ends.int64OrNil("last") else {
                return JobPage(jobs: [], next: nil, isCutShort: false)
            }
            if isNewest {
                let bound = (query.after?.job.rawValue ?? last + 1) - browseWindow
                conditions.append("job_id >= \(bound)")
                end = bound > first ? bound : nil
            } else {
                let bound = (query.after?.job.rawValue ?? first - 1) + browseWindow
                conditions.append("job_id <= \(bound)")
                end = bound < last ? bound : nil
            }
        }
        let found = try session.execute(
            """
            select *
            from coppice.job_history
            where \(conditions.joined(separator: " and "))
            order by job_id \(direction)
            limit \(Int64(query.limit + 1))
            """
        ).map(JobSummary.init)
        let jobs = Array(found.prefix(query.limit))
        if found.count > query.limit {
            return JobPage(jobs: jobs, next: jobs.last.map { .init(job: $0.id) }, isCutShort: false)
        }
        return JobPage(jobs: jobs, next: end.map { .init(job: Job.ID(rawValue: $0)) }, isCutShort: end != nil)
    }

    /// The first of each queue, then the first of those.
    private static func browseClaimable(_ query: JobQuery, in session: borrowing Session) throws -> JobPage {
        guard query.state ?? .queued == .queued else { return JobPage(jobs: [], next: nil, isCutShort: false) }
        let turn: SQL = "coppice.claim_order(j.priority, j.scheduled_at)"
        let after: SQL =
            query.after.map { "(\(turn), j.job_id) > (\($0.turn ?? 0)::double precision, \($0.job)::bigint)" } ?? "true"
        let queue: SQL = query.queue.map { "q.queue = \($0)" } ?? "true"
        let kind: SQL = query.kind.map { "kind = \($0)" } ?? "true"
        let found = try session.execute(
            """
            select claimable.job_id, claimable.turn
            from coppice.queues q
            cross join lateral (
                select job_id, turn
                from (
                    select j.job_id, \(turn) as turn, j.kind
                    from coppice.jobs j
                    where j.queue = q.queue and j.state = 'queued' and \(after)
                    order by \(turn), j.job_id
                    limit \(query.kind == nil ? Int64(query.limit + 1) : browseWindow)
                ) looked_at
                where \(kind)
                order by turn, job_id
                limit \(Int64(query.limit + 1))
            ) claimable
            where \(queue)
            order by claimable.turn, claimable.job_id
            limit \(Int64(query.limit + 1))
            """
        ).map { row in JobQuery.Position(job: Job.ID(rawValue: try row.int64("job_id")), turn: try row.double("turn")) }
        let shown = found.prefix(query.limit)
        let rows = try session.execute(
            "select * from coppice.job_history where job_id = any (\(shown.map(\.job.rawValue)))"
        ).map(JobSummary.init)
        let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        return JobPage(
            jobs: shown.compactMap { byID[$0.job] },
            next: found.count > query.limit ? shown.last : nil,
            isCutShort: false
        )
    }
}
