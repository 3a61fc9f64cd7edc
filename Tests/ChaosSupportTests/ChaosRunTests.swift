import ChaosSupport
import Foundation
import Testing

@Suite("Jobs among faults", .serialized, .timeLimit(.minutes(10)))
struct ChaosRunTests {
    /// The products are beside the bundle of the tests.
    private static let worker = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "worker")

    private func run(_ options: ChaosOptions) async throws -> ChaosReport {
        try await ChaosHome.with { home in
            let server = try await ChaosServer(home: home.appending(path: "server").path)
            let report = try await ChaosRun(options, server: server, home: home, worker: Self.worker).run()
            try await server.stop()
            return report
        }
    }

    @Test("Whatever happens to workers, server and network, no job is lost and none is published twice")
    func shortForm() async throws {
        let report = try await run(.short)
        print(report)
        #expect(report.violations == [])
        #expect(report.weaknesses == [])
    }

    @Test("Without the fence, a job is published twice, and the checks find it")
    func control() async throws {
        var options = ChaosOptions(jobs: 40, workers: 3, faults: 3, seed: 2)
        options.kinds = [.sleepBeforeFence]
        options.isFenceOff = true
        let report = try await run(options)
        #expect(report.hasFoundDoublePublication, "\(report)")
    }
}
