public import Logging
internal import Synchronization

/// Lends connections, at most `size` of them; who finds none free waits in line.
///
/// Connections open when they are first needed, and open again after they were lost. When one is, those that are idle just
/// then are not used any more either.
public final class PostgresPool: Sendable {
    /// Connections of a pool that are not used while the others are quick.
    ///
    /// Each connection is a process of the server with caches of its own: the same short transactions over a fifth of the
    /// connections were a quarter more in a second (`Benchmarks/queue`). Long ones hold nobody up for longer than
    /// `after`, until all are lent.
    public struct Reserve: Sendable {
        /// How many connections are no reserve; at least 1.
        public var beyond: Int
        /// How long somebody waits for one of those.
        public var after: Duration

        public init(beyond: Int, after: Duration) {
            self.beyond = beyond
            self.after = after
        }
    }

    private typealias Waiter = CheckedContinuation<PostgresConnection, any Error>
    private typealias Outcome = Swift.Result<PostgresConnection, any Error>

    private struct State {
        var queue: PoolQueue<PostgresConnection, Waiter>
        var connections: [PostgresConnection] = []
        /// A task sees to it that the reserve is lent when it is due.
        var isWatched = false

        /// Whether such a task must be started.
        mutating func needsWatch() -> Bool {
            guard !isWatched, queue.reserveIsDue != nil else { return false }
            isWatched = true
            return true
        }
    }

    /// Where the connections go to.
    public let configuration: PostgresConfiguration
    private let logger: Logger?
    private let state: Mutex<State>

    /// A pool without open connections.
    /// - Parameter size: with the reserve; at least 1.
    public init(
        _ configuration: PostgresConfiguration,
        size: Int = 4,
        reserve: Reserve? = nil,
        logger: Logger? = nil
    ) {
        precondition(size > 0 && reserve.map { $0.beyond > 0 } ?? true, "a pool needs at least one connection")
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(queue: PoolQueue(size: size, reserve: reserve)))
    }

    /// Lends a connection to `body`; see `PostgresConnection.withSession`.
    ///
    /// Throws also `cancelled` if the task is while it waits for a connection, and `poolClosed`.
    @discardableResult
    public func withSession<Result: Sendable>(
        _ body: @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        try await withConnection { connection in try await connection.withSession(body) }
    }

    /// Executes one statement alone and returns how many rows it affected or returned.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await withSession { session in try session.execute(sql).affectedCount }
    }

    /// Lends a connection inside a transaction; see `PostgresConnection.withTransaction`.
    @discardableResult
    public func withTransaction<Result: Sendable>(
        isolation: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        _ body: @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        try await withConnection { connection in
            try await connection.withTransaction(isolation: isolation, readOnly: readOnly, body)
        }
    }

    /// Lends a whole connection, for several sessions on the same one.
    public func withConnection<Result: Sendable>(
        _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let connection = try await acquire()
        defer { release(connection) }
        do {
            return try await body(connection)
        } catch let error as PostgresError where error.isConnectionLoss {
            forgetIdle()
            throw error
        }
    }

    /// Closes every connection, those in use when they come back; who waits or comes later gets `poolClosed`.
    public func close() async {
        let (waiters, connections) = state.withLock { state in
            defer { state.connections = [] }
            return (state.queue.close(), state.connections)
        }
        for waiter in waiters { waiter.resume(throwing: PostgresError.poolIsClosed) }
        for connection in connections { await connection.close() }
    }
}

extension PostgresPool {
    private func acquire() async throws -> PostgresConnection {
        let ticket = state.withLock { $0.queue.nextTicket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (outcome, needsWatch) = state.withLock { state in
                    (take(state.queue.request(ticket, waiter: continuation), &state), state.needsWatch())
                }
                if needsWatch { watchReserve() }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.queue.cancel(ticket) }?.resume(throwing: PostgresError.taskCancelled)
        }
    }

    /// What an answer of the queue means; nil: wait.
    private func take(_ answer: PoolQueue<PostgresConnection, Waiter>.Answer, _ state: inout State) -> Outcome? {
        switch answer {
        case .idle(let connection): return .success(connection)
        case .make:
            let connection = PostgresConnection(configuration, logger: logger)
            state.connections.append(connection)
            return .success(connection)
        case .wait: return nil
        case .cancelled: return .failure(PostgresError.taskCancelled)
        case .closed: return .failure(PostgresError.poolIsClosed)
        }
    }

    private func watchReserve() {
        Task {
            while let due = lendReserve() { try? await Task.sleep(until: due, clock: .continuous) }
        }
    }

    /// Lends the reserve to those who have waited for long enough. Returns when to look again; nil: nobody waits for it.
    private func lendReserve() -> ContinuousClock.Instant? {
        let (served, due) = state.withLock { state in
            var served: [(Waiter, Outcome?)] = []
            while let (waiter, answer) = state.queue.lendReserve() { served.append((waiter, take(answer, &state))) }
            let due = state.queue.reserveIsDue
            state.isWatched = due != nil
            return (served, due)
        }
        for case (let waiter, let outcome?) in served { waiter.resume(with: outcome) }
        return due
    }

    /// What broke one connection has mostly broken all of them, and one that hangs takes the whole `answerLimit` to find out.
    private func forgetIdle() {
        state.withLock { state in
            let idle = state.queue.removeIdle()
            state.connections.removeAll { connection in idle.contains { $0 === connection } }
        }
    }

    private func release(_ connection: PostgresConnection) {
        let (next, needsWatch) = state.withLock { state in
            (state.queue.giveBack(connection), state.needsWatch())
        }
        if needsWatch { watchReserve() }
        next?.resume(returning: connection)
    }
}

extension PostgresError {
    static var poolIsClosed: PostgresError { PostgresError(.poolClosed, "the connection pool was closed") }
}
