internal import CLibPQ

/// A connection, lent for the time of one closure. No other statement can come between two of this session.
///
/// Everything here blocks the connection's own thread and no other.
public struct Session: ~Copyable {
    let link: ServerLink
    let cancellation: SessionCancellation

    /// Executes one statement and returns its rows.
    ///
    /// Values go to the server apart from the text. If the task is cancelled, the statement is too: `PostgresError`
    /// with code `cancelled`, or, if the server was stopped by something else, `server` and 57014.
    @discardableResult
    public borrowing func execute(_ sql: SQL) throws(PostgresError) -> Rows {
        let parameters = try ParameterBuffer(sql)
        let result = try perform(begins: false) { () throws(PostgresError) in
            try self.send(sql, parameters).statement
        }
        return try rows(result, sql)
    }

    /// Executes one statement, and `afterwards` in the same round trip: after what the first one did is committed, in a
    /// transaction of its own, also if it failed. Nobody hears of what becomes of it, and it may be executed twice.
    ///
    /// Only outside a transaction.
    @discardableResult
    public borrowing func execute(_ sql: SQL, afterwards: SQL) throws(PostgresError) -> Rows {
        guard !link.isUsable || !link.isInTransaction else {
            throw PostgresError(.misuse, "inside a transaction nothing can be committed before it is", sql: sql.text)
        }
        let parameters = try ParameterBuffer(sql)
        let last = (sql: afterwards, parameters: try ParameterBuffer(afterwards))
        let result = try perform(begins: false) { () throws(PostgresError) in
            try self.send(sql, parameters, afterwards: last).statement
        }
        return try rows(result, sql)
    }

    /// Executes statements separated by semicolons, as in a script; nothing can be bound, and nothing is returned.
    ///
    /// Only for text that is ours, such as migrations. Without a transaction around it, the script is one itself.
    public borrowing func executeScript(unsafeRaw script: String) throws(PostgresError) {
        let result = try perform { link.run(script) }
        defer { PQclear(result) }
        guard Self.hasSucceeded(result) else { throw failure(result, sql: script) }
    }

    /// The server's version as libpq counts it: 150020 is 15.20.
    public var serverVersion: Int { Int(PQserverVersion(link.connection)) }

    /// The name that `psql` shows for the connected database.
    public var databaseName: String { PQdb(link.connection).map { String(cString: $0) } ?? "" }
}

extension Session {
    /// How a statement is sent.
    private enum Form {
        case direct
        case prepared(name: String)
    }

    /// Sends a statement, with the `begin` that is pending and, if asked, the `commit`.
    /// - Parameter afterwards: a statement that goes along, in a transaction of its own after that. Whether it succeeds
    ///   does not matter.
    borrowing func send(
        _ sql: SQL,
        _ parameters: ParameterBuffer,
        commits: Bool = false,
        afterwards: (sql: SQL, parameters: ParameterBuffer)? = nil
    ) throws(PostgresError) -> ServerLink.Answer {
        let form = try form(of: sql, parameters)
        var last: (() -> Int32)?
        var lastName: String?
        // One that the server refuses to prepare stays away.
        if let afterwards, let form = try? self.form(of: afterwards.sql, afterwards.parameters) {
            if case .prepared(let name) = form { lastName = name }
            let link = link
            last = { Self.queue(afterwards.sql, afterwards.parameters, as: form, on: link) }
        }
        let wasIdle = !link.isInTransaction
        let answer = link.collectAnswer(commits: commits, afterwards: last) {
            Self.queue(sql, parameters, as: form, on: link)
        }
        // For whatever reason: preparing it again is soon done.
        if let lastName, answer.afterwardsState != nil { link.statements.forget(lastName) }
        let result = answer.statement
        guard case .prepared(let name) = form, PQresultStatus(result) == PGRES_FATAL_ERROR,
            let state = SQLState(of: result)
        else { return answer }
        // Both errors come before anything was executed. Inside a transaction it is too late to start over.
        guard state == .invalidStatementName || Self.isStalePlan(state, result) else { return answer }
        link.statements.forget(name)
        guard wasIdle else { return answer }
        PQclear(result)
        return link.collectAnswer(commits: commits, afterwards: last) {
            Self.queue(sql, parameters, as: .direct, on: link)
        }
    }

