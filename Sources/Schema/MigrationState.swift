public import FoundationEssentials

/// What became of one migration in a database.
public struct MigrationState: Sendable, Equatable {
    public enum Status: Sendable, Equatable {
        /// Not there yet.
        case pending
        case applied(Date)
        /// Applied, but with another text than this program has.
        case changed(Date)
        /// Applied by a newer program; this one does not know it.
        case unknown(Date)
    }

    public let version: Int
    public let name: String
    public let status: Status

    /// `0001_create_tracking`, as the file is called.
    public var label: String { Migrator.label(version, name) }
}
