internal import FoundationEssentials
public import Migrations
public import Postgres

/// Brings a database to the version of this program, or says in what it differs.
///
/// What was applied is recorded in `coppice.schema_migrations`. Nothing depends on the state of a session, so that a
/// pooler in transaction mode may stand between.
public struct Migrator: Sendable {
    let migrations: [Migration]
    let checksums: [String]

    /// A migrator for the given migrations; by default those of this program.
    public init(_ migrations: [Migration] = Migration.all) {
        self.migrations = migrations
        checksums = migrations.map { checksum(of: $0.sql) }
    }

    /// Changes when a migration is added or edited.
    public var fingerprint: String { checksum(of: checksums.joined()) }

    /// All migrations that this program or the database knows, in order.
    public func status(_ connection: PostgresConnection) async throws -> [MigrationState] {
        states(try await connection.withSession { session in try applied(session) } ?? [])
    }

    /// Throws `SchemaError` unless the database is exactly at this program's version.
    public func check(_ connection: PostgresConnection) async throws {
        try await connection.withSession { session in try check(session) }
    }

    /// Throws `SchemaError` unless the database is exactly at this program's version.
    public func check(_ session: borrowing Session) throws {
        let applied = try applied(session)
        let states = states(applied ?? [])
        try refuseForeign(states)
        guard let missing = states.first(where: { $0.status == .pending }) else { return try checkIsolation(session) }
        guard let applied, !applied.isEmpty else {
            throw SchemaError(
                .notMigrated,
                "the database is not set up: it has no tables of Coppice's; run 'coppice db migrate'",
                migration: missing.label
            )
        }
        throw SchemaError(
            .behind,
            "the database is older than this program: it lacks \(missing.label); run 'coppice db migrate'",
            migration: missing.label
        )
    }

    /// The functions of the queue look again at what they have waited for. A statement that sees what was there when it began
    /// would miss a job that had begun to wait for another one meanwhile, which would wait for good.
    private func checkIsolation(_ session: borrowing Session) throws {
        let rows = try session.execute(
            "select current_setting('default_transaction_isolation'), quote_ident(current_database())"
        )
        let (isolation, database) = (try rows[0].string(0), try rows[0].string(1))
        guard isolation != "read committed" else { return }
        throw SchemaError(
            .isolation,
            "transactions are '\(isolation)' by default: Coppice needs 'read committed'; run in psql: alter database "
                + "\(database) set default_transaction_isolation = 'read committed'"
        )
    }

    /// Applies what is missing, each migration in a transaction of its own, and returns what it applied.
    ///
    /// Several programs may do this at the same time: each migration is applied once. Throws `SchemaError`; what was
    /// applied before a failing migration stays.
    @discardableResult
    public func migrate(_ connection: PostgresConnection) async throws -> [MigrationState] {
        var done: [MigrationState] = []
        while let next = try await applyNext(connection) { done.append(next) }
        return done
    }
}

extension Migrator {
    /// Any number will do, as long as no other program uses it.
    private static let lockKey: Int64 = 0x636f_7070_6963_65

    private func applyNext(_ connection: PostgresConnection) async throws -> MigrationState? {
        var attempt = 1
        while true {
            do {
                return try await connection.withTransaction { session in try applyNext(session) }
            } catch let error as SchemaError where attempt < 5 && Self.isCollision(error.underlying) {
                attempt += 1
            } catch let error as PostgresError where attempt < 5 && Self.isCollision(error) {
                attempt += 1
            }
        }
    }

    private func applyNext(_ session: borrowing Session) throws -> MigrationState? {
        // Held until the transaction ends. A program that waits here reads below what the other one has done.
        try session.execute("select pg_catalog.pg_advisory_xact_lock(\(Self.lockKey))")
        try createRecord(session)
        let states = states(try applied(session) ?? [])
        try refuseForeign(states)
        guard let next = states.first(where: { $0.status == .pending }) else { return nil }
        let migration = migrations[next.version - 1]
        do {
            try session.executeScript(unsafeRaw: migration.sql)
            // The migration may have set its own search path, role or timeouts; they end with the transaction.
            let recorded = try session.execute(
                """
                insert into coppice.schema_migrations (version, name, checksum)
                values (\(migration.version), \(migration.name), \(checksums[next.version - 1]))
                returning applied_at
                """
            )
            return MigrationState(
                version: migration.version,
                name: migration.name,
                status: .applied(try recorded.date(0, 0))
            )
        } catch {
            if error.isConnectionLoss || error.code == .cancelled { throw error }
            throw SchemaError(
                .migrationFailed,
                "the migration \(next.label) failed: \(error)",
                migration: next.label,
                underlying: error
            )
        }
    }

    private func createRecord(_ session: borrowing Session) throws {
        guard try session.execute("select to_regclass('coppice.schema_migrations')::oid is null").bool(0, 0) else {
            return
        }
        try session.executeScript(
            unsafeRaw: """
                create schema if not exists coppice;
                create table coppice.schema_migrations (
                    version    integer     primary key,
                    name       text        not null,
                    checksum   text        not null,
                    applied_at timestamptz not null default clock_timestamp()
                );
                comment on table coppice.schema_migrations is 'Which migrations were applied, and when.';
                grant select on coppice.schema_migrations to public;
                """
        )
    }

    /// Roles belong to the whole server: two databases that are migrated at once can collide in creating them.
    private static func isCollision(_ error: PostgresError?) -> Bool {
        guard let error, let state = error.sqlState?.rawValue else { return false }
        return switch state {
        case "42710": true
        case "23505": error.constraint?.hasPrefix("pg_") == true
        case "XX000": error.message.contains("tuple concurrently")
        default: error.isTransactionConflict
        }
    }
}
