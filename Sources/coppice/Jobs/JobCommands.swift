internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Postgres

struct JobCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List, inspect, cancel, retry and prune jobs.",
        subcommands: [
            ListJobs.self, ShowJob.self, ShowJobLog.self, CancelJobs.self, RetryJobs.self, SetPriority.self,
            PruneJobs.self, KeepJobs.self,
        ]
    )
}

extension JobSummary {
    /// `running 62 %`, `scheduled in 3 min`: the state and what a person wants to know with it.
    var stateText: String {
        switch state {
        case .running: progress.map { "running \(Int($0 * 100)) %" } ?? "running"
        case .scheduled: scheduledAt.map { "scheduled \(HumanReadable.relative($0))" } ?? "scheduled"
        default: state.rawValue
        }
    }

    var json: JSON {
        [
            "id": .int(id.rawValue),
            "kind": .string(kind),
            "state": .string(state.rawValue),
            "queue": .string(queue),
            "priority": .int(priority),
            "attempt": .int(attempt),
            "max_attempts": .int(maxAttempts),
            "failures": .int(failures),
            "losses": .int(losses),
            "progress": .double(progress),
            "worker": .text(worker),
            "run_id": .text(runID),
            "run_name": .text(runName),
            "experiment": .text(experiment),
            "unique_key": .text(uniqueKey),
            "submitted_by": .string(submittedBy),
            "submitted_at": .date(submittedAt),
            "scheduled_at": .date(scheduledAt),
            "started_at": .date(startedAt),
            "finished_at": .date(finishedAt),
            "waited": .seconds(waited),
            "ran": .seconds(ran),
            "error": .text(error),
            "spec": .raw(spec.text),
        ]
    }
}
