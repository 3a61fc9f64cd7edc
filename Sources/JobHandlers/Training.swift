internal import DataAccess
internal import Datasets
internal import DecisionForests
internal import Jobs

/// A trained forest, and all that is needed to measure it.
struct Training: Sendable {
    let told: TrainForest
    let data: LoadedData
    let labelled: LabelledTable
    let split: TrainTestSplit
    /// The rows kept for testing, in the order of `split.test`.
    let testFeatures: FeatureMatrix
    /// How much each of them counts; nil: every row counts 1.
    let testWeights: [Double]?
    let forest: RandomForest
    /// What the forest makes of the test rows: predictions, or a probability for each class, row by row.
    let testOutputs: [Double]

    /// Reads the data, splits it and trains. A function of what was told and of the data alone.
    ///
    /// - Parameter progress: gets the share of trees that are done.
    /// - Throws: `DataError`, `TrainingError`, `ArtifactError`, `CancellationError`.
    init(
        _ told: TrainForest,
        data: DataLoader,
        threadCount: Int?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws {
        let loaded = try await data.load(told.data.source)
        let labelled = try LabelledTable(
            loaded.table,
            target: told.data.target,
            features: told.data.features,
            sampleWeight: told.data.sampleWeight,
            task: told.hyperparameters.task
        )
        let split = try labelled.split(testSize: told.testSize, seed: told.splitSeed)
        let trainer = RandomForestTrainer(
            hyperparameters: told.hyperparameters,
            randomState: told.randomState,
            threadCount: threadCount,
            memoryLimit: ContainerMemory.limit
        )
        let treeCount = Double(told.hyperparameters.treeCount)
        forest = try await trainer.train(
            on: try labelled.trainingSet(rows: split.train)
        ) { progress(Double($0) / treeCount) }
        testFeatures = labelled.featureMatrix(rows: split.test)
        testOutputs = try await ForestPredictor(forest).outputs(testFeatures, threadCount: threadCount)
        testWeights = labelled.sampleWeights.map { weights in split.test.map { weights[$0] } }
        self.told = told
        self.data = loaded
        self.labelled = labelled
        self.split = split
    }

    /// The forest, measured on the test rows.
    var evaluation: any Evaluation {
        switch labelled.target {
        case .values(let values): RegressionEvaluation(self, values: values)
        case .classes(let classes, let count):
            ClassificationEvaluation(
                self,
                classes: classes,
                labels: labelled.classLabels ?? (0..<count).map { String($0) }
            )
        }
    }
}
