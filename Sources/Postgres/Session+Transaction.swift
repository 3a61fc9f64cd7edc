internal import CLibPQ

/// How much of other transactions a transaction sees.
public enum IsolationLevel: String, Sendable, Hashable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable = "serializable"
}

extension Session {
    /// Runs `body` in a transaction: committed if it returns, rolled back if it throws. It begins with the first statement.
    borrowing func transaction<Result>(
        isolation: IsolationLevel,
        readOnly: Bool,
        _ body: (borrowing Session) throws -> Result
    ) throws -> Result {
        // Not "read write" otherwise: a standby refuses it with an error that does not say what the matter is.
        let begin = "begin isolation level \(isolation.rawValue)" + (readOnly ? ", read only" : "")
        link.transaction = .pending(begin: begin)
        link.isReadOnly = readOnly
        defer {
            link.transaction = .none
            link.isReadOnly = false
        }
        do {
            let result = try body(self)
            try commit()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Executes the last statement of a transaction and commits it, in one round trip.
    ///
    /// If the statement fails, nothing is committed, and its error is thrown. A connection that breaks in between gives
    /// `commitUncertain`. Nothing can be executed after it. Only in `withTransaction`.
    public borrowing func executeAndCommit(_ sql: SQL) throws(PostgresError) -> Rows {
        switch link.transaction {
        case .pending, .open: break
        case .none, .ended: throw PostgresError(.misuse, "there is no transaction to commit", sql: sql.text)
        }
        let parameters = try ParameterBuffer(sql)
        let answer = try perform(begins: false) { () throws(PostgresError) in
            try self.send(sql, parameters, commits: true)
        }
        defer { PQclear(answer.commit) }
        let rows: Rows
        do throws(PostgresError) {
            rows = try self.rows(answer.statement, sql)
        } catch {
            guard Self.hasSucceeded(answer.commit) else { throw answer.isCommitSent ? error.ofCommit : error }
            // It failed on this side alone, where memory ran out for instance.
            link.transaction = .ended(isCommitted: true)
            throw PostgresError(.commitUncertain, error.message, sql: sql.text)
        }
        do throws(PostgresError) {
            link.transaction = .ended(isCommitted: false)
            try check(commit: answer.commit)
            link.transaction = .ended(isCommitted: true)
        } catch {
            throw error.ofCommit
        }
        return rows
    }

    /// Begins the transaction before a statement that does not take that along.
    borrowing func beginIfPending() throws(PostgresError) {
        guard case .pending(let begin) = link.transaction else { return }
        let result = link.run(begin)
        defer { PQclear(result) }
        guard Self.hasSucceeded(result) else { throw failure(result, sql: begin) }
        link.transaction = .open
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
        switch link.transaction {
        case .ended(isCommitted: true): return
        case .ended(isCommitted: false):
            throw PostgresError(
                .misuse,
                "the commit of the transaction failed and its error was ignored",
                sqlState: .inFailedTransaction
            )
        case .pending:
            // Nothing was executed, or the error of the first statement was ignored.
            guard link.isUsable else { throw PostgresError(.connectionClosed, "it was closed before the commit") }
            return
        case .none, .open: break
        }
        guard PQtransactionStatus(link.connection) != PQTRANS_INERROR else {
            throw PostgresError(
                .misuse,
                "a statement of the transaction failed and its error was ignored",
                sqlState: .inFailedTransaction
            )
        }
        let result = try perform { link.run("commit") }
        defer { PQclear(result) }
        do throws(PostgresError) { try check(commit: result) } catch { throw error.ofCommit }
    }

    private borrowing func check(commit result: OpaquePointer?) throws(PostgresError) {
        guard Self.hasSucceeded(result) else { throw failure(result, sql: "commit") }
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

extension PostgresError {
    /// What an error means once the commit was sent: if the connection broke without a reason, nobody knows.
    fileprivate var ofCommit: PostgresError {
        guard code == .connectionClosed, sqlState == nil else { return self }
        return PostgresError(.commitUncertain, message, sql: sql)
    }
}
