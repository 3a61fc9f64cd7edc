internal import CLibPQ
public import Logging
internal import Threads

/// One connection to PostgreSQL, on threads that may block.
///
/// It connects when it is first used, and again after it was lost. Whoever calls while it is busy waits in line.
public actor PostgresConnection {
    /// The oldest major version that Coppice works with.
    public static let minimumServerVersion = 15

    /// Where it connects to.
    public nonisolated let configuration: PostgresConfiguration
    private nonisolated let executor: ThreadPoolSerialExecutor
    private let logger: Logger?
    private var link: ServerLink?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A connection that is not open yet.
    public init(_ configuration: PostgresConfiguration, logger: Logger? = nil) {
        self.configuration = configuration
        self.logger = logger
        executor = ThreadPoolSerialExecutor()
    }

    /// Lends the connection to `body`.
    ///
    /// Throws what `body` throws, and `PostgresError`: `connectionFailed` after `configuration.connectRetryLimit`,
    /// `cancelled` if the task is. A transaction that `body` leaves open is rolled back.
    @discardableResult
    public nonisolated func withSession<Result: Sendable>(
        _ body: @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        try await lend { session in
            defer { session.rollBack() }
            return try body(session)
        }
    }

    /// Executes one statement alone and returns how many rows it affected or returned.
    @discardableResult
    public nonisolated func execute(_ sql: SQL) async throws -> Int {
        try await withSession { session in try session.execute(sql).affectedCount }
    }

    /// Lends the connection inside a transaction, which is committed if `body` returns and rolled back if it throws.
    ///
    /// It begins with the first statement; without one the server hears of nothing.
    /// A broken connection during the commit gives `commitUncertain`. A conflict with another transaction
    /// (`isTransactionConflict`) is the caller's to repeat.
    @discardableResult
    public nonisolated func withTransaction<Result: Sendable>(
        isolation: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        _ body: @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        try await lend { session in
            try session.transaction(isolation: isolation, readOnly: readOnly, body)
        }
    }

    /// Connects now, if it is not connected.
    public func connect() async throws {
        try await Backoff.connecting(for: configuration.connectRetryLimit, logger: logger) {
            try self.openIfNeeded()
        }
    }

    /// Closes the connection. Using it again opens it again.
    public func close() {
        link = nil
    }

    /// Whether it is open, as far as is known.
    public var isConnected: Bool { link?.isUsable ?? false }

    /// Whether the connection is open, and the server has not hung up since it was last used.
    private var isReady: Bool { link.map { !$0.noticesHangUp() } ?? false }

    private func openIfNeeded() throws(PostgresError) {
        if isReady { return }
        link = nil
        link = try ServerLink(configuration, logger: logger)
    }

    private nonisolated func lend<Result: Sendable>(
        _ body: @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        let cancellation = SessionCancellation()
        return try await withTaskCancellationHandler {
            if let result = try await lendIfReady(cancellation, body) { return result }
            try await connect()
            return try await lendLink(cancellation, body)
        } onCancel: {
            cancellation.cancel()
        }
    }

    // These two are not `async`: nobody else gets the connection meanwhile, and the task goes into the actor and out again
    // once.

    /// Returns nil, without a call of `body`, if the connection is not ready.
    private func lendIfReady<Result: Sendable>(
        _ cancellation: SessionCancellation,
        _ body: (borrowing Session) throws -> Result
    ) throws -> Result? {
        isReady ? try lendLink(cancellation, body) : nil
    }

    private func lendLink<Result: Sendable>(
        _ cancellation: SessionCancellation,
        _ body: (borrowing Session) throws -> Result
    ) throws -> Result {
        guard let link else { throw PostgresError(.connectionClosed, "it was closed by another task") }
        link.cancellation = cancellation
        defer {
            link.cancellation = nil
            if !link.isUsable { self.link = nil }
        }
        do {
            return try body(Session(link: link, cancellation: cancellation))
        } catch let error as PostgresError where error.isConnectionLoss {
            self.link = nil
            throw error
        }
    }
}
