public import Access
public import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Postgres

struct TokenCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Give out and take back tokens for `coppice server`.",
        subcommands: [CreateToken.self, ListTokens.self, RevokeToken.self]
    )
}

struct CreateToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a token and print it; it is shown this once, and kept as a digest only.",
        discussion: """
            A client sends it as MLFLOW_TRACKING_TOKEN, or as MLFLOW_TRACKING_PASSWORD with any user name.

            Example: coppice tokens create notebook --scope write --valid-for 90d
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "What it is for.")
    var name: String

    @Option(help: "What it allows: read; write, which is also to log and to register; or admin.")
    var scope = AccessScope.write

    @Option(help: ArgumentHelp("How long it works (default: until it is revoked).", valueName: "duration"))
    var validFor: DurationArgument?

    func run() async throws {
        let store = AccessTokenStore(pool: try await database.open(program: "coppice tokens", size: 1))
        let created = try await store.create(named: name, scope: scope, validFor: validFor?.duration)
        if output.json {
            JSON.object([.init("token", .string(created.secret.text))] + created.token.members).print()
        } else {
            print(created.secret.text)
        }
    }
}

struct ListTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens that were given out, without the tokens themselves.",
        discussion: "Example: coppice tokens list"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
        let store = AccessTokenStore(pool: try await database.open(program: "coppice tokens", size: 1))
        let tokens = try await store.list(limit: list.limit)
        if list.json {
            JSON.object([.init("tokens", .array(tokens.map { .object($0.members) }))]).print()
            return
        }
        var table = TextTable([.init("name", shrinks: true), .init("scope"), .init("created"), .init("state")])
        for token in tokens {
            table.add([token.name, token.scope.description, HumanReadable.relative(token.createdAt), token.state])
        }
        list.print(table, empty: "No tokens yet.")
    }
}

struct RevokeToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a token stop working, within a few seconds.",
        discussion: "Example: coppice tokens revoke notebook"
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The name it was created with.")
    var name: String

    func run() async throws {
        let store = AccessTokenStore(pool: try await database.open(program: "coppice tokens", size: 1))
        try await store.revoke(named: name)
        print("token \(name): revoked")
    }
}

extension AccessToken {
    fileprivate var members: [JSON.Member] {
        [
            .init("name", .string(name)), .init("scope", .string(scope.rawValue)), .init("state", .string(state)),
            .init("created_at", .date(createdAt)), .init("expires_at", .date(expiresAt)),
            .init("revoked_at", .date(revokedAt)),
        ]
    }

    fileprivate var state: String {
        if revokedAt != nil { return "revoked" }
        return isValid(at: .now) ? "works" : "expired"
    }
}

extension AccessScope: ExpressibleByArgument {}
