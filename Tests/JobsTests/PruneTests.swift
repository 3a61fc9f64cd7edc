import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Pruning", .database, .timeLimit(.minutes(10)))
struct PruneTests {
    private let queue: QueueFixture
    private static let day = Duration.seconds(86_400)

    init() async throws {
        queue = try await QueueFixture()
    }

    /// Submits a job and brings it to its end, so many days ago.
    @discardableResult
    private func finish(daysAgo days: Int, _ change: (inout NewJob) -> Void = { _ in }) async throws -> Job.ID {
        let id = try await queue.submit(change)
        let lease = try #require(try await queue.claim(queues: ["default"]).first).lease
        try await queue.jobs.append([.init(number: 1, loggedAt: .now, level: "info", message: "done")], to: lease)
        try await queue.jobs.finish(lease) { _ in }
        try await queue.execute(
            """
            update coppice.finished_jobs set finished_at = now() - make_interval(days => \(Int32(days)))
            where job_id = \(id)
            """
        )
        try await queue.execute(
            """
            update coppice.job_tokens set created_at = now() - make_interval(days => \(Int32(days)))
            where job_id = \(id)
            """
        )
        return id
    }

    private func remaining() async throws -> String {
        try await queue.value(
            String.self,
            """
            select concat_ws(' ', (select string_agg(job_id::text, ',' order by job_id) from coppice.finished_jobs),
                (select count(*) from coppice.attempts), (select count(*) from coppice.job_log),
                (select count(*) from coppice.job_tokens), (select count(*) from coppice.runs))
            """
        )
    }

    @Test("Old jobs go with their attempts, logs and tokens; younger ones and all runs stay")
    func ages() async throws {
        for days in [40, 31, 29, 0] { try await finish(daysAgo: days) }
        let report = try await queue.jobs.prune(olderThan: Self.day * 30, batch: 1)
        #expect(report.jobs == 2 && report.attempts == 2 && report.logLines == 2 && report.tokens == 2)
        #expect(report.partitions == 0)
        #expect(try await remaining() == "3,4 2 2 2 4")
    }

    @Test("A worker removes what is older than the retention, batch by batch; without one it removes nothing")
    func retention() async throws {
        for days in [40, 31, 29, 0] { try await finish(daysAgo: days) }
        let policy = QueueStore(pool: queue.jobs.pool)
        #expect(try await policy.historyRetention() == nil)
        #expect(try await queue.jobs.applyRetention() == 0)

        try await policy.setHistoryRetention(Self.day * 30)
        #expect(try await policy.historyRetention() == Self.day * 30)
        while try await queue.jobs.applyRetention(limit: 1) != 0 {}
        #expect(try await remaining() == "3,4 2 2 2 4")

        try await policy.setHistoryRetention(nil)
        #expect(try await policy.historyRetention() == nil)
    }

