public import Artifacts
public import DataAccess
internal import Datasets
internal import DecisionForests
public import Jobs
public import Plots

/// Trains a forest, measures it on the test rows, and publishes the run, its artifacts and the model.
public struct TrainForestHandler: JobHandler {
    public let kind = TrainForest.kind

    let data: DataLoader
    let artifacts: ArtifactStore
    let plots: GnuplotRenderer
    let threadCount: Int?

    /// - Parameter threadCount: for training; nil: as many as the machine has cores.
    public init(data: DataLoader, artifacts: ArtifactStore, plots: GnuplotRenderer, threadCount: Int?) {
        self.data = data
        self.artifacts = artifacts
        self.plots = plots
        self.threadCount = threadCount
    }

    public func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        let training = try await train(job, context: context)
        let evaluation = training.evaluation
        context.log(evaluation.summary)
        let model = try LoggedForest(training, job: job)
        let figures = try await evaluation.render(with: plots)
        let staged = try await artifacts.stage(figures + evaluation.files + model.artifacts)
        let publication = TrainPublication(
            job: job,
            training: training,
            metrics: evaluation.metrics,
            model: model,
            artifacts: staged
        )
        return JobResult { session in try publication.publish(in: session) }
    }

    private func train(_ job: ClaimedJob, context: JobContext) async throws -> Training {
        let told = try job.decodeSpec(TrainForest.self)
        return try await permanentDataErrors {
            context.log("training \(told.hyperparameters.treeCount) trees on \(told.data.source)")
            return try await Training(told, data: data, threadCount: threadCount) { context.report(progress: $0) }
        }
    }
}
