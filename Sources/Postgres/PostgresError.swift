/// What went wrong between Coppice and PostgreSQL.
///
/// `description` is one sentence that is safe to show; `debugDescription` has everything the server said, for the log.
/// Neither has a password or the value of a parameter that this module knows of; `detail` may quote row values.
public struct PostgresError: Error, Sendable {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case invalidConfiguration, connectionFailed, serverTooOld, connectionClosed, server, cancelled
            case commitUncertain, undecodable, invalidValue, misuse, poolClosed
        }
        private let name: Name

        public var description: String { name.rawValue }

        /// The connection string cannot be understood.
        public static let invalidConfiguration = Code(name: .invalidConfiguration)
        /// No connection could be made. `sqlState` says why, where the server gave a reason.
        public static let connectionFailed = Code(name: .connectionFailed)
        /// The server is older than `PostgresConnection.minimumServerVersion`.
        public static let serverTooOld = Code(name: .serverTooOld)
        /// The connection broke, or was closed while in use.
        public static let connectionClosed = Code(name: .connectionClosed)
        /// The server refused the statement; `sqlState` says why.
        public static let server = Code(name: .server)
        /// The task was cancelled; the statement was stopped or not sent.
        public static let cancelled = Code(name: .cancelled)
        /// The connection broke during `COMMIT`: the transaction may or may not have taken effect.
        public static let commitUncertain = Code(name: .commitUncertain)
        /// A result has another shape or type than was asked for.
        public static let undecodable = Code(name: .undecodable)
        /// A value that PostgreSQL cannot hold, such as text with a NUL character.
        public static let invalidValue = Code(name: .invalidValue)
        /// The program used this module in a way it does not allow.
        public static let misuse = Code(name: .misuse)
        /// The pool was closed.
        public static let poolClosed = Code(name: .poolClosed)
    }

    public let code: Code
    /// The server's reason.
    public internal(set) var sqlState: SQLState?
    /// The reason in words: the server's primary message, or ours.
    public let message: String
    public internal(set) var detail: String?
    public internal(set) var hint: String?
    /// The constraint that was violated.
    public internal(set) var constraint: String?
    /// The PL/pgSQL call stack, or whatever else the server said about where it happened.
    public internal(set) var context: String?
    /// The column that could not be decoded.
    public internal(set) var column: String?
    /// The statement, never its values.
    public internal(set) var sql: String?
    /// Where in `sql`, counted in characters from 1.
    public internal(set) var position: Int?
    /// Whether the transaction had been declared read-only, which makes 25006 an ordinary refusal.
    var inReadOnlyTransaction = false

    init(_ code: Code, _ message: String, sqlState: SQLState? = nil, sql: String? = nil, column: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.sql = sql
        self.column = column
    }
}

extension PostgresError {
    /// Whether the connection is of no use any more, and the same work may succeed on a new one.
    ///
    /// Besides a broken connection: the server is shutting down (57P01 to 57P03), or it has become a standby and
    /// refuses to write (25006).
    public var isConnectionLoss: Bool {
        if code == .connectionClosed || code == .connectionFailed || code == .commitUncertain { return true }
        guard let sqlState else { return false }
        switch sqlState {
        case .adminShutdown, .crashShutdown, .cannotConnectNow: return true
        case .readOnlyTransaction: return !inReadOnlyTransaction
        default: return sqlState.stateClass == "08"
        }
    }

    /// Whether the transaction lost against another one, and doing it again is the remedy.
    public var isTransactionConflict: Bool {
        sqlState == .serializationFailure || sqlState == .deadlockDetected
    }

    /// Whether waiting may help a failed connection attempt: a wrong password stays wrong, a starting server starts.
    var isWorthReconnecting: Bool {
        guard code == .connectionFailed else { return isConnectionLoss && code != .commitUncertain }
        guard let sqlState else { return true }
        return sqlState == .cannotConnectNow || sqlState == .tooManyConnections || sqlState.stateClass == "08"
    }
}

extension PostgresError: CustomStringConvertible {
    /// One sentence, without the statement.
    public var description: String {
        let reason = message.onOneLine
        switch code {
        case .invalidConfiguration: return "the database connection string is not valid: \(reason)"
        case .connectionFailed: return "cannot connect to PostgreSQL: \(reason)"
        case .serverTooOld, .invalidValue: return reason
        case .connectionClosed: return "the connection to PostgreSQL was lost: \(reason)"
        case .commitUncertain:
            return "the connection to PostgreSQL was lost during a commit, which may have taken effect: \(reason)"
        case .server where sqlState != nil: return "PostgreSQL refused: \(reason) (\(sqlState!))"
        case .server: return "PostgreSQL refused: \(reason)"
        case .cancelled: return "the statement was cancelled"
        case .undecodable: return "unexpected answer from PostgreSQL: \(reason)"
        default: return reason
        }
    }
}

extension PostgresError: CustomDebugStringConvertible {
    /// Everything that is known, for the log.
    public var debugDescription: String {
        var fields = ["PostgresError(\(code)", "message: \(message)"]
        if let sqlState { fields.append("sqlState: \(sqlState)") }
        if let detail { fields.append("detail: \(detail)") }
        if let hint { fields.append("hint: \(hint)") }
        if let constraint { fields.append("constraint: \(constraint)") }
        if let column { fields.append("column: \(column)") }
        if let context { fields.append("context: \(context)") }
        if let position { fields.append("position: \(position)") }
        if let sql { fields.append("sql: \(sql)") }
        return fields.joined(separator: ", ") + ")"
    }
}

extension String {
    /// Without line breaks and the space around them.
    var onOneLine: String {
        split(whereSeparator: \.isNewline)
            .map { line in
                String(line.drop { $0 == "\t" || $0 == " " }.reversed().drop { $0 == "\t" || $0 == " " }.reversed())
            }
            .joined(separator: "; ")
    }
}
