internal import ArgumentParser
internal import CommandSupport
internal import Jobs
internal import Tracking

struct RunCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List, inspect, compare, reproduce, delete, restore and remove runs.",
        subcommands: [
            ListRuns.self, ShowRun.self, CompareRuns.self, ReproduceRun.self, DeleteRuns.self, RestoreRuns.self,
            CollectRuns.self,
        ]
    )
}

extension Run {
    /// Enough digits to name it in the next command, and few enough for a table.
    var shortID: String { String(id.rawValue.prefix(8)) }

    /// How it ended, and whether it was deleted.
    var statusText: String { stage == .deleted ? "\(status.rawValue) (deleted)" : status.rawValue }

    /// Those that are asked for first, then what says most of a training, then by name.
    func metricsText(first names: [String] = []) -> String {
        let places = Dictionary(zip(names + TrainForest.metricNames, 0...)) { first, _ in first }
        return metrics.values.sorted { (places[$0.key] ?? .max, $0.key) < (places[$1.key] ?? .max, $1.key) }
            .map { "\($0.key) \(HumanReadable.number($0.value))" }
            .joined(separator: ", ")
    }

    var json: JSON {
        [
            "run_id": .string(id.rawValue),
            "experiment": .string(experimentName),
            "run_name": .string(name),
            "status": .string(status.rawValue),
            "lifecycle_stage": .string(stage.rawValue),
            "user": .string(user),
            "started_at": .date(startedAt),
            "ended_at": .date(endedAt),
            "duration": .double(duration),
            "parent_run_id": .text(parent?.rawValue),
            "job_id": .int(job),
            "attempt": .int(attempt),
            "params": .dictionary(params.mapValues(JSON.string)),
            "metrics": .dictionary(metrics.mapValues { .number($0.value) }),
            "tags": .dictionary(tags.mapValues(JSON.string)),
        ]
    }
}

extension JSON {
    /// In the order of the keys.
    static func dictionary(_ values: [String: JSON]) -> JSON {
        .object(values.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
    }
}
