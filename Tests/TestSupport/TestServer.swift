internal import FoundationEssentials
internal import LocalPostgres
internal import Postgres
internal import Schema
internal import Synchronization

/// The server of this test process, started when a test first needs it.
///
/// `COPPICE_TEST_DATABASE` names one that runs already and lets us make databases; otherwise it is a temporary cluster,
/// removed when the process ends or, if that is killed, by the next one.
struct TestServer: Sendable {
    static let shared = Once { try await TestServer() }

    private let configuration: PostgresConfiguration
    private let administration: PostgresPool
    /// Databases are copied from it: about 20 ms instead of the time that all migrations take.
    private let template: String
    /// Where the temporary cluster is.
    private let home: TemporaryHome?

    private init() async throws {
        if let named = ProcessInfo.processInfo.environment["COPPICE_TEST_DATABASE"], !named.isEmpty {
            configuration = try PostgresConfiguration(named)
            home = nil
        } else {
            TemporaryHome.removeAbandoned()
            let home = try TemporaryHome()
            AtExit.remove(home)
            configuration = try await LocalCluster(home: home.path, settings: .disposable).startServer()
            self.home = home
        }
        var maintenance = configuration
        if home != nil { maintenance["dbname"] = "postgres" }
        administration = PostgresPool(maintenance, size: 4)
        template = Self.newName("template")
        try await administration.execute("create database \(identifier: template)")
        let connection = PostgresConnection(Self.naming(template, in: configuration))
        try await Migrator().migrate(connection)
        await connection.close()
        if home == nil { AtExit.dropDatabase(template, maintenance) }
    }

    func makeDatabase(isMigrated: Bool) async throws -> TestDatabase {
        let name = Self.newName("test")
        let source = isMigrated ? template : "template0"
        try await administration.execute(
            "create database \(identifier: name) template \(identifier: source) strategy wal_log"
        )
        return TestDatabase(configuration: Self.naming(name, in: configuration))
    }

    func drop(_ database: TestDatabase) async throws {
        guard let name = database.configuration["dbname"] else { return }
        // "force" cuts connections that the test has left open.
        try await administration.execute("drop database if exists \(identifier: name) with (force)")
    }

    private static func naming(_ database: String, in configuration: PostgresConfiguration) -> PostgresConfiguration {
        var result = configuration
        result["dbname"] = database
        return result
    }

    private static func newName(_ kind: String) -> String {
        "coppice_\(kind)_" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
