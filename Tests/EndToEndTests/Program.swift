import Foundation
import Testing

/// One of our executables, as a user starts it.
struct Program {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Standard output as one JSON object.
        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    let name: String
    /// On top of a small environment in which no database is named.
    var environment: [String: String] = [:]

    /// Starts it. What it would read from the terminal is empty.
    func start(_ arguments: [String], in directory: String? = nil) throws -> RunningProgram {
        try RunningProgram(self, arguments, in: directory)
    }

    /// Runs it to its end.
    func run(_ arguments: [String], in directory: String? = nil) async throws -> Outcome {
        try await start(arguments, in: directory).outcome()
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Outcome {
        try await run(arguments)
    }
}

extension Program.Outcome {
    /// Checks the form of every error: nothing on standard output, one line on standard error.
    func expectError(status: Int32, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(self.status == status, "\(errors)", sourceLocation: sourceLocation)
        #expect(output.isEmpty, sourceLocation: sourceLocation)
        #expect(errors.hasPrefix("error: "), "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.filter(\.isNewline).count == 1, "\(errors)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(errors.contains(part), "\(errors)", sourceLocation: sourceLocation)
        }
    }
}
