internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What was logged to a run.
struct LoggedParts {
    var params: [String: String] = [:]
    var tags: [String: String] = [:]
    var metrics: [String: Metric] = [:]
    var inputs: [RunInput] = []
    var modelInputs: [LoggedModel.ID] = []
    var outputs: [RunOutput] = []

    init() {}

    /// From a row that holds all of it, in arrays.
    init(_ row: Row) throws {
        params = try row.dictionary("param_keys", "param_values")
        tags = try row.dictionary("tag_keys", "tag_values")
        if let keys = try row.decode([String]?.self, "metric_keys") {
            let values = try row.decode([Double].self, "metric_values")
            let steps = try row.decode([Int64].self, "metric_steps")
            let times = try row.decode([Date].self, "metric_times")
            metrics.reserveCapacity(keys.count)
            for index in keys.indices {
                let metric = Metric(key: keys[index], value: values[index], step: steps[index], timestamp: times[index])
                metrics[metric.key] = metric
            }
        }
        try add(row)
    }

    /// Adds the inputs and outputs that a row holds.
    mutating func add(_ row: Row) throws {
        inputs = try row.jsonOrNil("inputs").map { try $0.decode([LoggedInput].self).map(\.input) } ?? []
        modelInputs = try (row.decode([String]?.self, "model_inputs") ?? []).map(LoggedModel.ID.init(rawValue:))
        if let models = try row.decode([String]?.self, "output_models") {
            outputs = zip(models, try row.decode([Int64].self, "output_steps")).map { model, step in
                RunOutput(model: LoggedModel.ID(rawValue: model), step: step)
            }
        }
    }
}

extension Run {
    /// From a row with the columns of a run, its experiment's name and its parent's id.
    init(_ row: Row, _ logged: LoggedParts) throws {
        self.init(
            number: Number(rawValue: try row.int64("run_no")),
            id: ID(rawValue: try row.string("run_id")),
            experiment: Experiment.ID(rawValue: try row.int64("experiment_id")),
            experimentName: try row.string("experiment_name"),
            name: try row.string("name"),
            status: try row.label("status"),
            stage: try row.label("lifecycle_stage"),
            user: try row.string("user_id"),
            startedAt: try row.dateOrNil("started_at"),
            endedAt: try row.dateOrNil("ended_at"),
            deletedAt: try row.dateOrNil("deleted_at"),
            artifactURI: try row.stringOrNil("artifact_uri"),
            parent: try row.stringOrNil("parent_run_id").map(ID.init(rawValue:)),
            job: try row.int64OrNil("job_id"),
            attempt: try row.intOrNil("attempt"),
            params: logged.params,
            metrics: logged.metrics,
            tags: logged.tags,
            inputs: logged.inputs,
            modelInputs: logged.modelInputs,
            outputs: logged.outputs
        )
    }
}

/// An input as a statement gathers it.
private struct LoggedInput: Decodable {
    let name, digest, sourceType, source: String
    let schema, profile: String?
    let tags: [String: String]

    var input: RunInput {
        RunInput(
            dataset: DatasetInfo(
                name: name,
                digest: digest,
                sourceType: sourceType,
                source: source,
                schema: schema,
                profile: profile
            ),
            tags: tags
        )
    }
}
