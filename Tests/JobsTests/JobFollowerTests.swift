import Logging
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Following jobs to their end", .database, .timeLimit(.minutes(10)))
struct JobFollowerTests {
    private static let someoneFollows: SQL = """
        select exists (
            select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
            where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.granted
        )
        """

    @Test("Who follows a job hears of its end, and does not have to ask")
    func hears() async throws {
        let queue = try await QueueFixture()
        let id = try await queue.submit()
        let lease = try await queue.claim()[0].lease
        var follower = JobFollower(
            store: queue.jobs,
            configuration: queue.database.configuration,
            logger: Logger(label: "test")
        )
        follower.pollInterval = .seconds(7200)
        async let ended = follower.follow([id]) { _ in }
        try await queue.wait(for: Self.someoneFollows)
        _ = try await queue.jobs.finish(lease) { _ in }
        await queue.jobs.announceEnds(of: [id])
        #expect(try await ended.map(\.state) == [.succeeded])
        // Gone with its connection.
        try await queue.wait(for: "select not (\(Self.someoneFollows))")
    }

    @Test("While nobody follows, ends wake nobody")
    func silence() async throws {
        let queue = try await QueueFixture()
        var events = NotificationListener(queue.database.configuration, channels: [JobStore.endedChannel, "later"])
            .makeAsyncIterator()
        #expect(await events.next(isolation: #isolation) == .listening(afterReconnecting: false))
        await queue.jobs.announceEnds(of: [Job.ID(rawValue: 1), Job.ID(rawValue: 2)])
        try await queue.execute("select pg_notify('later', '')")
        guard case .notification(let notification)? = await events.next(isolation: #isolation) else {
            Issue.record("no notification")
            return
        }
        #expect(notification.channel == "later")
    }
}
