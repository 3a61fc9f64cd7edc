import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

@testable import WebPages

@Suite("Counting what ended, once for all", .database, .timeLimit(.minutes(10)))
struct EndedJobCountsTests {
    private let pool: PostgresPool

    init() throws { pool = try testDatabase().pool(size: 2) }

    private func execute(_ sql: SQL) async throws {
        try await pool.withSession { session in _ = try session.execute(sql) }
    }

    /// Jobs that ended so long ago, seen from `now`.
    private func end(_ ids: ClosedRange<Int64>, _ state: String, _ ago: Duration, before now: Date) async throws {
        try await execute(
            """
            insert into coppice.finished_jobs (
                job_id, client_token, kind, queue, priority, state, spec, experiment_id, params, tags, attempt, failures,
                losses, max_attempts, submitted_by, submitted_at, finished_at
            )
            select id, gen_random_uuid(), 'train', 'default', 0, \(state)::coppice.job_state, '{}', 0, '{}', '{}', 1, 0, 0, 3,
                'tester', \(now)::timestamptz - \(ago), \(now)::timestamptz - \(ago)
            from generate_series(\(ids.lowerBound), \(ids.upperBound)) as id
            """
        )
    }

    private func end(_ ids: ClosedRange<Int64>, _ state: String, _ ago: Duration) async throws {
        try await end(ids, state, ago, before: databaseTime())
    }

    private func databaseTime() async throws -> Date { try await JobStore(pool: pool).databaseTime() }

    private func startOfHour(_ time: Date) -> Date {
        Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 3600).rounded(.down) * 3600)
    }

    @Test("Each of 24 hours has what ended in it, and older jobs are in none")
    func hours() async throws {
        // One time for all: an hour may begin while this runs.
        let now = try await databaseTime()
        try await end(1...3, "succeeded", .seconds(3 * 3600), before: now)
        try await end(4...5, "failed", .seconds(3 * 3600), before: now)
        try await end(6...6, "cancelled", .seconds(3 * 3600), before: now)
        try await end(7...7, "succeeded", .seconds(1), before: now)
        try await end(8...9, "succeeded", .seconds(25 * 3600), before: now)
        let found = try await EndedJobCounts(jobs: JobStore(pool: pool)).hours(within: .seconds(60))
        #expect(found.isComplete)
        #expect(found.hours.count == 24)
        let before = startOfHour(now - 3 * 3600)
        #expect(found.hours.first { $0.start == before } == EndedSpan(start: before, succeeded: 3, failed: 2))
        #expect(found.hours.reduce(0) { $0 + $1.succeeded } == 4)
        #expect(found.hours.reduce(0) { $0 + $1.failed } == 2)
        await pool.close()
    }

    @Test("What cannot change any more is read once; what may is read again")
    func kept() async throws {
        let counts = EndedJobCounts(jobs: JobStore(pool: pool))
        try await end(1...3, "succeeded", .seconds(3 * 3600))
        #expect(try await counts.hours(within: .seconds(60)).hours.reduce(0) { $0 + $1.succeeded } == 3)
        try await execute("delete from coppice.finished_jobs")
        try await end(4...5, "succeeded", .seconds(0))
        #expect(try await counts.hours(within: .zero).hours.reduce(0) { $0 + $1.succeeded } == 5)
        await pool.close()
    }

    @Test("Who has no time gets the newest hours, and those who come later the rest")
    func patience() async throws {
        let counts = EndedJobCounts(jobs: JobStore(pool: pool))
        try await end(1...4, "succeeded", .seconds(20 * 3600))
        try await end(5...5, "succeeded", .seconds(1))
        let first = try await counts.hours(within: .zero)
        #expect(!first.isComplete)
        #expect(first.hours.reduce(0) { $0 + $1.succeeded } == 1)
        // An hour at a time, and five minutes that become settled while this runs.
        var rounds = 0
        while try await counts.countOn(within: .zero) > 0 {
            rounds += 1
            try #require(rounds < 48)
        }
        let last = try await counts.hours(within: .zero)
        #expect(last.isComplete)
        #expect(last.hours.reduce(0) { $0 + $1.succeeded } == 5)
        await pool.close()
    }
}
