/// The tags that MLflow gives a meaning; the columns of a run follow them.
enum RunTag {
    static let name = "mlflow.runName"
    static let parent = "mlflow.parentRunId"
}
