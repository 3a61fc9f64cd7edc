internal import DataAccess
internal import Datasets
internal import DecisionForests
internal import Jobs

/// The rows that a train job is told to learn from, and those that are kept for testing.
struct TrainingData: Sendable {
    let told: TrainForest
    let loaded: LoadedData
    let labelled: LabelledTable
    let split: TrainTestSplit

    /// - Throws: `DataError`, `ArtifactError`.
    init(_ told: TrainForest, data: DataLoader) async throws {
        self.told = told
        loaded = try await data.load(told.data.source, textColumns: told.data.categorical?.textColumns ?? [])
        labelled = try LabelledTable(
            loaded.table,
            target: told.data.target,
            features: told.data.features,
            categorical: told.data.categorical,
            sampleWeight: told.data.sampleWeight,
            task: told.hyperparameters.task
        )
        split = try labelled.split(testSize: told.testSize, seed: told.splitSeed)
    }

    /// The rows to learn from.
    var trainingSet: TrainingSet {
        get throws { try labelled.trainingSet(rows: split.train) }
    }

    func trainer(threadCount: Int?) -> RandomForestTrainer {
        RandomForestTrainer(
            hyperparameters: told.hyperparameters,
            randomState: told.randomState,
            threadCount: threadCount,
            memoryLimit: ContainerMemory.limit
        )
    }
}
