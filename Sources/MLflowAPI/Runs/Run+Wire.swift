internal import Tracking

extension Run {
    /// MLflow's `Run`.
    /// - Parameter hasOutputs: Whether MLflow says what the run made, even if that is nothing.
    func write(_ run: inout JSONWriter, hasOutputs: Bool = true) {
        run.object("info", writeInfo)
        run.object("data") { data in
            data.array("metrics", metrics.values.sorted { $0.key < $1.key }) { $1.write(&$0) }
            data.pairs("params", params)
            data.pairs("tags", tags)
        }
        run.object("inputs") { writer in
            writer.array("dataset_inputs", inputs) { $1.write(&$0) }
            writer.array("model_inputs", modelInputs) { writer, model in
                writer.object { $0.member("model_id", model.rawValue) }
            }
        }
        guard hasOutputs else { return }
        run.object("outputs") { writer in
            writer.array("model_outputs", outputs) { writer, output in
                writer.object {
                    $0.member("model_id", output.model.rawValue)
                    $0.member("step", output.step)
                }
            }
        }
    }

    /// MLflow's `RunInfo`.
    func writeInfo(_ info: inout JSONWriter) {
        info.member("run_uuid", id.rawValue)
        info.member("experiment_id", experiment.description)
        info.member("run_name", name)
        info.member("user_id", user)
        info.member("status", status.rawValue)
        info.member("start_time", startedAt?.milliseconds ?? 0)
        info.member("end_time", endedAt?.milliseconds)
        info.member("artifact_uri", location)
        info.member("lifecycle_stage", stage.rawValue)
        info.member("run_id", id.rawValue)
    }

    /// Where its artifacts are, as clients see it.
    var location: String { artifactURI ?? "mlflow-artifacts:/\(experiment)/\(id)/artifacts" }
}

extension Metric {
    /// MLflow's `Metric`.
    func write(_ writer: inout JSONWriter, run: Run.ID? = nil) {
        writer.object { metric in
            metric.member("key", key)
            metric.member("value", value)
            metric.member("timestamp", timestamp.milliseconds)
            metric.member("step", step)
            metric.member("run_id", run?.rawValue)
        }
    }
}

extension RunInput {
    /// MLflow's `DatasetInput`.
    func write(_ writer: inout JSONWriter) {
        writer.object { input in
            input.pairs("tags", tags)
            input.object("dataset") { writer in
                writer.member("name", dataset.name)
                writer.member("digest", dataset.digest)
                writer.member("source_type", dataset.sourceType)
                writer.member("source", dataset.source)
                writer.member("schema", dataset.schema.flatMap { $0.isEmpty ? nil : $0 })
                writer.member("profile", dataset.profile.flatMap { $0.isEmpty ? nil : $0 })
            }
        }
    }

    /// Reads MLflow's `DatasetInput`.
    init(_ message: Message) {
        let dataset = message.message("dataset") ?? Message(Self.datasetShape)
        self.init(
            dataset: DatasetInfo(
                name: dataset.text("name"),
                digest: dataset.text("digest"),
                sourceType: dataset.text("source_type"),
                source: dataset.text("source"),
                schema: dataset.string("schema"),
                profile: dataset.string("profile")
            ),
            tags: message.pairs("tags")
        )
    }

    static let datasetShape = Shape([
        .string("name"), .string("digest"), .string("source_type"), .string("source"), .string("schema"),
        .string("profile"),
    ])
    static let shape = Shape([.messages("tags", .pair), .message("dataset", datasetShape)])
}
