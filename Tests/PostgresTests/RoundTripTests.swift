import Postgres
import TestSupport
import Testing

@Suite("Statements that share a round trip with begin and commit", .emptyDatabase, .timeLimit(.minutes(5)))
struct RoundTripTests {
    private func relayed() throws -> (Relay, PostgresConnection) {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        return (relay, PostgresConnection(relay.configuration))
    }

    private func table(_ connection: PostgresConnection) async throws {
        try await connection.execute("create table t (n int primary key deferrable initially deferred)")
    }

    private func count(_ connection: PostgresConnection) async throws -> Int {
        try await connection.withSession { session in try session.execute("select n from t").count }
    }

    /// Another one tells that the connection was given up in between.
    private func pid(_ connection: PostgresConnection) async throws -> Int {
        try await connection.withSession { session in try session.execute("select pg_backend_pid()").int(0, 0) }
    }

    @Test("A transaction of two statements takes two round trips, prepared or not")
    func two() async throws {
        let (relay, connection) = try relayed()
        try await table(connection)
        var trips: [Int] = []
        for number in 0..<5 {
            let before = relay.requestCount
            try await connection.withTransaction { session in
                try session.execute("insert into t values (\(2 * number))")
                _ = try session.executeAndCommit("insert into t values (\(2 * number + 1)) returning n")
            }
            trips.append(relay.requestCount - before)
        }
        // Preparing takes one more; the two texts are as one, and prepared in their third use.
        #expect(trips.first == 2 && trips.last == 2)
        #expect(try await count(connection) == 10)
    }

