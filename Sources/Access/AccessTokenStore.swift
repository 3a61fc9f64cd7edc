public import Postgres

/// The tokens that let clients in, kept as SHA-256 digests.
public struct AccessTokenStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }
}
