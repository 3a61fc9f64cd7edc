internal import ArgumentParser
internal import CommandSupport
internal import FoundationEssentials
internal import Jobs
internal import Postgres

struct ShowJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one job: what it was told, its attempts, why it failed, its parts.",
        discussion: "Example: coppice jobs show 12"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The job's id.")
    var job: Job.ID

    func run() async throws {
        let store = JobStore(pool: try await database.open(program: "coppice jobs", size: 1))
        let summary = try await store.summary(of: job)
        let attempts = try await store.attempts(at: job)
        let parts = try await store.parts(of: job)
        let whole = try await store.whole(of: job)
        if output.json {
            json(summary, attempts, parts, whole).print()
        } else {
            printText(summary, attempts, parts, whole)
        }
    }

    private func printText(_ job: JobSummary, _ attempts: [AttemptSummary], _ parts: [JobStatus], _ whole: Job.ID?) {
        var details = DetailList()
        details.add("job", job.id.description)
        details.add("kind", job.kind)
        details.add("state", job.stateText)
        details.add("error", job.error)
        details.add("queue", "\(job.queue), priority \(job.priority)")
        details.add("submitted", "\(HumanReadable.timestamp(job.submittedAt)) by \(job.submittedBy)")
        details.add("waited", HumanReadable.duration(job.waited))
        details.add("ran", job.ran.map(HumanReadable.duration))
        details.add("failures", "\(job.failures) of \(job.maxAttempts)")
        details.add("losses", job.losses > 0 ? String(job.losses) : nil)
        details.add("experiment", job.experiment)
        details.add("run", job.runID.map { "\($0)" + (job.runName.map { " (\($0))" } ?? "") })
        details.add("key", job.uniqueKey)
        details.add("part of", whole.map { "job \($0)" })
        details.add("parts", parts.isEmpty ? nil : partsText(parts))
        details.add("told", job.spec.text)
        details.print()
        guard !attempts.isEmpty else { return }
        print()
        var table = TextTable([
            .init("attempt", .right), .init("outcome"), .init("started"), .init("ran", .right), .init("worker"),
            .init("run"),
            .init("error", shrinks: true),
        ])
        for attempt in attempts {
            let ran = attempt.endedAt.map { Duration.seconds($0.timeIntervalSince(attempt.startedAt)) }
            table.add([
                String(attempt.attempt), attempt.outcome?.rawValue ?? "running",
                HumanReadable.timestamp(attempt.startedAt),
                ran.map(HumanReadable.duration), attempt.worker, attempt.runID, attempt.error ?? "",
            ])
        }
        table.print(empty: "")
    }

    /// `9 jobs, 3 to 11: 7 succeeded, 2 running`.
    private func partsText(_ parts: [JobStatus]) -> String {
        let counts = JobState.allCases.compactMap { state in
            let count = parts.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        return "\(parts.count) jobs, \(parts[0].id) to \(parts[parts.count - 1].id): \(counts.joined(separator: ", "))"
    }

    private func json(_ job: JobSummary, _ attempts: [AttemptSummary], _ parts: [JobStatus], _ whole: Job.ID?) -> JSON {
        [
            "job": job.json,
            "attempts": .array(
                attempts.map { attempt in
                    [
                        "attempt": .int(attempt.attempt),
                        "outcome": .text(attempt.outcome?.rawValue),
                        "worker": .text(attempt.worker),
                        "started_at": .date(attempt.startedAt),
                        "ended_at": .date(attempt.endedAt),
                        "run_id": .text(attempt.runID),
                        "error": .text(attempt.error),
                    ]
                }
            ),
            "parts": .array(parts.map { .int($0.id.rawValue) }),
            "part_of": .int(whole?.rawValue),
        ]
    }
}
