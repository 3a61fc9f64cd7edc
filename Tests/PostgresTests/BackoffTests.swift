import Testing

@testable import Postgres

struct BackoffTests {
    @Test("Pauses double up to five seconds, at least half of each is kept")
    func pauses() {
        var random = SystemRandomNumberGenerator()
        for (attempt, full) in [(0, 0.05), (1, 0.1), (4, 0.8), (10, 5.0), (1_000, 5.0)] {
            for _ in 0..<100 {
                let pause = Backoff.pause(after: attempt, using: &random)
                #expect(pause >= .seconds(full / 2) && pause <= .seconds(full))
            }
        }
    }

    @Test(
        "A wrong password is not tried again, a starting server is",
        arguments: [
            ("FATAL:  password authentication failed for user \"u\"", false),
            ("FATAL:  database \"d\" does not exist", false),
            ("FATAL:  role \"r\" does not exist", false),
            ("FATAL:  no pg_hba.conf entry for host \"h\"", false),
            ("FATAL:  the database system is starting up", true),
            ("FATAL:  sorry, too many clients already", true),
            ("Connection refused", true),
            ("timeout expired", true),
            ("could not translate host name \"h\" to address: Temporary failure in name resolution", true),
            ("\"a\" failed: FATAL:  database \"d\" does not exist\n\"b\" failed: Connection refused", true),
        ]
    )
    func retry(message: String, isWorthwhile: Bool) {
        #expect(PostgresError.connecting(message).isWorthReconnecting == isWorthwhile)
    }
}
