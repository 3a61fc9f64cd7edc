internal import Foundation
internal import Glibc
internal import LocalPostgres
public import Postgres

/// The server of a run, which loses its processes now and then, but never its disk.
public final class ChaosServer: Sendable {
    private let cluster: LocalCluster
    /// How to reach it directly, without a network that fails.
    public let configuration: PostgresConfiguration
    private let observer: PostgresPool
    /// For whoever takes it down.
    let turn = Turn()

    /// Makes a cluster in `home` and brings its database to this build's schema.
    public init(home: String) async throws {
        // A process that dies takes nothing from the system's cache; a commit must be there by then.
        cluster = LocalCluster(
            home: home,
            settings: .disposable
                .setting("synchronous_commit", to: "on")
                .setting("autovacuum", to: "on")
        )
        configuration = try await cluster.start()
        observer = PostgresPool(configuration, size: 4)
    }

    /// The path of its Unix socket.
    var socketPath: String {
        (configuration["host"] ?? "") + "/.s.PGSQL." + (configuration["port"] ?? "5432")
    }

    /// `pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers.
    func crash() async throws {
        try await cluster.kill()
    }

    /// `kill -9`, the postmaster first, so that it cannot tidy up after the others.
    func killEveryProcess() async throws {
        let status = cluster.status()
        guard case .running(let postmaster) = status.state, let directory = status.dataDirectory else { return }
        kill(postmaster, SIGKILL)
        // Until the last one is gone: each has the socket open, which so seems to be served.
        while true {
            let rest = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
                .filter { (try? Self.folder(of: $0)) == directory }
            if rest.isEmpty { return }
            for process in rest { kill(process, SIGKILL) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private static func folder(of process: pid_t) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
    }

    /// Starts it again, and waits until it takes connections.
    func start() async throws {
        try await cluster.startServer()
    }

    /// Ends it for good.
    public func stop() async throws {
        await observer.close()
        try await cluster.kill()
    }

    /// Changes a setting of the running server.
    func configure(_ sql: SQL) async throws {
        try await execute(sql)
        try await execute("select pg_reload_conf()")
    }

    /// Looks at the database, and again while the server is down.
    public func observe<Value: Sendable>(_ body: @Sendable (borrowing Session) throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        while true {
            do {
                return try await observer.withSession(body)
            } catch let error as PostgresError where error.isConnectionLoss {
                guard ContinuousClock.now - start < .seconds(60) else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// One value of one row.
    public func value<Value: SQLDecodable & Sendable>(_ type: Value.Type, _ sql: SQL) async throws -> Value {
        try await observe { session in try session.execute(sql)[0].decode(Value.self, 0) }
    }

    /// One statement.
    public func execute(_ sql: SQL) async throws {
        try await observe { session in _ = try session.execute(sql) }
    }
}
