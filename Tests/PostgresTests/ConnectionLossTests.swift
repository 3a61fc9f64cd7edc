import Testing

@testable import Postgres

@Suite("What libpq says when a connection is gone")
struct ConnectionLossTests {
    @Test(
        "Its words for a loss are known",
        arguments: [
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally",
            "could not receive data from server: Connection reset by peer",
            "could not send data to server: Broken pipe",
            "no connection to the server",
        ]
    )
    func loss(message: String) {
        #expect(PostgresError.tellsOfLoss(message))
    }

    @Test("Other mistakes are none", arguments: ["another command is already in progress", "out of memory"])
    func noLoss(message: String) {
        #expect(!PostgresError.tellsOfLoss(message))
    }
}
