internal import CLibPQ

extension PostgresError {
    /// The error that `result` carries, or the connection's if there is no result.
    static func of(_ result: OpaquePointer?, _ link: ServerLink, sql: String?) -> PostgresError {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result, code).map { String(cString: $0) }
        }
        let state = field(coppice_diag_sqlstate).map(SQLState.init(rawValue:))
        let message = field(coppice_diag_message_primary) ?? String(cString: PQerrorMessage(link.connection)).onOneLine
        // libpq can fail to send over a connection that it still takes for a good one.
        if state == nil, tellsOfLoss(message) { link.abandon() }
        // A server that shuts down says so with an error and hangs up; the reason is worth more than "closed".
        let code: Code = link.isUsable || state?.stateClass == "57" ? .server : .connectionClosed
        var error = PostgresError(code, message, sqlState: state, sql: sql)
        error.detail = field(coppice_diag_message_detail)
        error.hint = field(coppice_diag_message_hint)
        error.constraint = field(coppice_diag_constraint_name)
        error.context = field(coppice_diag_context)
        error.position = field(coppice_diag_statement_position).flatMap { Int($0) }
        error.inReadOnlyTransaction = link.isReadOnly
        return error
    }

    /// Whether words of libpq's own, which come without an SQLSTATE, say that the connection is gone.
    static func tellsOfLoss(_ message: String) -> Bool {
        [
            "server closed the connection", "could not receive data from server", "could not send data to server",
            "SSL connection has been closed", "SSL SYSCALL error", "no connection to the server", "connection not open",
        ].contains { message.contains($0) }
    }

    /// The error of a connection attempt. libpq 15 gives no SQLSTATE for it, only the server's words.
    static func connecting(_ message: String) -> PostgresError {
        let reasons: [(String, SQLState)] = [
            ("password authentication failed", .invalidPassword),
            ("no password supplied", .invalidPassword),
            ("authentication failed for user", .invalidAuthorization),
            ("no pg_hba.conf entry", .invalidAuthorization),
            ("role \"", .invalidAuthorization),
            ("database \"", .invalidDatabaseName),
            ("starting up", .cannotConnectNow),
            ("shutting down", .cannotConnectNow),
            ("recovery mode", .cannotConnectNow),
            ("not yet accepting connections", .cannotConnectNow),
            ("too many clients", .tooManyConnections),
            ("remaining connection slots", .tooManyConnections),
        ]
        // With several hosts there are several reasons; the attempt is worth repeating if one of them may pass.
        let found = reasons.filter { message.contains($0.0) }.map(\.1)
        let isPassing = message.contains("refused") || message.contains("timeout") || message.contains("No such file")
        let state = isPassing ? nil : found.first { $0.stateClass == "57" || $0.stateClass == "53" } ?? found.first
        return PostgresError(.connectionFailed, message.onOneLine, sqlState: state)
    }
}
