public import ArgumentParser
internal import LocalPostgres
public import Logging
public import Postgres
internal import Schema

/// Which database a command works on.
public struct DatabaseOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The PostgreSQL database, as a URL or as libpq's key=value text.",
            discussion: """
                Without it: DATABASE_URL, then the PG* variables; when none is set, a private PostgreSQL cluster in \
                $COPPICE_HOME (default: .coppice) is created, started and used.
                """,
            valueName: "url"
        )
    )
    public var database: String?

    public init() {}

    /// What was named; nothing is started or reached.
    public func location() throws -> DatabaseLocation {
        try DatabaseLocation.find(option: database, environment: variable)
    }

    /// How to connect. A private cluster is created, started and migrated.
    /// - Parameter program: Shown to who looks at `pg_stat_activity`.
    public func configuration(program: String, logger: Logger? = nil) async throws -> PostgresConfiguration {
        var configuration =
            switch try location() {
            case .named(let configuration): configuration
            case .privateCluster(let directory): try await LocalCluster(home: directory).start()
            }
        configuration["fallback_application_name"] = program
        return configuration
    }

    /// A pool of connections to a database whose schema this program understands.
    ///
    /// Throws `PostgresError`, `SchemaError` or `LocalPostgresError`.
    public func open(program: String, size: Int = 4, logger: Logger? = nil) async throws -> PostgresPool {
        try await Self.open(try await configuration(program: program, logger: logger), size: size, logger: logger)
    }

    /// The same for connections with settings of their own.
    public static func open(
        _ configuration: PostgresConfiguration,
        size: Int,
        reserve: PostgresPool.Reserve? = nil,
        logger: Logger? = nil
    ) async throws -> PostgresPool {
        let pool = PostgresPool(configuration, size: size, reserve: reserve, logger: logger)
        try await pool.withSession { session in try Migrator().check(session) }
        return pool
    }
}
