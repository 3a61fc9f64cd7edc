public import Postgres

/// Registered models, their versions, aliases and tags.
///
/// Its statements stand in `RegistryStore+….swift`. What takes a `Session` is a part of a larger transaction, such as
/// the one that finishes a job. Runs and logged models are known here by their private numbers.
public struct RegistryStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }
}
