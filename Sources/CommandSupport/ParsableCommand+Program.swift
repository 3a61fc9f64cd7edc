public import ArgumentParser
internal import Glibc
internal import Threads

extension AsyncParsableCommand {
    /// The whole life of an executable: parses the arguments, runs the command, reports an error in one line.
    ///
    /// - Parameter mayBlock: whether the command and its tasks run on threads that may block, as its connections do: each
    ///   keeps its thread on the way into a connection and back. Not for one that serves many at the same time: eight
    ///   clients of the server made a third to a half fewer runs in a second (`Benchmarks/server`).
    public static func runProgram(mayBlock: Bool) async -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst()).joiningNegativeNumbers
        do {
            var command = try parseAsRoot(arguments)
            if let asynchronous = command as? any AsyncParsableCommand {
                try await withTaskExecutorPreference(mayBlock ? CachedThreadPool.shared : nil) {
                    var asynchronous = asynchronous
                    try await asynchronous.run()
                }
            } else {
                try command.run()
            }
            Glibc.exit(ExitCode.success.rawValue)
        } catch {
            let report = ErrorReport(error, of: Self.self, arguments: arguments)
            if let output = report.output { print(output) }
            if let line = report.line { StandardError.print(line) }
            Glibc.exit(report.status)
        }
    }
}
