internal import Synchronization

/// The jobs whose end is still to be announced.
///
/// Announcing takes a round trip and the server's notification lock, one announcer at a time, and then wakes every
/// session of the server that listens to anything, those of all workers among them. Apart from the job's own path, the
/// next job starts meanwhile; and never twice within a pause: jobs that end until it is over share an announcement.
/// With 8 workers whose jobs do nothing, that is a third more jobs a second.
final class EndedJobs: Sendable {
    private struct State {
        var jobs: [Job.ID] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let news = WakeSignal()
    private let closed = Latch()
    private let pause: Duration

    /// - Parameter pause: short enough for a person who waits for a job not to notice.
    init(pause: Duration = .milliseconds(50)) {
        self.pause = pause
    }

    func insert(_ job: Job.ID) {
        state.withLock { $0.jobs.append(job) }
        news.signal()
    }

    /// No more will come.
    func close() {
        state.withLock { $0.isClosed = true }
        closed.open()
        news.signal()
    }

    /// Announces jobs as they end, until it is closed and none is left.
    func announce(with announce: ([Job.ID]) async -> Void) async {
        while true {
            let (jobs, isClosed) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isClosed)
            }
            if !jobs.isEmpty {
                await announce(jobs)
                await rest()
            } else if isClosed {
                return
            } else {
                await news.wait(atMost: .seconds(60))
            }
        }
    }

    /// Returns after the pause, or at once when no more will come.
    private func rest() async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: self.pause) }
            group.addTask { await self.closed.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
