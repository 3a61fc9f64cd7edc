import Postgres

/// The state of the store between measurements.
enum Store {
    /// Empties the queue, its history and the runs.
    static func clear(_ connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            truncate coppice.jobs, coppice.finished_jobs, coppice.attempts, coppice.job_log, coppice.job_tokens,
                coppice.job_dependencies, coppice.runs cascade
            """
        )
        try await connection.execute("drop table if exists public.plain_jobs")
        try await connection.execute(
            """
            create table public.plain_jobs (
                id bigint generated always as identity primary key, kind text, queue text, spec jsonb
            )
            """
        )
        try await connection.execute("vacuum analyze")
        try await connection.execute("checkpoint")
    }

    static func number(_ connection: PostgresConnection, _ sql: SQL) async throws -> Double {
        try await connection.withSession { session in try session.execute(sql)[0].decode(Double.self, 0) }
    }
}
