internal import Foundation
internal import Jobs
internal import Postgres

/// Queues the jobs of a run over a network that fails, as careful and careless programs do.
struct Submitter: Sendable {
    let pool: PostgresPool
    let ledger: Ledger
    let count: Int
    /// It waits while more jobs than this are unfinished, so that faults meet submissions during the whole run.
    let backlog: Int

    /// - Parameters:
    ///   - finished: how many jobs have ended.
    ///   - goesOn: whether more jobs than `count` are wanted.
    func run(
        using random: SeededRandom,
        finished: @Sendable () -> Int,
        goesOn: @Sendable () -> Bool = { false }
    ) async throws {
        var random = random
        var mix = JobMix(random: random.split())
        var trained: [Job.ID] = []
        var submitted = 0
        while submitted < count || goesOn() {
            while submitted - finished() > backlog { try await Task.sleep(for: .milliseconds(10)) }
            // Now and then it waits until a worker is idle, which is given the job then.
            let isForIdle = Int.random(in: 0..<6, using: &random) == 0
            if isForIdle { await waitForOffer() }
            let size =
                isForIdle || Int.random(in: 0..<2, using: &random) == 0 ? 1 : Int.random(in: 2...20, using: &random)
            let isCareless = Int.random(in: 0..<20, using: &random) == 0
            let orders = try (0..<min(size, submitted < count ? count - submitted : 5)).map { _ in
                try mix.next(after: trained)
            }
            ledger.enter(orders.map(\.entry))
            let answer = isCareless ? await tryOnce(orders) : try await insist(orders)
            if let answer {
                ledger.acknowledge(orders.map(\.entry.token))
                trained += zip(orders, answer).filter { $0.0.entry.model != nil }.map(\.1.id)
                trained = trained.suffix(50)
            }
            submitted += orders.count
        }
    }

    /// Asks until there is an answer, with the same tokens.
    private func insist(_ orders: [JobMix.Order]) async throws -> [SubmittedJob]? {
        while true {
            do {
                return try await submit(orders.map(\.job))
            } catch let error as PostgresError where error.isConnectionLoss || error.isTransactionConflict {
                try await Task.sleep(for: .milliseconds(100))
            } catch let error as JobError where error.code == .dependencyFailed {
                return nil
            }
        }
    }

    private func submit(_ jobs: [NewJob]) async throws -> [SubmittedJob] {
        let submitted = try await JobStore.retrying { try await submitOnce(jobs) }
        await JobStore(pool: pool).wake(queues: Set(jobs.map(\.queue)))
        return submitted
    }

    /// Never learns what became of it if the first try fails.
    private func tryOnce(_ orders: [JobMix.Order]) async -> [SubmittedJob]? {
        try? await submitOnce(orders.map(\.job))
    }

    /// As the command does: in a transaction, whose commit faults lie in wait for.
    private func submitOnce(_ jobs: [NewJob]) async throws -> [SubmittedJob] {
        try await pool.withTransaction { session in
            jobs.count == 1
                ? try JobStore.submitAndCommit(jobs, in: session)
                : try JobStore.submit(jobs, in: session)
        }
    }

    private func waitForOffer() async {
        let there: SQL =
            "select exists (select from coppice.worker_offers where is_open and expires_at > clock_timestamp())"
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end {
            let isThere = try? await pool.withSession { session in try session.execute(there)[0].bool(0) }
            if isThere == true { return }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
