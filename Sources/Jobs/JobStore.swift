public import Postgres

/// The queue's tables. Knows SQL and no policy: when to retry, what a handler does and when to poll live elsewhere.
public struct JobStore: Sendable {
    let pool: PostgresPool

    /// Announced after jobs of a queue became claimable; the payload is the queue.
    public static let wakeChannel = "coppice_jobs"
    /// Running jobs that are to be cancelled, by their ids.
    public static let cancelChannel = "coppice_cancelled"
    /// Announced after a job ended, while somebody has `followersLock`; the payload is its id.
    public static let endedChannel = "coppice_ended"
    /// The advisory lock that those share who listen on `endedChannel`. Any number will do.
    public static let followersLock: Int64 = 0x636f_7070_6963_66

    public init(pool: PostgresPool) {
        self.pool = pool
    }
}

extension JobError {
    /// Our own conditions, raised by the functions in the database, as errors of ours.
    init?(_ error: PostgresError) {
        switch error.sqlState?.rawValue {
        case "CP001": self.init(.leaseLost, error.message)
        case "CP002": self.init(.dependencyFailed, error.message)
        case "CP003": self.init(.invalid, error.message)
        case "CP004": self.init(.cancelRequested, error.message)
        default: return nil
        }
    }
}
