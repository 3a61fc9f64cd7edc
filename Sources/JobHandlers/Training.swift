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
    /// - Parameters:
    ///   - shards: trees that were grown before; what is missing of them is grown here.
    ///   - progress: gets the share of trees that are done.
    /// - Throws: `DataError`, `TrainingError`, `ArtifactError`, `CancellationError`.
    init(
        _ told: TrainForest,
        data: DataLoader,
        threadCount: Int?,
        shards: [GrownShard] = [],
        progress: @escaping @Sendable (Double) -> Void
    ) async throws {
        let rows = try await TrainingData(told, data: data)
        let trainer = rows.trainer(threadCount: threadCount)
        let trainingSet = try rows.trainingSet
        if shards.isEmpty {
            let treeCount = Double(told.hyperparameters.treeCount)
            forest = try await trainer.train(on: trainingSet) { progress(Double($0) / treeCount) }
        } else {
            let trees = try await shards.trees(for: trainer, on: trainingSet, digest: rows.loaded.digest)
            forest = try await trainer.assemble(trees, on: trainingSet)
        }
        testFeatures = rows.labelled.featureMatrix(rows: rows.split.test)
        testOutputs = try await ForestPredictor(forest).outputs(testFeatures, threadCount: threadCount)
        testWeights = rows.labelled.sampleWeights.map { weights in rows.split.test.map { weights[$0] } }
        self.told = told
        self.data = rows.loaded
        labelled = rows.labelled
        split = rows.split
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
