import Postgres
import TestSupport

extension TestDatabase {
    /// Where the server listens.
    var socketPath: String {
        "\(configuration.parameters["host"] ?? "")/.s.PGSQL.\(configuration.parameters["port"] ?? "5432")"
    }

    /// The same database at a port of 127.0.0.1.
    func configuration(port: UInt16) -> PostgresConfiguration {
        var parameters = configuration.parameters
        parameters["host"] = "127.0.0.1"
        parameters["port"] = String(port)
        parameters["sslmode"] = "disable"
        parameters["gssencmode"] = "disable"
        return PostgresConfiguration(parameters: parameters)
    }
}
