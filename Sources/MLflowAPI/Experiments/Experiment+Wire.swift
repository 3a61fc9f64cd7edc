internal import Tracking

extension Experiment {
    /// Where the artifacts of its runs are, as clients see it.
    var location: String { artifactLocation ?? "mlflow-artifacts:/\(id)" }

    /// MLflow's `Experiment`.
    func write(_ experiment: inout JSONWriter) {
        experiment.member("experiment_id", id.description)
        experiment.member("name", name)
        experiment.member("artifact_location", location)
        experiment.member("lifecycle_stage", stage.rawValue)
        experiment.member("last_update_time", updatedAt.milliseconds)
        experiment.member("creation_time", createdAt.milliseconds)
        experiment.pairs("tags", tags)
        experiment.member("workspace", "default")
    }
}

extension Experiment.ID {
    /// Reads an id as a client wrote it; empty is the experiment `Default`. Throws `MLflowError`.
    init(wire text: String) throws(MLflowError) {
        if text.isEmpty {
            self = .default
        } else if let id = Self(text) {
            self = id
        } else if Int64(text) != nil {
            throw MLflowError(.resourceDoesNotExist, "No Experiment with id=\(text) exists")
        } else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid experiment ID '\(text)'. Experiment ID must be a valid integer."
            )
        }
    }
}

extension MLflowError {
    static func noExperiment(_ id: Experiment.ID) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "No Experiment with id=\(id) exists")
    }
}
