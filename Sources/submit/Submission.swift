internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Jobs
internal import Postgres

/// What both subcommands do with a request: check and queue it, then follow the job and tell what came of it.
struct Submission {
    let database: DatabaseOptions
    let waiting: WaitOptions
    var output: OutputFile?

    func run(_ submit: (SubmissionService) async throws -> SubmittedJob) async throws {
        let interrupts = waiting.wait ? Interrupts.stream() : nil
        let pool = try await database.open(program: "coppice submit", size: 2)
        let service = try SubmissionService(
            pool: pool,
            artifacts: ArtifactStore(pool: pool, root: try ArtifactRoot.fromEnvironment()),
            submitter: Submitter(user: NSUserName(), program: "submit")
        )
        let job = try await submit(service)
        guard let interrupts else {
            if waiting.json {
                let status = try await JobStore(pool: pool).status(of: [job.id])
                try await print([JobReporter(pool: pool).report(on: status[0])])
            } else {
                Swift.print(job.id)
            }
            return
        }
        let follower = InterruptibleFollower(pool: pool, limit: waiting.waitTimeout?.duration, isQuiet: waiting.json)
        let status = try await follower.follow(job.id, interrupts: interrupts)
        let report = try await JobReporter(pool: pool).report(
            on: status,
            predictionLimit: waiting.json ? JobReport.predictionLimit : .max
        )
        if waiting.json { print([report]) }
        guard status.state == .succeeded else {
            if waiting.json { throw ExitCode.failure }
            throw CommandFailure(ReportText(report).failure, exitCode: .failure)
        }
        if let output {
            try output.write(ReportText(report).predictions + "\n")
        } else if !waiting.json {
            Swift.print(ReportText(report).success)
        }
    }

    private func print(_ reports: [JobReport]) {
        JSON.object([.init("jobs", .array(reports.map(\.json)))]).print()
    }
}
