public import Postgres

/// Why a database cannot be used as it is, or could not be migrated.
public struct SchemaError: Error, Sendable {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case notMigrated, behind, tooNew, changed, migrationFailed, isolation
        }
        private let name: Name

        public var description: String { name.rawValue }

        /// The database has no schema of Coppice's.
        public static let notMigrated = Code(name: .notMigrated)
        /// Migrations of this program are missing in the database.
        public static let behind = Code(name: .behind)
        /// The database has migrations that this program does not know.
        public static let tooNew = Code(name: .tooNew)
        /// A migration that was applied had another text.
        public static let changed = Code(name: .changed)
        /// A statement of a migration failed; the migration was rolled back.
        public static let migrationFailed = Code(name: .migrationFailed)
        /// Statements see less of others' than Coppice counts on.
        public static let isolation = Code(name: .isolation)
    }

    public let code: Code
    /// The migration that is missing, unknown, changed or failed.
    public let migration: String?
    /// What PostgreSQL said.
    public let underlying: PostgresError?
    private let message: String

    init(_ code: Code, _ message: String, migration: String? = nil, underlying: PostgresError? = nil) {
        self.code = code
        self.message = message
        self.migration = migration
        self.underlying = underlying
    }
}

extension SchemaError: CustomStringConvertible {
    public var description: String { message }
}
