import Dispatch
import FoundationEssentials
import Glibc
import Logging
import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct ReconnectionTests {
    private func terminateOthers() async throws {
        try await testDatabase().connect().execute(
            """
            select pg_terminate_backend(pid, 60000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        )
    }

    @Test("A connection that was lost while idle is replaced without a word")
    func idle() async throws {
        let connection = try testDatabase().connect()
        try await connection.execute("select 1")
        try await terminateOthers()
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("A connection that is lost in a session ends it; the next one works")
    func inUse() async throws {
        let connection = try testDatabase().connect()
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withSession { session in
                try session.execute("select pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error.isConnectionLoss)
        #expect(error.sqlState == .adminShutdown)
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("Within a session, a lost connection stays lost")
    func noSilentReplacement() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        let connection = PostgresConnection(relay.configuration)
        await #expect(throws: PostgresError.self) {
            try await connection.withSession { session in
                try session.execute("select 1")
                relay.cut()
                _ = try? session.execute("select 2")
                try session.execute("select 3")
            }
        }
        #expect(try await connection.execute("select 1") == 1)
    }

    @Test("A commit without an answer is uncertain")
    func commit() async throws {
        let relay = try Relay(to: testDatabase().configuration)
        try relay.listen()
        let connection = PostgresConnection(relay.configuration)
        try await connection.execute("create table t (n int)")
        // With its end, since "begin isolation level read committed" has the word, too.
        relay.cut(after: "commit\0")
        let error = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { session in try session.execute("insert into t values (1)") }
        }
        #expect(error.code == .commitUncertain)
        #expect(error.isConnectionLoss)
        // The server got it all the same.
        let direct = try testDatabase().connect()
        while try await direct.execute("select from t") == 0 {}
    }

    @Test("An outage is waited for, within the limit")
    func outage() async throws {
        var configuration = try Relay(to: testDatabase().configuration).configuration
        configuration.connectRetryLimit = .zero
        let error = try await #require(throws: PostgresError.self) {
            try await PostgresConnection(configuration).connect()
        }
        #expect(error.code == .connectionFailed)
        #expect("\(error)".hasPrefix("cannot connect to PostgreSQL: "))

        let relay = try Relay(to: testDatabase().configuration)
        let (failures, continuation) = AsyncStream.makeStream(of: Void.self)
        var patient = relay.configuration
        patient.connectRetryLimit = .seconds(50)
        let logger = Logger(label: "test") { _ in SignalLog { continuation.yield() } }
        let connection = PostgresConnection(patient, logger: logger)
        async let count = connection.execute("select 1")
        for await _ in failures { break }
        try relay.listen()
        #expect(try await count == 1)
    }

    @Test("A missing database or a wrong role is not waited for")
    func permanent() async throws {
        var configuration = try testDatabase().configuration
        configuration.connectRetryLimit = .seconds(3_600)
        configuration["dbname"] = "coppice_no_such_database"
        let error = try await #require(throws: PostgresError.self) {
            try await PostgresConnection(configuration).connect()
        }
        #expect(error.sqlState == .invalidDatabaseName)
    }

    @Test("Nothing of a broken connection string shows")
    func secrets() async throws {
        var configuration = PostgresConfiguration(parameters: [
            "host": "/nowhere", "user": "hunter2", "password": "hunter2",
        ])
        configuration["port"] = "1"
        let error = try await #require(throws: PostgresError.self) {
            try await PostgresConnection(configuration).connect()
        }
        #expect(!String(reflecting: error).contains("hunter2"))
    }

    @Test("A server that is too old is refused")
    func tooOld() async throws {
        let directory = "/tmp/coppice-old-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let listener = try UnixStream.listen(directory + "/.s.PGSQL.5432")
        defer { close(listener) }
        // On a thread of its own: the pool's must not wait.
        let server = Task {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                DispatchQueue(label: "too-old").async {
                    defer { done.resume() }
                    let client = accept(listener, nil, nil)
                    var request = [UInt8](repeating: 0, count: 4_096)
                    _ = read(client, &request, request.count)
                    func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
                        [type.asciiValue!, 0, 0, 0, UInt8(body.count + 4)] + body
                    }
                    let answer =
                        message("R", [0, 0, 0, 0]) + message("S", Array("server_version\0".utf8) + Array("13.4\0".utf8))
                        + message("Z", [UInt8(ascii: "I")])
                    UnixStream.send(answer[...], to: client)
                    _ = read(client, &request, request.count)
                    close(client)
                }
            }
        }
        let configuration = PostgresConfiguration(parameters: ["host": directory, "user": "u", "dbname": "d"])
        let error = try await #require(throws: PostgresError.self) {
            try await PostgresConnection(configuration).connect()
        }
        await server.value
        #expect(error.code == .serverTooOld)
        #expect("\(error)" == "PostgreSQL 13 is too old: Coppice needs 15 or newer; upgrade the server")
    }
}

/// Calls back at every line.
private struct SignalLog: LogHandler {
    let signal: @Sendable () -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    init(_ signal: @escaping @Sendable () -> Void) { self.signal = signal }

    func log(event: LogEvent) { signal() }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