    @Test("A retention under an hour is refused")
    func shortRetention() async throws {
        await #expect {
            try await QueueStore(pool: queue.jobs.pool).setHistoryRetention(.seconds(60))
        } throws: {
            ($0 as? JobError)?.code == .invalid
        }
    }

    @Test("A preview says what would go, and removes nothing")
    func preview() async throws {
        for days in [40, 31, 29, 0] { try await finish(daysAgo: days) }
        let preview = try await queue.jobs.previewPrune(olderThan: Self.day * 30)
        #expect(try await remaining() == "1,2,3,4 4 4 4 4")
        #expect(try await queue.jobs.prune(olderThan: Self.day * 30) == preview)
    }

    @Test("A partition goes whole when everything in it is old, and does not come back")
    func partition() async throws {
        for days in [40, 35] { try await finish(daysAgo: days) }
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 1000000)")
        try await queue.jobs.ensureHistoryPartitions()
        try await finish(daysAgo: 40)
        let young = try await finish(daysAgo: 1)

        let preview = try await queue.jobs.previewPrune(olderThan: Self.day * 30)
        let report = try await queue.jobs.prune(olderThan: Self.day * 30)
        #expect(report == preview)
        #expect(report.partitions == 1 && report.jobs == 3 && report.attempts == 3 && report.logLines == 3)
        try await queue.jobs.ensureHistoryPartitions()
        let partitions = try await queue.value(
            String.self,
            """
            select string_agg(inhrelid::regclass::text, ' ' order by 1)
            from pg_inherits where inhparent in ('coppice.finished_jobs'::regclass, 'coppice.attempts'::regclass)
            """
        )
        #expect(!partitions.contains("_0"), "\(partitions)")
        #expect(partitions.contains("finished_jobs_1 ") && partitions.contains("attempts_1 "), "\(partitions)")
        #expect(try await remaining().hasPrefix("\(young) 1 1 1"))
    }

    @Test("A partition stays while one of its jobs lives or is young", arguments: [true, false])
    func partitionInUse(lives: Bool) async throws {
        try await finish(daysAgo: 40)
        if lives { try await queue.submit { $0.queue = "elsewhere" } } else { try await finish(daysAgo: 1) }
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 1500000)")
        let report = try await queue.jobs.prune(olderThan: Self.day * 30)
        #expect(report.partitions == 0 && report.jobs == 1)
        #expect(
            try await queue.value(Bool.self, "select to_regclass('coppice.finished_jobs_0') is not null")
        )
    }

    @Test("Jobs go on ending, under ids of a dropped partition, too")
    func afterwards() async throws {
        try await finish(daysAgo: 40)
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 1000000)")
        #expect(try await queue.jobs.prune(olderThan: Self.day).partitions == 1)
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 5)")
        let id = try await finish(daysAgo: 0)
        #expect(try await queue.state(id) == .succeeded)
    }

    @Test("A partition that is busy is not waited for, so that nobody waits for the one who does")
    func busy() async throws {
        try await finish(daysAgo: 40)
        try await queue.execute("select setval('coppice.jobs_job_id_seq', 1000000)")
        let connection = queue.database.connect()
        let busy = Task {
            try await connection.withTransaction { session in
                try session.execute("lock table coppice.attempts in row exclusive mode")
                try session.execute("select pg_sleep(600)")
            }
        }
        let isLocked: SQL = """
            select exists (
                select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
                where l.relation = 'coppice.attempts'::regclass and l.mode = 'RowExclusiveLock' and l.granted
            )
            """
        while try await !queue.value(Bool.self, isLocked) { try await Task.sleep(for: .milliseconds(10)) }
        let error = await #expect(throws: PostgresError.self) {
            try await queue.execute("select * from coppice.drop_history_partition(now())")
        }
        #expect(error?.sqlState?.rawValue == "55P03")
        busy.cancel()
        _ = try? await busy.value
        #expect(try await queue.jobs.prune(olderThan: .zero).partitions == 1)
    }

    @Test("The token of a live job stays: a repeated submit finds it")
    func liveToken() async throws {
        let job = queue.newJob()
        let first = try await queue.jobs.submit([job])
        try await queue.execute("update coppice.job_tokens set created_at = now() - interval '40 days'")
        #expect(try await queue.jobs.prune(olderThan: Self.day).tokens == 0)
        #expect(try await queue.jobs.submit([job]).map(\.id) == first.map(\.id))
    }

    @Test("A job whose need was pruned can be retried; one whose need failed still says so")
    func dependencies() async throws {
        let succeeded = try await queue.submit()
        let failed = try await queue.submit()
        let dependent = try await queue.submit { $0.needs = [succeeded] }
        let cancelled = try await queue.submit { $0.needs = [failed] }
        try await queue.jobs.finish(queue.claim()[0].lease) { _ in }
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad", retryIn: nil)
        _ = try await queue.jobs.fail(queue.claim()[0].lease, error: "bad", retryIn: nil)
        try await queue.execute(
            """
            update coppice.finished_jobs set finished_at = now() - interval '40 days'
            where job_id in (\(succeeded), \(failed))
            """
        )
        #expect(try await queue.jobs.prune(olderThan: Self.day * 30).jobs == 2)

        #expect(try await queue.jobs.retry(dependent) == .failed)
        let error = await #expect(throws: JobError.self) { _ = try await queue.jobs.retry(cancelled) }
        #expect(error?.code == .dependencyFailed)
    }

    @Test("Workers that are long gone go, unless a job still names them")
    func workers() async throws {
        try await queue.submit()
        _ = try await queue.claim()
        _ = try await queue.anotherWorker("gone")
        _ = try await queue.anotherWorker("here")
        try await queue.execute(
            "update coppice.workers set seen_at = now() - interval '40 days' where name in ('gone', 'worker-1')"
        )
        #expect(try await queue.jobs.prune(olderThan: Self.day * 30).workers == 1)
        #expect(
            try await queue.value(String.self, "select string_agg(name, ' ' order by name) from coppice.workers")
                == "here worker-1"
        )
    }

    @Test("The admin's role may prune, the worker's may not")
    func roles() async throws {
        for (role, isAllowed) in [("coppice_admin", true), ("coppice_worker", false)] {
            let prune = {
                try await queue.jobs.pool.withTransaction { session in
                    try session.execute("set local role \(identifier: role)")
                    try session.execute("select * from coppice.drop_history_partition(now())")
                    try session.execute("select * from coppice.delete_finished_jobs(now(), 0, 10)")
                    try session.execute("select * from coppice.delete_old_records(now(), 10)")
                }
            }
            if isAllowed { try await prune() } else { await #expect(throws: PostgresError.self) { try await prune() } }
        }
    }

    @Test("A new priority changes who goes first; what has ended is left alone")
    func priority() async throws {
        let (first, second) = try await (queue.submit(), queue.submit())
        #expect(try await queue.jobs.setPriority(of: second, to: 7) == .queued)
        #expect(try await queue.claim().map(\.id) == [second])
        try await queue.jobs.finish(JobLease(job: second, attempt: 1, worker: queue.worker)) { _ in }
        #expect(try await queue.jobs.setPriority(of: second, to: 1) == .succeeded)
        #expect(try await queue.claim().map(\.id) == [first])
        let error = await #expect(throws: JobError.self) {
            _ = try await queue.jobs.setPriority(of: Job.ID(rawValue: 99), to: 1)
        }
        #expect(error?.code == .notFound)
    }
}
