internal import CLibPQ

/// How much of other transactions a transaction sees.
public enum IsolationLevel: String, Sendable, Hashable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable = "serializable"
}

extension Session {
    /// Runs `body` in a transaction: committed if it returns, rolled back if it throws.
    borrowing func transaction<Result>(
        isolation: IsolationLevel,
        readOnly: Bool,
        _ body: (borrowing Session) throws -> Result
    ) throws -> Result {
        // Not "read write" otherwise: a standby refuses it with an error that does not say what the matter is.
        try executeScript(unsafeRaw: "begin isolation level \(isolation.rawValue)" + (readOnly ? ", read only" : ""))
        link.isReadOnly = readOnly
        defer { link.isReadOnly = false }
        do {
            let result = try body(self)
            try commit()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs `body` so that what it did can be undone alone: if it throws, the transaction goes on without it.
    @discardableResult
    public borrowing func withSavepoint<Result>(_ body: (borrowing Session) throws -> Result) throws -> Result {
        try executeScript(unsafeRaw: "savepoint coppice")
        do {
            let result = try body(self)
            try executeScript(unsafeRaw: "release savepoint coppice")
            return result
        } catch {
            // Undoing must not fail because the task was cancelled meanwhile.
            PQclear(link.run("rollback to savepoint coppice; release savepoint coppice"))
            throw error
        }
    }

    private borrowing func commit() throws(PostgresError) {
        guard PQtransactionStatus(link.connection) != PQTRANS_INERROR else {
            throw PostgresError(
                .misuse,
                "a statement of the transaction failed and its error was ignored",
                sqlState: .inFailedTransaction
            )
        }
        let result = try perform { link.run("commit") }
        defer { PQclear(result) }
        guard Self.hasSucceeded(result) else {
            let error = failure(result, sql: "commit")
            guard error.code == .connectionClosed, error.sqlState == nil else { throw error }
            throw PostgresError(.commitUncertain, error.message, sql: "commit")
        }
        // The server answers COMMIT of a failed transaction with ROLLBACK, and calls it success.
        guard String(cString: PQcmdStatus(result)) == "COMMIT" else {
            throw PostgresError(.server, "the transaction was rolled back", sqlState: .inFailedTransaction)
        }
    }

    /// Leaves the connection outside any transaction; also for a cancelled task.
    borrowing func rollBack() {
        switch PQtransactionStatus(link.connection) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: PQclear(link.run("rollback"))
        // In the middle of a statement, such as an abandoned COPY: only a new connection helps.
        case PQTRANS_ACTIVE: link.abandon()
        default: break
        }
    }
}