    /// Prepares the statement, if it is time to.
    private borrowing func form(of sql: SQL, _ parameters: ParameterBuffer) throws(PostgresError) -> Form {
        switch link.statements.next(sql) {
        case .direct: return .direct
        case .prepared(let name): return .prepared(name: name)
        case .prepare(let name, let evicted):
            try beginIfPending()
            if let evicted { PQclear(link.run("deallocate \(evicted)")) }
            guard try !isBehindPooler() else {
                link.statements.disable()
                return .direct
            }
            let prepared = parameters.withPointers { types, _, _, _ in
                link.collectResult(
                    afterSending: PQsendPrepare(link.connection, name, sql.text, parameters.count, types)
                )
            }
            defer { PQclear(prepared) }
            guard PQresultStatus(prepared) == PGRES_COMMAND_OK else {
                link.statements.forget(name)
                throw failure(prepared, sql: sql.text)
            }
            return .prepared(name: name)
        }
    }

    /// Results are asked for in binary. Measured (`postgres-benchmark`): `bytea` arrives about three times as fast as in
    /// hexadecimal, rows of numbers a fifth faster than through `strtod`; and doubles keep every bit.
    private static func queue(_ sql: SQL, _ parameters: ParameterBuffer, as form: Form, on link: ServerLink) -> Int32 {
        parameters.withPointers { types, values, lengths, formats in
            switch form {
            case .direct:
                PQsendQueryParams(
                    link.connection,
                    sql.text,
                    parameters.count,
                    types,
                    values,
                    lengths,
                    formats,
                    1
                )
            case .prepared(let name):
                PQsendQueryPrepared(
                    link.connection,
                    name,
                    parameters.count,
                    values,
                    lengths,
                    formats,
                    1
                )
            }
        }
    }

    /// A migration changed what a prepared `select *` returns. Not by its words, which are in the server's language.
    private static func isStalePlan(_ state: SQLState, _ result: OpaquePointer?) -> Bool {
        state == .featureNotSupported
            && PQresultErrorField(result, coppice_diag_source_function).map { String(cString: $0) }
                == "RevalidateCachedQuery"
    }

    /// Whether a pooler stands between: it makes up the process number that the client is told.
    ///
    /// In transaction mode the next transaction may meet another server, which knows nothing of our statements.
    private func isBehindPooler() throws(PostgresError) -> Bool {
        guard !link.hasCheckedForPooler else { return false }
        let result = link.run("select pg_catalog.pg_backend_pid()")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK, let value = PQgetvalue(result, 0, 0) else {
            throw failure(result, sql: nil)
        }
        link.hasCheckedForPooler = true
        return String(cString: value) != String(PQbackendPID(link.connection))
    }

    /// Runs `statement` so that cancelling the task cancels it.
    /// - Parameter begins: whether a transaction that is pending begins before it.
    borrowing func perform<Result>(
        begins: Bool = true,
        _ statement: () throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        guard link.isUsable else { throw PostgresError(.connectionClosed, "it was closed before the statement") }
        if case .ended = link.transaction {
            throw PostgresError(.misuse, "the transaction was to be committed with the statement before")
        }
        return try cancellation.perform(on: link) { () throws(PostgresError) in
            if begins { try self.beginIfPending() }
            return try statement()
        }
    }

    /// The rows of a statement that succeeded. Throws what it says otherwise.
    borrowing func rows(_ result: OpaquePointer?, _ sql: SQL) throws(PostgresError) -> Rows {
        if let result, Self.hasSucceeded(result) { return Rows(result, sql: sql) }
        let status = PQresultStatus(result)
        let error = failure(result, sql: sql.text)
        PQclear(result)
        if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH {
            link.abandon()
            throw PostgresError(.misuse, "COPY needs copyIn or copyOut", sql: sql.text)
        }
        throw error
    }

    static func hasSucceeded(_ result: OpaquePointer?) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: true
        default: false
        }
    }

    /// The error of a failed statement; `cancelled` if that was our doing.
    func failure(_ result: OpaquePointer?, sql: String?) -> PostgresError {
        let error = PostgresError.of(result, link, sql: sql)
        guard error.sqlState == .queryCanceled, cancellation.isCancelled else { return error }
        var cancelled = PostgresError.taskCancelled
        cancelled.sql = sql
        return cancelled
    }
}

extension SQLState {
    init?(of result: OpaquePointer?) {
        guard let field = PQresultErrorField(result, coppice_diag_sqlstate) else { return nil }
        self.init(rawValue: String(cString: field))
    }
}