    @Test("What comes afterwards shares the round trip, and neither of the two depends on the other")
    func afterwards() async throws {
        let (relay, connection) = try relayed()
        try await table(connection)
        try await connection.execute("create table u (n int)")
        let process = try await pid(connection)
        var trips: [Int] = []
        for number in 0..<5 {
            let before = relay.requestCount
            try await connection.withSession { session in
                let rows = try session.execute(
                    "insert into t values (\(number)) returning n",
                    afterwards: "insert into u select n from t where n = \(number)"
                )
                #expect(try rows[0].int(0) == number)
            }
            trips.append(relay.requestCount - before)
        }
        // The first of both can arrive alone.
        #expect((1...2).contains(trips[0]) && (1...2).contains(trips[4]))

        for _ in 0..<4 {
            let error = try await #require(throws: PostgresError.self) {
                try await connection.withSession { session in
                    _ = try session.execute("insert into t values (\(1))", afterwards: "insert into u values (\(7))")
                }
            }
            #expect(error.sqlState == .uniqueViolation)
            try await connection.withSession { session in
                let rows = try session.execute("select \(3)::int", afterwards: "select 1 / \(0)::int")
                #expect(try rows[0].int(0) == 3)
            }
            // One that the server does not even prepare.
            try await connection.withSession { session in
                let rows = try session.execute("select \(4)::int", afterwards: "select from nowhere where n = \(0)")
                #expect(try rows[0].int(0) == 4)
            }
        }
        #expect(try await connection.execute("select from u where n < 5") == 5)
        #expect(try await connection.execute("select from u where n = 7") == 4)

        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in
                _ = try session.execute("select 1", afterwards: "select 2")
            }
        }
        #expect(error.code == .misuse)
        #expect(try await pid(connection) == process)
    }

    @Test("A transaction without a statement is none")
    func none() async throws {
        let (relay, connection) = try relayed()
        try await connection.connect()
        let before = relay.requestCount
        try await connection.withTransaction { _ in }
        #expect(relay.requestCount == before)
        struct Refusal: Error {}
        await #expect(throws: Refusal.self) { try await connection.withTransaction { _ in throw Refusal() } }
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("A first statement that fails says why, and the connection goes on")
    func firstFails() async throws {
        let connection = try testDatabase().connect()
        let process = try await pid(connection)
        for _ in 0..<4 {
            let error = try await #require(throws: PostgresError.self) {
                try await connection.withTransaction { session in try session.execute("select 1 / \(0)::int") }
            }
            #expect(error.sqlState == SQLState(rawValue: "22012"))
        }
        let ignored = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in _ = try? session.execute("select 1 / 0") }
        }
        #expect(ignored.code == .misuse)
        #expect(try await pid(connection) == process)
    }

    @Test("Whatever comes first is part of the transaction", arguments: 0..<4)
    func others(first: Int) async throws {
        struct Refusal: Error {}
        let connection = try testDatabase().connect()
        try await table(connection)
        for commits in [false, true] {
            let write = { @Sendable (session: borrowing Session) throws in
                switch first {
                case 0: try session.executeScript(unsafeRaw: "insert into t values (1); insert into t values (2)")
                case 1:
                    try session.copyIn("copy t from stdin") { writer in
                        try writer.write(Array("1\n2\n".utf8))
                    }
                case 2:
                    try session.withSavepoint { session in try session.execute("insert into t values (1), (2)") }
                default:
                    struct Inner: Error {}
                    try? session.withSavepoint { session in
                        try session.execute("insert into t values (3)")
                        throw Inner()
                    }
                    try session.execute("insert into t values (1), (2)")
                }
                if !commits { throw Refusal() }
            }
            if commits {
                try await connection.withTransaction(write)
            } else {
                await #expect(throws: Refusal.self) { try await connection.withTransaction(write) }
            }
            #expect(try await count(connection) == (commits ? 2 : 0))
        }
    }

    @Test("What begins with its first statement is as it was asked for")
    func isolation() async throws {
        let connection = try testDatabase().connect()
        let settings = try await connection.withTransaction(isolation: .serializable, readOnly: true) { session in
            let rows = try session.execute(
                "select current_setting('transaction_isolation'), current_setting('transaction_read_only')"
            )
            return [try rows[0].string(0), try rows[0].string(1)]
        }
        #expect(settings == ["serializable", "on"])
    }

    @Test("A last statement that fails commits nothing, nor does one whose constraints fail in the end")
    func lastFails() async throws {
        let connection = try testDatabase().connect()
        try await table(connection)
        let process = try await pid(connection)
        for (last, state): (SQL, String) in [
            ("select 1 / \(0)::int", "22012"), ("insert into t values (1)", "23505"),
        ] {
            let error = try await #require(throws: PostgresError.self) {
                try await connection.withTransaction { session in
                    try session.execute("insert into t values (1)")
                    _ = try session.executeAndCommit(last)
                }
            }
            #expect(error.sqlState == SQLState(rawValue: state))
            #expect(try await count(connection) == 0)
        }
        #expect(try await pid(connection) == process)
    }

    @Test("Nothing comes after the commit, and outside a transaction there is none")
    func misuse() async throws {
        let connection = try testDatabase().connect()
        let code = try await connection.withTransaction { session -> PostgresError.Code? in
            _ = try session.executeAndCommit("select 1")
            do {
                try session.execute("select 2")
                return nil
            } catch let error as PostgresError {
                return error.code
            }
        }
        #expect(code == .misuse)
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withSession { session in _ = try session.executeAndCommit("select 1") }
        }
        #expect(error.code == .misuse)
        #expect(try await connection.execute("select 3") == 1)
    }

    @Test("A commit that failed is no success for who ignores its error")
    func ignoredCommit() async throws {
        let connection = try testDatabase().connect()
        try await table(connection)
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in
                try session.execute("insert into t values (1)")
                _ = try? session.executeAndCommit("insert into t values (1)")
            }
        }
        #expect(error.code == .misuse)
        #expect(try await count(connection) == 0)
    }

    @Test("COPY where a statement is expected is refused, also where it shares a round trip")
    func copy() async throws {
        let connection = try testDatabase().connect()
        try await table(connection)
        for text: SQL in ["copy t to stdout", "copy t from stdin"] {
            let attempts: [@Sendable (borrowing Session) throws -> Void] = [
                { _ = try $0.execute(text) },
                { _ = try $0.executeAndCommit(text) },
            ]
            for attempt in attempts {
                let error = try await #require(throws: PostgresError.self) {
                    try await connection.withTransaction(attempt)
                }
                #expect(error.code == .misuse)
            }
            let error = try await #require(throws: PostgresError.self) {
                try await connection.withSession { session in _ = try session.execute(text, afterwards: "select 1") }
            }
            #expect(error.code == .misuse)
        }
        #expect(try await count(connection) == 0)
    }

    @Test("What comes afterwards is prepared again if the server has forgotten it")
    func forgotten() async throws {
        let connection = try testDatabase().connect()
        try await connection.execute("create table u (n int)")
        for _ in 0..<10 {
            try await connection.withSession { session in
                _ = try session.execute("select 1", afterwards: "insert into u values (\(1))")
            }
        }
        try await connection.execute("deallocate all")
        for _ in 0..<5 {
            try await connection.withSession { session in
                _ = try session.execute("select 1", afterwards: "insert into u values (\(1))")
            }
        }
        // One was lost when the server did not know it.
        #expect(try await connection.execute("select from u") >= 14)
    }

    @Test("A commit that went with its statement and has no answer is uncertain")
    func uncertain() async throws {
        let (relay, connection) = try relayed()
        try await table(connection)
        relay.cut(after: "commit\0")
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in
                _ = try session.executeAndCommit("insert into t values (1)")
            }
        }
        #expect(error.code == .commitUncertain)
        // The server got it all the same.
        let direct = try testDatabase().connect()
        while try await count(direct) == 0 {}
    }

    @Test("A cancelled task stops the statement that began its transaction")
    func cancelled() async throws {
        let connection = try testDatabase().connect()
        try await connection.connect()
        let task = Task {
            try await connection.withTransaction { session in _ = try session.execute("select pg_sleep(600)") }
        }
        try await testDatabase().waitForSleepers(1)
        task.cancel()
        let error = try await #require(throws: PostgresError.self) { try await task.value }
        #expect(error.code == .cancelled)
        #expect(try await connection.execute("select 1") == 1)
    }
}
