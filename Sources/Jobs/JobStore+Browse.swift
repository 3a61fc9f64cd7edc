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
        let count = Int64(query.limit + 1)
        let window = query.kind == nil ? count : browseWindow
        let turn: SQL = "coppice.claim_order(j.priority, j.scheduled_at)"
        let after: SQL =
            query.after.map { "(\(turn), j.job_id) > (\($0.turn ?? 0)::double precision, \($0.job)::bigint)" } ?? "true"
        let queue: SQL = query.queue.map { "q.queue = \($0)" } ?? "true"
        let kind: SQL = query.kind.map { "kind = \($0)" } ?? "true"
        // Behind the last job that was looked at in a queue that has more, nobody knows which one is next.
        let rows = try session.execute(
            """
            with looked_at as materialized (
                select claimable.*
                from coppice.queues q
                cross join lateral (
                    select
                        j.job_id, \(turn) as turn, j.kind,
                        row_number() over (order by \(turn), j.job_id) = \(window) as is_last
                    from coppice.jobs j
                    where j.queue = q.queue and j.state = 'queued' and \(after)
                    order by \(turn), j.job_id
                    limit \(window)
                ) claimable
                where \(queue)
            ), horizon as (
                select job_id, turn from looked_at where is_last order by turn, job_id limit 1
            )
            (
                select job_id, turn, false as is_horizon
                from looked_at
                where \(kind) and (
                    not exists (select from horizon)
                    or (turn, job_id) <= (select horizon.turn, horizon.job_id from horizon)
                )
                order by turn, job_id
                limit \(count)
            )
            union all
            select job_id, turn, true from horizon
            """
        )
        var found: [JobQuery.Position] = []
        var horizon: JobQuery.Position?
        for row in rows {
            let position = JobQuery.Position(
                job: Job.ID(rawValue: try row.int64("job_id")),
                turn: try row.double("turn")
            )
            if try row.bool("is_horizon") { horizon = position } else { found.append(position) }
        }
        let shown = found.prefix(query.limit)
        let summaries = try session.execute(
            "select * from coppice.job_history where job_id = any (\(shown.map(\.job.rawValue)))"
        ).map(JobSummary.init)
        let byID = Dictionary(uniqueKeysWithValues: summaries.map { ($0.id, $0) })
        let isFull = found.count > query.limit
        return JobPage(
            jobs: shown.compactMap { byID[$0.job] },
            next: isFull ? shown.last : horizon,
            isCutShort: !isFull && horizon != nil
        )
    }
}
