internal import Foundation
internal import Postgres
internal import Synchronization

/// What was submitted, kept apart from the database: the other half of the books.
final class Ledger: Sendable {
    enum Fate: String, Sendable {
        /// Nobody told whether it was queued.
        case unknown
        /// The submitter was told its id.
        case acknowledged
    }

    struct Entry: Sendable {
        let token: UUID
        /// Jobs with the same have to make the same bytes.
        let recipe: String
        /// The registered model that gets a version.
        let model: String?
        var fate = Fate.unknown
    }

    private let state = Mutex<[UUID: Entry]>([:])

    /// Written before the first try.
    func enter(_ entries: [Entry]) {
        state.withLock { state in
            for entry in entries { state[entry.token] = entry }
        }
    }

    func acknowledge(_ tokens: [UUID]) {
        state.withLock { state in
            for token in tokens { state[token]?.fate = .acknowledged }
        }
    }

    var entries: [Entry] { state.withLock { Array($0.values) } }

    var acknowledgedCount: Int { state.withLock { $0.values.count { $0.fate == .acknowledged } } }

    /// Makes the table that the invariants compare the history with.
    static func createTable(in session: borrowing Session) throws {
        try session.executeScript(
            unsafeRaw: """
                create schema if not exists chaos;
                create table if not exists chaos.ledger (
                    client_token uuid primary key,
                    fate         text not null,
                    recipe       text not null,
                    model        text
                );
                """
        )
    }

    func store(in session: borrowing Session) throws {
        try Self.createTable(in: session)
        for entry in entries {
            try session.execute(
                """
                insert into chaos.ledger (client_token, fate, recipe, model)
                values (\(entry.token), \(entry.fate.rawValue), \(entry.recipe), \(entry.model))
                """
            )
        }
    }
}
