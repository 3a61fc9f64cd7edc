extension ForestPredictor {
    /// So many rows take less than a tenth of a second, through a hundred deep trees too.
    private static let chunk = 2048

    private static func chunks(_ rowCount: Int) -> Int { (rowCount + chunk - 1) / chunk }

    private func chunk(_ index: Int, of features: FeatureMatrix) -> [Double] {
        let start = index * Self.chunk
        return averagedOutputs(features, rows: start..<min(features.rowCount, start + Self.chunk))
    }

    /// `rowCount × outputCount` numbers, row-major: the predictions of a regression, the probabilities of the classes.
    ///
    /// - Parameter threadCount: nil: as many as the machine has cores.
    /// - Throws: `CancellationError` soon after the task is cancelled.
    public func outputs(_ features: FeatureMatrix, threadCount: Int?) async throws -> [Double] {
        try await TrainingThreads.map(
            0..<Self.chunks(features.rowCount),
            threadCount: max(1, threadCount ?? TrainingThreads.coreCount)
        ) { chunk($0, of: features) }.flatMap { $0 }
    }

    /// R² of a regression, accuracy of a classification.
    ///
    /// - Parameter weights: How much each row counts; nil: every row counts 1.
    /// - Throws: `CancellationError` soon after the task is cancelled.
    public func score(
        _ features: FeatureMatrix,
        _ target: Target,
        weights: [Double]? = nil
    ) throws(CancellationError) -> Double {
        var outputs: [Double] = []
        outputs.reserveCapacity(features.rowCount * outputCount)
        for index in 0..<Self.chunks(features.rowCount) {
            if Task.isCancelled { throw CancellationError() }
            outputs += chunk(index, of: features)
        }
        return score(outputs: outputs, target, weights: weights)
    }

    /// The score of outputs that are there already.
    ///
    /// - Parameter outputs: `rowCount × outputCount`, row-major.
    func score(outputs: [Double], _ target: Target, weights: [Double]?) -> Double {
        switch target {
        case .values(let values):
            return RegressionMetrics(actual: values, predicted: outputs, weights: weights).r2
        case .classes(let classes, _):
            let predicted = RandomForest.mostProbable(outputs, classCount: outputCount)
            let hits = classes.indices.filter { classes[$0] == predicted[$0] }
            guard let weights else { return Double(hits.count) / Double(classes.count) }
            return hits.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
        }
    }
}
