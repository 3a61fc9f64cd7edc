import Postgres
import TestSupport

/// A lock that somebody else holds, until it is released.
struct HeldLock {
    private let holder: Task<Void, any Error>

    /// Returns once it is held.
    /// - Parameter table: locked against everything.
    init(_ table: String, in store: Store) async throws {
        let lock: SQL = "lock table \(identifier: "coppice").\(identifier: table) in access exclusive mode"
        try await self.init(lock, on: table, mode: "AccessExclusiveLock", in: store)
    }

    /// - Parameter table: whose rows nobody can change meanwhile; they can be read.
    init(rowsOf table: String, in store: Store) async throws {
        let lock: SQL = "select from \(identifier: "coppice").\(identifier: table) for update"
        try await self.init(lock, on: table, mode: "RowShareLock", in: store)
    }

    private init(_ statement: SQL, on table: String, mode: String, in store: Store) async throws {
        let connection = store.database.connect()
        holder = Task {
            try await connection.withTransaction { session in
                try session.execute(statement)
                try session.execute("select pg_sleep(600)")
            }
        }
        try await store.wait(
            until: """
                select exists (
                    select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
                    join pg_stat_activity a on a.pid = l.pid and a.query = 'select pg_sleep(600)'
                    where l.relation = \("coppice." + table)::regclass and l.mode = \(mode) and l.granted
                )
                """
        )
    }

    func release() async {
        holder.cancel()
        _ = await holder.result
    }
}

extension Store {
    /// Waits until a program of this name waits for a lock.
    func waitUntilBlocked(_ program: String, by statement: String) async throws {
        try await wait(
            until: """
                select exists (
                    select from pg_stat_activity
                    where datname = current_database() and application_name = \(program) and wait_event_type = 'Lock'
                        and query ilike \("%" + statement + "%")
                )
                """
        )
    }
}
