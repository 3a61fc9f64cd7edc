import Postgres
import TestSupport

extension TestDatabase {
    /// Returns once so many statements sleep in the database.
    func waitForSleepers(_ count: Int) async throws {
        let direct = connect()
        let sleepers: SQL = """
            select from pg_stat_activity
            where datname = current_database() and state = 'active' and wait_event = 'PgSleep'
            """
        while try await direct.execute(sleepers) < count {}
    }
}
