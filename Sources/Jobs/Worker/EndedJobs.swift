internal import Synchronization

/// The jobs whose end is still to be announced.
///
/// Announcing takes a round trip and the server's notification lock, one announcer at a time. Apart from the job's own
/// path, the next job starts meanwhile; jobs that end while one announcement is under way share the next.
final class EndedJobs: Sendable {
    private struct State {
        var jobs: [Job.ID] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let news = WakeSignal()

    func insert(_ job: Job.ID) {
        state.withLock { $0.jobs.append(job) }
        news.signal()
    }

    /// No more will come.
    func close() {
        state.withLock { $0.isClosed = true }
        news.signal()
    }

    /// Announces jobs as they end, until it is closed and none is left.
    func announce(with store: JobStore) async {
        while true {
            let (jobs, isClosed) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isClosed)
            }
            if !jobs.isEmpty {
                await store.announceEnds(of: jobs)
            } else if isClosed {
                return
            } else {
                await news.wait(atMost: .seconds(60))
            }
        }
    }
}
