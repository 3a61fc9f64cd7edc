public import Logging
public import Postgres

/// Follows jobs to their end.
public struct JobFollower: Sendable {
    let store: JobStore
    let configuration: PostgresConfiguration
    let logger: Logger

    /// How often it looks when nobody tells it anything: for progress, and where notifications do not come through.
    public var pollInterval: Duration = .milliseconds(250)

    /// - Parameter configuration: for a connection of its own that hears of ended jobs.
    public init(store: JobStore, configuration: PostgresConfiguration, logger: Logger) {
        self.store = store
        self.configuration = configuration
        self.logger = logger
    }

    /// Reports the jobs at once and at each change, until all have ended.
    ///
    /// - Returns: the jobs as they ended, in the order of `ids`.
    /// - Throws: `CancellationError`; `JobError` with code `notFound`; `PostgresError` if the database stays away.
    public func follow(
        _ ids: [Job.ID],
        report: @escaping @Sendable ([JobStatus]) async -> Void
    ) async throws -> [JobStatus] {
        let wake = WakeSignal()
        let wanted = Set(ids.map(\.description))
        return try await withThrowingTaskGroup(of: [JobStatus]?.self) { group in
            group.addTask {
                let listener = NotificationListener(
                    configuration,
                    channels: [JobStore.endedChannel],
                    presenceLock: JobStore.followersLock,
                    logger: logger
                )
                for await event in listener {
                    switch event {
                    case .notification(let notification) where !wanted.contains(notification.payload): continue
                    default: wake.signal()
                    }
                }
                return nil
            }
            group.addTask {
                var statuses = try await store.status(of: ids)
                await report(statuses)
                while !statuses.allSatisfy(\.state.isFinal) {
                    await wake.wait(atMost: pollInterval)
                    try Task.checkCancellation()
                    let known = statuses
                    try await update(&statuses)
                    if statuses != known { await report(statuses) }
                }
                return statuses
            }
            defer { group.cancelAll() }
            while let statuses = try await group.next() {
                if let statuses { return statuses }
            }
            throw CancellationError()
        }
    }

    /// Looks at those that had not ended; at all of them once more before they count as ended, as one may have been tried
    /// again by hand.
    private func update(_ statuses: inout [JobStatus]) async throws {
        let live = try await store.status(of: statuses.filter { !$0.state.isFinal }.map(\.id))
        let byID = Dictionary(live.map { ($0.id, $0) }) { first, _ in first }
        statuses = statuses.map { byID[$0.id] ?? $0 }
        guard live.count < statuses.count, statuses.allSatisfy(\.state.isFinal) else { return }
        statuses = try await store.status(of: statuses.map(\.id))
    }
}
