import Foundation
import Postgres
import TestSupport
import Testing

/// The three programs on the database of one test.
struct Store {
    let database: TestDatabase
    let submit: Program
    let worker: Program
    let coppice: Program

    /// - Parameter url: how the programs reach the database; nil: as the tests do.
    init(_ environment: [String: String] = [:], url: String? = nil) throws {
        database = try testDatabase()
        let environment = environment.merging(["DATABASE_URL": url ?? database.url]) { $1 }
        submit = Program(name: "submit", environment: environment)
        worker = Program(name: "worker", environment: environment)
        coppice = Program(name: "coppice", environment: environment)
    }

    /// One value of one row.
    func value<Value: SQLDecodable & Sendable>(_ type: Value.Type = Value.self, _ sql: SQL) async throws -> Value {
        try await database.connect().withSession { session in try session.execute(sql)[0].decode(Value.self, 0) }
    }

    func execute(_ sql: SQL) async throws {
        try await database.connect().withSession { session in _ = try session.execute(sql) }
    }

    /// Waits until the query gives true; a moment that was missed is an error and not a wait for ever.
    func wait(until sql: SQL, atMost limit: Duration = .seconds(480)) async throws {
        let connection = database.connect()
        let end = ContinuousClock.now + limit
        while try await connection.withSession({ session in try !session.execute(sql)[0].bool(0) }) {
            try #require(ContinuousClock.now < end, "it did not come to pass within \(limit)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
