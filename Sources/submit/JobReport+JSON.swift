internal import CommandSupport
internal import JobSubmission
internal import Jobs
internal import Tracking

extension JobReport {
    /// The object that `--json` prints for each job.
    var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .integer(status.id.rawValue)),
            .init("kind", .string(status.kind)),
            .init("state", .string(status.state.rawValue)),
            .init("run_id", .text(status.runID)),
            .init("metrics", .object(metrics.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })),
            .init(
                "model_version",
                modelVersion.map { ["name": .string($0.name), "version": .integer(Int64($0.version))] } ?? .null
            ),
            .init("error", .text(status.error)),
        ]
        if status.kind == PredictRows.kind {
            let values: [JSON] =
                switch predictions {
                case .numbers(let numbers): numbers.map(JSON.number)
                case .labels(let labels): labels.map(JSON.string)
                }
            members.append(.init("predictions", .array(values)))
        }
        return .object(members)
    }
}
