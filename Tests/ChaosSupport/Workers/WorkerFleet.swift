internal import Foundation
internal import Glibc

/// The workers of a run.
struct WorkerFleet: Sendable {
    struct Settings: Sendable {
        /// The executable.
        let program: URL
        /// Where the server really listens.
        let serverSocket: String
        /// The lease, the grace period and so on.
        let arguments: [String]
        /// Gives every worker a wrong clock.
        let clockLibrary: URL
        /// Where some of them keep artifacts; nil: all of them keep them in the database.
        let disk: SmallDisk?
        /// The folder of their logs.
        let logs: URL

        func url(port: UInt16) -> String {
            "postgresql:///coppice?host=127.0.0.1&port=\(port)&user=postgres&sslmode=disable&gssencmode=disable"
        }
    }

    let slots: [WorkerSlot]

    init(count: Int, settings: Settings) throws {
        slots = try (0..<count).map { try WorkerSlot($0, settings: settings) }
    }

    /// Keeps all slots occupied until `stop()`.
    func run() async throws {
        try await withThrowingTaskGroup { group in
            for slot in slots { group.addTask { try await slot.keepOccupied() } }
            try await group.waitForAll()
        }
    }

    func stop(with signal: Int32 = SIGTERM) {
        for slot in slots { slot.stop(with: signal) }
    }

    /// How often workers ended with each exit status.
    var endings: [Int32: Int] {
        slots.map(\.endings).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }
}
