internal import FoundationEssentials
internal import Migrations
internal import Postgres

/// What was applied, compared with what this program has.
extension Migrator {
    struct Applied: Sendable {
        let version: Int
        let name: String
        let checksum: String
        let appliedAt: Date
    }

    static func label(_ version: Int, _ name: String) -> String {
        String(repeating: "0", count: max(0, 4 - String(version).count)) + "\(version)_\(name)"
    }

    /// `nil` if there is no record at all.
    func applied(_ session: borrowing Session) throws -> [Applied]? {
        do {
            return try session.execute(
                "select version, name, checksum, applied_at from coppice.schema_migrations order by version"
            ).map { row in
                Applied(
                    version: try row.int("version"),
                    name: try row.string("name"),
                    checksum: try row.string("checksum"),
                    appliedAt: try row.date("applied_at")
                )
            }
        } catch let error as PostgresError where error.sqlState == .undefinedTable {
            return nil
        }
    }

    func states(_ applied: [Applied]) -> [MigrationState] {
        let records = Dictionary(uniqueKeysWithValues: applied.map { ($0.version, $0) })
        let known = zip(migrations, checksums).map { migration, checksum in
            let status: MigrationState.Status =
                switch records[migration.version] {
                case nil: .pending
                case let record? where record.checksum != checksum: .changed(record.appliedAt)
                case let record?: .applied(record.appliedAt)
                }
            return MigrationState(version: migration.version, name: migration.name, status: status)
        }
        let unknown = applied.filter { record in !migrations.contains { $0.version == record.version } }
            .map { MigrationState(version: $0.version, name: $0.name, status: .unknown($0.appliedAt)) }
        return known + unknown
    }

    /// Throws if this program must not touch the database.
    func refuseForeign(_ states: [MigrationState]) throws(SchemaError) {
        for state in states {
            switch state.status {
            case .unknown:
                throw SchemaError(
                    .tooNew,
                    "the database is newer than this program: it has \(state.label); use a newer Coppice",
                    migration: state.label
                )
            case .changed:
                throw SchemaError(
                    .changed,
                    "the database was set up by another build: its \(state.label) differs from this program's; "
                        + "use that build, or another database",
                    migration: state.label
                )
            case .pending, .applied: break
            }
        }
    }
}
