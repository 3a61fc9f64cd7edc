import Access
import Postgres
import TestSupport
import Testing

@Suite("Access tokens", .database)
struct AccessTokenTests {
    private let operators = "operators-secret-token"

    private func authenticator(_ store: AccessTokenStore) throws -> Authenticator {
        Authenticator(file: try TokenFile("# ours\n\nread readers-secret-token\n\(operators)\n"), store: store)
    }

    @Test("A token lets in with its scope until it is revoked, and the database knows only its digest")
    func lifecycle() async throws {
        let store = AccessTokenStore(pool: try testDatabase().pool())
        let created = try await store.create(named: "notebook", scope: .write)
        #expect(created.secret.text.hasPrefix("cop_") && created.secret.text.utf8.count == 47)
        #expect(try await authenticator(store).scope(of: created.secret.text) == .write)

        let text = created.secret.text
        let kept = try await testDatabase().connect().withSession { session in
            try session.execute("select count(*) from coppice.access_tokens t where t::text like '%' || \(text) || '%'")
                .int(0, 0)
        }
        #expect(kept == 0)

        try await store.revoke(named: "notebook")
        // Another one, because answers are remembered for a few seconds.
        #expect(try await authenticator(store).scope(of: created.secret.text) == nil)
        #expect(try await store.list().map(\.name) == ["notebook"])
    }

    @Test("Tokens of the file have their scopes; others are unknown")
    func file() async throws {
        let store = AccessTokenStore(pool: try testDatabase().pool())
        let authenticator = try authenticator(store)
        #expect(try await authenticator.scope(of: operators) == .admin)
        #expect(try await authenticator.scope(of: "readers-secret-token") == .read)
        for guess in ["", "operators-secret-toke", "operators-secret-tokens", "read"] {
            #expect(try await authenticator.scope(of: guess) == nil)
        }
    }

    @Test("A name is taken as long as a token with it works, and free afterwards")
    func names() async throws {
        let store = AccessTokenStore(pool: try testDatabase().pool())
        _ = try await store.create(named: "ci", scope: .read)
        await #expect { try await store.create(named: "ci", scope: .read) } throws: { error in
            (error as? AccessError)?.code == .alreadyExists
        }
        try await store.revoke(named: "ci")
        _ = try await store.create(named: "ci", scope: .read)
        await #expect { try await store.revoke(named: "nobody") } throws: { error in
            (error as? AccessError)?.code == .notFound
        }
    }

    @Test("An expired token is no token")
    func expiry() async throws {
        let store = AccessTokenStore(pool: try testDatabase().pool())
        let created = try await store.create(named: "short", scope: .admin, validFor: .zero)
        #expect(try await authenticator(store).scope(of: created.secret.text) == nil)
    }

    @Test(
        "A file that is not one of tokens is refused",
        arguments: ["", "# nothing\n", "short\n", "root operators-secret-token\n", "a b c\n"]
    )
    func badFile(text: String) {
        #expect { try TokenFile(text) } throws: { error in (error as? AccessError)?.code == .invalid }
    }
}
