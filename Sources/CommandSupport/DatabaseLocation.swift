public import Postgres

/// Where the database is, as far as the command line and the environment say.
public enum DatabaseLocation: Sendable, Equatable {
    /// One that somebody named.
    case named(PostgresConfiguration)
    /// None was named: the private cluster in this directory.
    case privateCluster(directory: String)

    /// The variables that name a database or a server; those that only say how to connect do not count.
    static let namingVariables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]

    /// Looks at `--database`, `DATABASE_URL`, the `PG*` variables and `COPPICE_HOME`, in this order. Empty variables
    /// count as unset.
    ///
    /// Throws `CommandFailure` for a connection string that cannot be understood.
    public static func find(option: String?, environment: (String) -> String?) throws(CommandFailure)
        -> DatabaseLocation
    {
        func set(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        if let option {
            return .named(try configuration(option, from: "--database"))
        }
        if let url = set("DATABASE_URL") {
            return .named(try configuration(url, from: "DATABASE_URL"))
        }
        if namingVariables.contains(where: { set($0) != nil }) {
            return .named(PostgresConfiguration(parameters: [:]))
        }
        return .privateCluster(directory: set("COPPICE_HOME") ?? ".coppice")
    }

    private static func configuration(
        _ connectionString: String,
        from source: String
    ) throws(CommandFailure) -> PostgresConfiguration {
        guard !connectionString.isEmpty else {
            throw CommandFailure("\(source): is empty; give a URL such as postgresql://user@host/database")
        }
        do {
            return try PostgresConfiguration(connectionString)
        } catch {
            throw CommandFailure("\(source): \(error.message); give a URL such as postgresql://user@host/database")
        }
    }
}
