public import Postgres

/// Something that holds in every store, whatever happened to the workers, the server and the network.
public struct Invariant: Sendable {
    /// What holds, as a sentence.
    public let name: String
    /// Counts what was looked at.
    let checked: SQL
    /// One row with one text for each violation.
    let violations: SQL

    /// What a look at a store found.
    public struct Finding: Sendable {
        public let invariant: String
        /// How many things were looked at: none proves nothing.
        public let checked: Int
        /// The first hundred.
        public let violations: [String]
    }

    /// Looks at the database of `session`, whose ledger is in `chaos.ledger`.
    public func check(in session: borrowing Session) throws -> Finding {
        Finding(
            invariant: name,
            checked: try session.execute(checked)[0].int(0),
            violations: try session.execute("select violation from (\(violations)) v (violation) limit 100").map {
                row in
                try row.string(0)
            }
        )
    }

    /// All of them.
    public static let all = submissions + ends + attempts + registry + contents
}
