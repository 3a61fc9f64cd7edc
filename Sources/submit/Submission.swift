internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Jobs
internal import Postgres

/// What both subcommands do with a request: check and queue it, then follow its jobs and tell what came of them.
struct Submission {
    let database: DatabaseOptions
    let waiting: WaitOptions
    var output: OutputFile?

    /// - Parameter submit: Returns the jobs it queued; the last one stands for all.
    func run(_ submit: (SubmissionService) async throws -> [SubmittedJob]) async throws {
        let pool = try await database.open(program: "coppice submit", size: 2)
        // Not before: while a private PostgreSQL is set up, an interrupt ends this and that.
        let interrupts = waiting.wait ? Interrupts.stream() : nil
        let service = try SubmissionService(
            pool: pool,
            artifacts: ArtifactStore(pool: pool, root: try ArtifactRoot.fromEnvironment()),
            submitter: Submitter(user: NSUserName(), program: "submit")
        )
        let jobs = try await submit(service).map(\.id)
        guard let interrupts else {
            if waiting.json {
                try await print(reports(on: JobStore(pool: pool).status(of: jobs), pool: pool))
            } else {
                for job in jobs { Swift.print(job) }
            }
            return
        }
        let follower = InterruptibleFollower(pool: pool, limit: waiting.waitTimeout?.duration, isQuiet: waiting.json)
        let ended = try await follower.follow(jobs, interrupts: interrupts)
        let reports = try await reports(on: ended, pool: pool)
        if waiting.json { print(reports) }
        try tell(reports)
    }

    /// Prints what the jobs made, unless that was done as JSON.
    /// - Throws: exit code 1 if one of them did not succeed.
    private func tell(_ reports: [JobReport]) throws {
        let hasSucceeded = reports.allSatisfy { $0.status.state == .succeeded }
        if waiting.json {
            if hasSucceeded { return }
            throw ExitCode.failure
        }
        let whole = reports[reports.count - 1]
        if whole.status.kind == SumUpSweep.kind {
            let sweep = SweepText(reports)
            sweep.table.print(empty: "")
            if let summary = sweep.summary { Swift.print("\n" + summary) }
            if let failure = sweep.failure { throw CommandFailure(failure, exitCode: .failure) }
            return
        }
        let text = ReportText(whole)
        guard hasSucceeded else { throw CommandFailure(text.failure, exitCode: .failure) }
        if let output {
            try output.write(text.predictions + "\n")
        } else {
            Swift.print(text.success)
        }
    }

    private func reports(on statuses: [JobStatus], pool: PostgresPool) async throws -> [JobReport] {
        let reporter = JobReporter(pool: pool)
        var reports: [JobReport] = []
        for status in statuses {
            let limit = waiting.json ? JobReport.predictionLimit : .max
            reports.append(try await reporter.report(on: status, predictionLimit: limit))
        }
        return reports
    }

    private func print(_ reports: [JobReport]) {
        JSON.object([.init("jobs", .array(reports.map(\.json)))]).print()
    }
}
