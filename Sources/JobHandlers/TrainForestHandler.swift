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
            let loaded = try await data.load(told.data.source)
            let labelled = try LabelledTable(
                loaded.table,
                target: told.data.target,
                features: told.data.features,
                task: told.hyperparameters.task
            )
            let split = try TrainTestSplit(rowCount: labelled.rowCount, testSize: told.testSize, seed: told.splitSeed)
            let features = labelled.featureMatrix
            let trainingSet = try TrainingSet(
                features: features.rows(split.train),
                target: labelled.target.rows(split.train)
            )
            context.log(
                "training \(told.hyperparameters.treeCount) trees on \(split.train.count) rows × "
                    + "\(features.featureCount) features of \(loaded.name)"
            )
            let trainer = RandomForestTrainer(
                hyperparameters: told.hyperparameters,
                randomState: told.randomState,
                threadCount: threadCount
            )
            let treeCount = Double(told.hyperparameters.treeCount)
            let forest = try await trainer.train(on: trainingSet) { context.report(progress: Double($0) / treeCount) }
            return Training(
                told: told,
                data: loaded,
                labelled: labelled,
                split: split,
                testFeatures: features.rows(split.test),
                forest: forest
            )
        }
    }
}

extension Target {
    /// The rows at `indices`, in that order.
    func rows(_ indices: [Int]) -> Target {
        switch self {
        case .values(let values): .values(indices.map { values[$0] })
        case .classes(let classes, let count): .classes(indices.map { classes[$0] }, count: count)
        }
    }
}
