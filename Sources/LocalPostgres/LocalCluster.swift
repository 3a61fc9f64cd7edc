internal import FoundationEssentials
public import Postgres
internal import Schema
internal import Threads

/// The private PostgreSQL cluster that is used when no database is named.
///
/// It lives under `$COPPICE_HOME` (or `.coppice` in the working directory), listens on a Unix socket only, and goes on
/// running when the command that started it ends.
public struct LocalCluster: Sendable {
    /// The name of the database.
    public static let databaseName = "coppice"
    /// The role that owns everything; any other role can be used, too, since the socket is private.
    public static let roleName = "postgres"

    var files: ClusterFiles
    let settings: ServerSettings
    let environment: [String: String]

    /// The cluster under `home`; by default where the environment says.
    public init(
        home: String? = nil,
        environment: [String: String]? = nil,
        settings: ServerSettings = .durable
    ) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let named = environment["COPPICE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        files = ClusterFiles(home: Self.absolute(home ?? named ?? ".coppice"))
        self.settings = settings
        self.environment = environment
    }

    /// The directory that holds it.
    public var home: String { files.home }

    /// Sees to it that the cluster exists, runs, and has this program's schema; says how to connect.
    ///
    /// A few microseconds when it runs already, well below a second when it was stopped. Programs that start at once
    /// get one cluster. Throws `LocalPostgresError`, `SchemaError`, `PostgresError`.
    @discardableResult
    public func start() async throws -> PostgresConfiguration {
        let migrator = Migrator()
        if let configuration = runningConfiguration(), readStamp() == migrator.fingerprint { return configuration }
        let lock = try await prepareAndLock()
        defer { withExtendedLifetime(lock) {} }
        let configuration = try await startLocked()
        let connection = try await connectOrCreateDatabase(configuration)
        try await migrator.migrate(connection)
        await connection.close()
        writeStamp(migrator.fingerprint)
        return configuration
    }

    /// Sees to it that the server runs; the database may be missing. For tools that make their own.
    @discardableResult
    public func startServer() async throws -> PostgresConfiguration {
        if let configuration = runningConfiguration() { return configuration }
        let lock = try await prepareAndLock()
        defer { withExtendedLifetime(lock) {} }
        return try await startLocked()
    }

    /// How to connect, if the server runs.
    public func runningConfiguration() -> PostgresConfiguration? {
        guard let base = files.base, let user = try? ServerUser.current() else { return nil }
        // A server whose files were removed may go on for a minute; it is not this cluster's any more.
        guard FileManager.default.fileExists(atPath: ClusterFiles.data(base) + "/postmaster.pid") else { return nil }
        let socketDirectory = ClusterFiles.socketDirectory(base, user: user)
        guard user.ownsPrivately(socketDirectory), UnixSocket.accepts(socketDirectory + "/" + ClusterFiles.socketName)
        else { return nil }
        return configuration(socketDirectory)
    }

    func configuration(_ socketDirectory: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(parameters: [
            "host": socketDirectory, "port": "5432", "user": Self.roleName, "dbname": Self.databaseName,
        ])
        // It may be on its way up, after a crash for instance.
        configuration.connectRetryLimit = .seconds(10)
        return configuration
    }

    private static func absolute(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return ClusterFiles.resolve(full) ?? full
    }
}

extension LocalCluster {
    private func prepareAndLock() async throws -> FileLock {
        try await CachedThreadPool.shared.run {
            try files.makeHome(for: ServerUser.current())
            return try FileLock.wait(for: files.lock)
        }
    }

    private func startLocked() async throws -> PostgresConfiguration {
        try await CachedThreadPool.shared.run { configuration(try launch()) }
    }

    private func connectOrCreateDatabase(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
        let connection = PostgresConnection(configuration)
        do {
            try await connection.connect()
        } catch let error as PostgresError where error.sqlState == .invalidDatabaseName {
            var maintenance = configuration
            maintenance["dbname"] = "postgres"
            let administration = PostgresConnection(maintenance)
            try await administration.execute("create database \(identifier: Self.databaseName)")
            await administration.close()
        }
        return connection
    }

    /// The fingerprint of the migrations that the database had when it was last looked at.
    private func readStamp() -> String? {
        try? String(contentsOfFile: files.schemaStamp, encoding: .utf8)
    }

    private func writeStamp(_ fingerprint: String) {
        // Without it the next start looks into the database again, nothing worse.
        try? fingerprint.write(toFile: files.schemaStamp, atomically: true, encoding: .utf8)
    }
}
