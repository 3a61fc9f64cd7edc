internal import Artifacts
internal import Synchronization

/// Finds out what the bearer of a token may do.
///
/// Tokens are compared as digests, and with those of the file in constant time: how long it takes tells nothing about
/// how much of a guess was right. Answers of the database are remembered for a few seconds, so that a request costs no
/// round trip; a token that is revoked stops working within that time.
public final class Authenticator: Sendable {
    private struct Known {
        let scope: AccessScope
        let until: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(5)
    private static let memorySize = 10_000

    private let file: TokenFile
    private let store: AccessTokenStore
    private let known = Mutex<[Digest: Known]>([:])

    public init(file: TokenFile, store: AccessTokenStore) {
        self.file = file
        self.store = store
    }

    /// Nil for a token that nobody gave out.
    public func scope(of secret: String) async throws -> AccessScope? {
        let digest = Digest(of: secret.utf8)
        if let scope = file.scope(of: digest) { return scope }
        let now = ContinuousClock.now
        if let known = known.withLock({ $0[digest] }), known.until > now { return known.scope }
        let found = try await store.token(digest)
        known.withLock { known in
            if known.count >= Self.memorySize { known.removeAll() }
            known[digest] = found.map { Known(scope: $0.scope, until: now + Self.memory) }
        }
        return found?.scope
    }
}
