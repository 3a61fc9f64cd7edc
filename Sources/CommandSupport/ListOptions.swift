public import ArgumentParser

/// What every command that lists something takes.
public struct ListOptions: ParsableArguments, Sendable {
    @Flag(help: "Print one JSON object instead of a table.")
    public var json = false

    @Option(help: ArgumentHelp("Show at most this many rows.", valueName: "n"))
    public var limit = 50

    public init() {}

    public func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit: must be at least 1, is \(limit)") }
    }

    /// Prints the table, and says to who sits at a terminal if it ends because of the limit.
    public func print(_ table: TextTable, empty: String) {
        table.print(empty: empty)
        guard table.rows.count >= limit, Terminal.standardError.isInteractive else { return }
        StandardError.print("These are the first \(limit); --limit shows more.")
    }
}

/// For commands that show one thing.
public struct OutputOptions: ParsableArguments, Sendable {
    @Flag(help: "Print one JSON object.")
    public var json = false

    public init() {}
}
