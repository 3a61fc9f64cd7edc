public import Postgres

/// Experiments, runs, and what is logged to them.
///
/// Its statements stand in `TrackingStore+….swift`. What takes a `Session` is a part of a larger transaction, such as
/// the one that finishes a job, and leaves it to the caller to have proved that the run is theirs.
public struct TrackingStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }
}
