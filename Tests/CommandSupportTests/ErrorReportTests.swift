import ArgumentParser
import CommandSupport
import Testing

@Suite("How a program ends")
struct ErrorReportTests {
    struct Command: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "demo", version: "1.2.3", subcommands: [Grow.self])
    }

    enum Kind: String, ExpressibleByArgument, CaseIterable { case oak, ash, beech }

    enum Month: String, ExpressibleByArgument, CaseIterable { case jan, feb, mar, apr, may, jun, jul, aug }

    struct Grow: ParsableCommand {
        @Option var trees: Int
        @Option var wait: DurationArgument?
        @Option var kind: Kind?
        @Option var month: Month?
        @Option(help: ArgumentHelp("", valueName: "duration")) var rest: DurationArgument?

        func validate() throws {
            guard trees > 0 else { throw ValidationError("--trees: must be at least 1, is \(trees)") }
        }
    }

    private struct Crash: Error {
        let secret = "postgres://joe:hunter2@db/forest"
        let options = "password='open sesame' host=db"
        let text = "first\nsecond"
    }

    private func report(_ arguments: String...) throws -> ErrorReport {
        let error = #expect(throws: (any Error).self) {
            var command = try Command.parseAsRoot(arguments)
            try command.run()
        }
        return ErrorReport(try #require(error), of: Command.self, arguments: arguments)
    }

    @Test(
        "Wrong usage is one line that names the option and where help is, and status 64",
        arguments: [
            (
                ["grow", "--trees", "1", "--wai"],
                "error: unknown option '--wai'; did you mean '--wait'? See `demo grow --help`"
            ),
            (["grow"], "error: missing expected argument '--trees <trees>'; see `demo grow --help`"),
            (
                ["grow", "--trees", "x"],
                "error: the value 'x' is invalid for '--trees <trees>'; see `demo grow --help`"
            ),
            (
                ["grow", "--trees", "1", "--rest", "10"],
                "error: the value '10' is invalid for '--rest <duration>'; "
                    + "give a length of time such as 30s, 10m, 1h30m or 2d; see `demo grow --help`"
            ),
            (["grow", "--trees", "0"], "error: --trees: must be at least 1, is 0; see `demo grow --help`"),
            (
                ["grow", "--trees", "1", "--kind", "elm"],
                "error: the value 'elm' is invalid for '--kind <kind>'; choose one of 'oak', 'ash' or 'beech'; see `demo grow --help`"
            ),
            (
                ["grow", "--trees", "1", "--month", "13"],
                "error: the value '13' is invalid for '--month <month>'; "
                    + "choose one of jan, feb, mar, apr, may, jun, jul, aug; see `demo grow --help`"
            ),
            (["fell"], "error: there is no command 'fell'; choose one of grow; see `demo --help`"),
            (["gorw", "--trees", "1"], "error: there is no command 'gorw'; choose one of grow; see `demo --help`"),
            (["grow", "fell", "--trees", "1"], "error: unexpected argument 'fell'; see `demo grow --help`"),
        ]
    )
    func usage(arguments: [String], line: String) throws {
        let error = #expect(throws: (any Error).self) { try Command.parseAsRoot(arguments) }
        let report = ErrorReport(try #require(error), of: Command.self, arguments: arguments)
        #expect(report.line == line)
        #expect(report.status == 64)
        #expect(report.output == nil)
    }

    @Test("Help and version go to standard output with status 0")
    func help() throws {
        #expect(try report("--version").output == "1.2.3")
        let help = try report("grow", "--help")
        #expect(try #require(help.output).contains("USAGE: demo grow"))
        #expect(help.line == nil)
        #expect(help.status == 0)
    }

    @Test("An error of a command keeps its sentence and its status")
    func failure() {
        let failure = CommandFailure("job 7: there is no such job;\n see `coppice jobs list`", exitCode: .unavailable)
        let report = ErrorReport(failure, of: Command.self, arguments: [])
        #expect(report.line == "error: job 7: there is no such job; see `coppice jobs list`")
        #expect(report.status == 69)
    }

    @Test("An error nobody foresaw is reported as a bug, in one line and without its passwords")
    func bug() throws {
        let report = ErrorReport(Crash(), of: Command.self, arguments: [])
        let line = try #require(report.line)
        #expect(report.status == 70)
        #expect(line.hasPrefix("error: unexpected: Crash("))
        #expect(!line.contains("\n"))
        #expect(!line.contains("hunter2") && !line.contains("sesame"))
        #expect(line.contains("postgres://joe:***@db/forest") && line.contains("host=db"))
    }

    @Test("A status thrown by itself adds no text")
    func silent() {
        let report = ErrorReport(ExitCode(1), of: Command.self, arguments: [])
        #expect(report.line == nil && report.output == nil && report.status == 1)
    }

    @Test("An interruption ends with 130")
    func interruption() {
        #expect(ErrorReport(CancellationError(), of: Command.self, arguments: []).status == 130)
    }
}
