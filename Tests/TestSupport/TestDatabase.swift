internal import FoundationEssentials
public import Postgres

/// A database of one test's own, with all migrations, dropped when the test ends.
public struct TestDatabase: Sendable {
    /// How to connect, for connections with other settings.
    public let configuration: PostgresConfiguration

    /// The database of the current test; see `DatabaseTrait`.
    @TaskLocal static var current: TestDatabase?

    /// A new connection, opened when it is first used. Each call gives another one.
    public func connect() -> PostgresConnection {
        PostgresConnection(configuration)
    }

    /// A new pool.
    public func pool(size: Int = 4) -> PostgresPool {
        PostgresPool(configuration, size: size)
    }

    /// The URI, for the environment of a child process (`DATABASE_URL`).
    public var url: String { configuration.uri }
}

/// The database of the test that asks; its suite or the test itself has the trait `.database`.
public func testDatabase() throws -> TestDatabase {
    guard let database = TestDatabase.current else { throw MissingDatabaseTrait() }
    return database
}

struct MissingDatabaseTrait: Error, CustomStringConvertible {
    var description: String { "testDatabase() needs the trait .database on the test or its suite" }
}
