internal import ArgumentParser
internal import ChaosSupport
internal import Foundation

@main
struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Run jobs while workers, server and network fail, and check that nothing was lost or done twice.",
        discussion: """
            Everything is its own: a PostgreSQL server, worker processes, a network of proxies. Exits with 1 if an \
            invariant is violated, a worker crashes, recovery takes too long, or if nothing happened that could have \
            violated anything.
            """
    )

    @Option(help: "How many jobs to submit.")
    var jobs = 10_000

    @Option(help: "How many worker processes to run.")
    var workers = 8

    @Option(help: "How many faults to inject.")
    var faults = 500

    @Option(help: "Decides which jobs and which faults.")
    var seed: UInt64 = 1

    @Flag(help: "Switch the fence off: the run has to find a job that was published twice.")
    var withoutFence = false

    @Flag(help: "Keep the workers' logs, and say where they are.")
    var keepLogs = false

    func validate() throws {
        guard jobs > 0, workers > 0, faults >= 0 else {
            throw ValidationError("--jobs and --workers must be at least 1, --faults at least 0.")
        }
    }

    func run() async throws {
        var options = ChaosOptions(jobs: jobs, workers: workers, faults: faults, seed: seed)
        options.isFenceOff = withoutFence
        let worker = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "worker")
        let report = try await ChaosHome.with(keepingLogs: keepLogs) { home in
            let server = try await ChaosServer(home: home.appending(path: "server").path)
            let run = try ChaosRun(options, server: server, home: home, worker: worker)
            let report = try await run.run { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
            try await server.stop()
            return report
        }
        print(report)
        if withoutFence {
            guard report.hasFoundDoublePublication else { throw ExitCode(1) }
        } else if !(report.violations + report.weaknesses + report.delays).isEmpty {
            throw ExitCode(1)
        }
    }
}
