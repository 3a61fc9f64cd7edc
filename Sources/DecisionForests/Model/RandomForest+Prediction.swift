extension RandomForest {
    /// Predicts a number per row; for a classification the most probable class, the first one of equals.
    ///
    /// Lays the forest out first; keep a `ForestPredictor` to predict often.
    public func predict(_ features: FeatureMatrix) -> [Double] {
        ForestPredictor(self).predict(features)
    }

    /// Predicts `rowCount × classCount` probabilities, row-major: the mean of the trees' class fractions.
    public func predictProbabilities(_ features: FeatureMatrix) -> [Double] {
        precondition(task == .classification, "only a classification has class probabilities")
        return ForestPredictor(self).averagedOutputs(features)
    }

    /// The index of the largest of each `classCount` values; the first one of equals.
    static func mostProbable(_ probabilities: [Double], classCount: Int) -> [Int32] {
        stride(from: 0, to: probabilities.count, by: classCount).map { start in
            var best = 0
            for index in 1..<classCount where probabilities[start + index] > probabilities[start + best] {
                best = index
            }
            return Int32(best)
        }
    }
}
