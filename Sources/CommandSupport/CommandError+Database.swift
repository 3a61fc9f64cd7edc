public import ArgumentParser
public import LocalPostgres
public import Postgres
public import Schema

extension PostgresError: CommandError {
    /// 64 for what was typed wrong, 69 for a database that is not there or refuses, 70 for what only a bug can cause.
    public var exitCode: ExitCode {
        switch code {
        case .invalidConfiguration, .invalidValue: .validationFailure
        case .connectionFailed, .connectionClosed, .serverTooOld, .commitUncertain, .poolClosed: .unavailable
        case .cancelled: .interrupted
        case .server where isTemporaryOrForbidden: .unavailable
        default: .internalError
        }
    }

    /// Connections, resources, privileges, an operator who intervened, or the server's own trouble.
    private var isTemporaryOrForbidden: Bool {
        guard let sqlState else { return false }
        return sqlState == .insufficientPrivilege
            || ["08", "25", "28", "3D", "40", "53", "55", "57", "58", "XX"].contains(sqlState.stateClass)
    }
}

extension SchemaError: CommandError {
    public var exitCode: ExitCode { .unavailable }
}

extension LocalPostgresError: CommandError {
    public var exitCode: ExitCode { .unavailable }
}
