internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Logging
internal import Postgres

/// Follows jobs on the terminal until they end, the user has had enough, or the time is up.
struct InterruptibleFollower {
    let pool: PostgresPool
    /// How long to wait at most.
    let limit: Duration?
    /// Shows no progress.
    let isQuiet: Bool

    /// How long after a first Ctrl-C a second one cancels the job.
    private static let secondInterrupt: Duration = .seconds(2)

    /// How long jobs may be queued before it is said why: a worker may be about to start.
    private static let hintDelay: Duration = .seconds(2)

    private enum End: Sendable {
        case jobs([JobStatus])
        case interrupted
        case timedOut
    }

    /// - Parameter ids: of the jobs; the last one stands for all and is cancelled for all.
    /// - Returns: the jobs as they ended, in this order.
    /// - Throws: `CommandFailure` with exit code 75 when the time is up, 130 after Ctrl-C.
    func follow(_ ids: [Job.ID], interrupts: AsyncStream<Void>) async throws -> [JobStatus] {
        let id = ids[ids.count - 1]
        let store = JobStore(pool: pool)
        let bar = isQuiet ? nil : ProgressBar("job \(id)")
        let progress = bar != nil && ids.count > 1 ? try await GroupProgress(pool: pool, whole: id) : nil
        let follower = JobFollower(store: store, configuration: pool.configuration, logger: Logger(label: "submit"))
        let hint = Task {
            try await Task.sleep(for: Self.hintDelay)
            if let bar, let obstacle = try await store.obstacle(of: ids) { bar.note("\(obstacle)") }
        }
        defer { hint.cancel() }
        let end = try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                let ended = try await follower.follow(ids) { statuses in
                    if let progress {
                        await progress.show(statuses, on: bar)
                    } else {
                        bar?.update(stage: statuses[0].stage, fraction: statuses[0].progress)
                    }
                }
                return .jobs(ended)
            }
            group.addTask {
                for await _ in interrupts { return .interrupted }
                throw CancellationError()
            }
            if let limit {
                group.addTask {
                    try await Task.sleep(for: limit)
                    return .timedOut
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .interrupted
        }
        bar?.finish()
        switch end {
        case .jobs(let statuses): return statuses
        case .timedOut:
            let obstacle = try await store.obstacle(of: ids)
            throw CommandFailure(
                "job \(id) has not ended yet: gave up waiting, "
                    + (obstacle.map { "it stays queued (\($0))" } ?? "it goes on")
                    + "; follow it with 'coppice jobs show \(id)'",
                exitCode: .gaveUpWaiting
            )
        case .interrupted:
            if await isInterruptedAgain(interrupts, job: id) {
                _ = try await store.cancel(id)
                throw CommandFailure("job \(id): its cancellation was requested", exitCode: .interrupted)
            }
            throw ExitCode.interrupted
        }
    }

    private func isInterruptedAgain(_ interrupts: AsyncStream<Void>, job id: Job.ID) async -> Bool {
        StandardError.print("job \(id) goes on without being waited for; Ctrl-C again within 2 s cancels it")
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in interrupts { return true }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: Self.secondInterrupt)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

extension JobStatus {
    /// What the progress bar says.
    var stage: String {
        switch state {
        case .scheduled where error != nil: "failed, to be tried again (attempt \(attempt) of \(maxAttempts))"
        case .running where attempt > 1: "running (attempt \(attempt))"
        default: state.rawValue
        }
    }
}
