public import ArgumentParser
internal import Glibc

extension AsyncParsableCommand {
    /// The whole life of an executable: parses the arguments, runs the command, reports an error in one line.
    public static func runProgram() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Glibc.exit(ExitCode.success.rawValue)
        } catch {
            let report = ErrorReport(error, of: Self.self, arguments: Array(CommandLine.arguments.dropFirst()))
            if let output = report.output { print(output) }
            if let line = report.line { StandardError.print(line) }
            Glibc.exit(report.status)
        }
    }
}
