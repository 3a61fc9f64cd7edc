internal import Artifacts
internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension AccessTokenStore {
    /// Creates a token. Its secret is nowhere to be read afterwards.
    ///
    /// Throws `AccessError`: `invalid`; `alreadyExists` if a token that works has the name.
    public func create(
        named name: String,
        scope: AccessScope,
        validFor lifetime: Duration? = nil
    ) async throws -> (token: AccessToken, secret: TokenSecret) {
        guard (1...100).contains(name.unicodeScalars.count), !name.utf8.contains(0) else {
            throw AccessError(
                .invalid,
                "the name of a token must have 1 to 100 characters, '\(name.prefix(40))' has not"
            )
        }
        let secret = TokenSecret.random()
        let digest = Data(Digest(of: secret.text.utf8).bytes)
        let token = try await pool.withTransaction { session in
            // A name that only revoked or expired tokens have is free again.
            try session.execute("select pg_advisory_xact_lock(hashtextextended('coppice.access_tokens', 0))")
            let taken = try session.execute(
                """
                select from coppice.access_tokens
                where name = \(name) and revoked_at is null and coalesce(expires_at > clock_timestamp(), true)
                """
            )
            guard taken.count == 0 else {
                throw AccessError(
                    .alreadyExists,
                    "there is a token '\(name)' already: revoke it first, or choose another name"
                )
            }
            return try AccessToken(
                session.execute(
                    """
                    insert into coppice.access_tokens (name, scope, digest, expires_at)
                    values (\(name), \(scope), \(digest), clock_timestamp() + \(lifetime))
                    returning token_id, name, scope, created_at, expires_at, revoked_at
                    """
                )[0]
            )
        }
        return (token, secret)
    }

    /// The tokens, newest first, those that do not work any more included.
    public func list(limit: Int = 1000) async throws -> [AccessToken] {
        try await pool.withSession { session in
            try session.execute(
                """
                select token_id, name, scope, created_at, expires_at, revoked_at
                from coppice.access_tokens
                order by token_id desc
                limit \(Int64(limit))
                """
            ).map { row in try AccessToken(row) }
        }
    }

    /// Makes a token stop working. Throws `AccessError.notFound` if no token that works has the name.
    public func revoke(named name: String) async throws {
        let revoked = try await pool.withSession { session in
            try session.execute(
                """
                update coppice.access_tokens set revoked_at = clock_timestamp()
                where name = \(name) and revoked_at is null
                """
            ).affectedCount
        }
        guard revoked > 0 else {
            throw AccessError(.notFound, "there is no token '\(name)': 'coppice tokens list' shows those that exist")
        }
    }

    /// The token with this digest; nil if there is none, or if it does not work any more.
    func token(_ digest: Digest) async throws -> AccessToken? {
        let digest = Data(digest.bytes)
        return try await pool.withSession { session in
            try session.execute(
                """
                select token_id, name, scope, created_at, expires_at, revoked_at
                from coppice.access_tokens
                where digest = \(digest) and revoked_at is null and coalesce(expires_at > clock_timestamp(), true)
                """
            ).first.map { row in try AccessToken(row) }
        }
    }
}

extension AccessToken {
    init(_ row: Row) throws {
        let scope = try row.string("scope")
        guard let scope = AccessScope(rawValue: scope) else {
            throw AccessError(.invalid, "the scope '\(scope)' is not known to this version of Coppice")
        }
        self.init(
            id: try row.int64("token_id"),
            name: try row.string("name"),
            scope: scope,
            createdAt: try row.date("created_at"),
            expiresAt: try row.dateOrNil("expires_at"),
            revokedAt: try row.dateOrNil("revoked_at")
        )
    }
}
