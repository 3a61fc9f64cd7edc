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
    let shardStore: ShardStore?

    /// - Parameters:
    ///   - threadCount: for training; nil: as many as the machine has cores.
    ///   - shards: where the parts of a job leave their trees; nil: all trees are grown here.
    public init(
        data: DataLoader,
        artifacts: ArtifactStore,
        plots: GnuplotRenderer,
        threadCount: Int?,
        shards: ShardStore? = nil
    ) {
        self.data = data
        self.artifacts = artifacts
        self.plots = plots
        self.threadCount = threadCount
        shardStore = shards
    }

    public func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        try await withPermanentFailures {
            let publication = try await work(on: job, context: context)
            return JobResult { session in try withPermanentRefusals(in: session) { try publication.publish(in: $0) } }
        }
    }

    private func work(on job: ClaimedJob, context: JobContext) async throws -> TrainPublication {
        let told = try job.decodeSpec(TrainForest.self)
        let shards = try await shardStore?.shards(of: job.id, told) ?? []
        context.log(
            shards.isEmpty
                ? "training \(told.hyperparameters.treeCount) trees on \(told.data.source)"
                : "putting together the trees of \(shards.count) shards"
        )
        let training = try await Training(told, data: data, threadCount: threadCount, shards: shards) {
            context.report(progress: $0)
        }
        let evaluation = training.evaluation
        context.log(evaluation.summary)
        let model = try LoggedForest(training, job: job)
        let importances = try await FeatureImportances(training, threadCount: threadCount)
        let figures = try await evaluation.render(importances, with: plots)
        let staged = try await artifacts.stage(figures + evaluation.files(importances) + model.artifacts)
        return TrainPublication(
            job: job,
            training: training,
            metrics: evaluation.metrics,
            model: model,
            artifacts: staged,
            shardJobs: shards.map(\.job)
        )
    }
}
