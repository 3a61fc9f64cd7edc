import Postgres
import Synchronization
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct PostgresPoolTests {
    @Test("Many callers share few connections")
    func shared() async throws {
        #expect(try await backendCount(of: testDatabase().pool(size: 3), callers: 60) <= 3)
    }

    /// How many processes of the server answer so many callers at once.
    private func backendCount(of pool: PostgresPool, callers: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    try await pool.withSession { session in try session.execute("select pg_backend_pid()").int(0, 0) }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }.count
        }
    }

    /// Runs `body` while somebody else has one of the connections.
    private func holdingOne(of pool: PostgresPool, _ body: () async throws -> Void) async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (left, leave) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await pool.withConnection { _ in
                enter.yield()
                for await _ in left { break }
            }
        }
        for await _ in entered { break }
        try await body()
        leave.yield()
        try await holder.value
    }

    @Test("A task that is cancelled while it waits gets out of the line")
    func cancelled() async throws {
        let pool = try testDatabase().pool(size: 1)
        try await holdingOne(of: pool) {
            let waiter = Task { try await pool.execute("select 1") }
            waiter.cancel()
            let error = await #expect(throws: PostgresError.self) { try await waiter.value }
            #expect(error?.code == .cancelled)
        }
        #expect(try await pool.execute("select 1") == 1)
    }

    @Test("The reserve comes in where the others take too long, and rests otherwise")
    func reserve() async throws {
        let configuration = try testDatabase().configuration
        let patient = PostgresPool(
            configuration,
            size: 3,
            reserve: PostgresPool.Reserve(beyond: 1, after: .seconds(600))
        )
        #expect(try await backendCount(of: patient, callers: 20) == 1)

        let pool = PostgresPool(
            configuration,
            size: 3,
            reserve: PostgresPool.Reserve(beyond: 1, after: .milliseconds(10))
        )
        // While one is held, everybody else goes through the other two.
        try await holdingOne(of: pool) {
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<10 { group.addTask { try await pool.execute("select 1") } }
            }
        }
        #expect(try await pool.execute("select 1") == 1)
        await pool.close()
        await patient.close()
    }

    @Test("A lost connection is replaced")
    func lost() async throws {
        let pool = try testDatabase().pool(size: 1)
        await #expect(throws: PostgresError.self) {
            try await pool.execute("select pg_terminate_backend(pg_backend_pid())")
        }
        #expect(try await pool.execute("select 1") == 1)
    }

    @Test("A closed pool lends nothing")
    func closed() async throws {
        let pool = try testDatabase().pool()
        try await pool.execute("select 1")
        await pool.close()
        let error = await #expect(throws: PostgresError.self) { try await pool.execute("select 1") }
        #expect(error?.code == .poolClosed)
    }

    @Test("A transaction through the pool is one transaction")
    func transaction() async throws {
        let pool = try testDatabase().pool()
        try await pool.execute("create table t (n int)")
        struct Abort: Error {}
        await #expect(throws: Abort.self) {
            try await pool.withTransaction { session in
                try session.execute("insert into t values (1)")
                throw Abort()
            }
        }
        #expect(try await pool.execute("select from t") == 0)
    }
}
