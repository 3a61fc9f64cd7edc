internal import Tracking

extension LoggedModel {
    /// Where its files are, as clients see it.
    var location: String { artifactLocation ?? "mlflow-artifacts:/\(experiment)/models/\(id)/artifacts" }

    /// MLflow's `LoggedModel`.
    func write(_ model: inout JSONWriter) {
        model.object("info") { info in
            info.member("model_id", id.rawValue)
            info.member("experiment_id", experiment.description)
            info.member("name", name)
            info.member("creation_timestamp_ms", createdAt.milliseconds)
            info.member("last_updated_timestamp_ms", updatedAt.milliseconds)
            info.member("artifact_uri", location)
            info.member("status", status.wireName)
            info.member("model_type", modelType ?? "")
            info.member("source_run_id", run?.rawValue ?? "")
            info.member("status_message", statusMessage)
            info.pairs("tags", tags)
        }
        model.object("data") { data in
            data.pairs("params", params)
            data.array("metrics", metrics) { writer, measured in
                writer.object { metric in
                    metric.member("key", measured.metric.key)
                    metric.member("value", measured.metric.value)
                    metric.member("timestamp", measured.metric.timestamp.milliseconds)
                    metric.member("step", measured.metric.step)
                    metric.member("dataset_name", measured.datasetName)
                    metric.member("dataset_digest", measured.datasetDigest)
                    metric.member("model_id", id.rawValue)
                    metric.member("run_id", measured.run.rawValue)
                }
            }
        }
    }
}
