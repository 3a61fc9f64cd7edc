extension RandomForest {
    /// Predicts a number per row; for a classification the most probable class, the first one of equals.
    public func predict(_ features: FeatureMatrix) -> [Double] {
        let outputs = averagedOutputs(features)
        switch task {
        case .regression: return outputs
        case .classification: return Self.mostProbable(outputs, classCount: outputCount).map(Double.init)
        }
    }

    /// Predicts `rowCount × classCount` probabilities, row-major: the mean of the trees' class fractions.
    public func predictProbabilities(_ features: FeatureMatrix) -> [Double] {
        precondition(task == .classification, "only a classification has class probabilities")
        return averagedOutputs(features)
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

    private func averagedOutputs(_ features: FeatureMatrix) -> [Double] {
        precondition(features.featureCount == featureCount, "the forest was trained on \(featureCount) features")
        var sums = [Double](repeating: 0, count: features.rowCount * outputCount)
        for tree in trees {
            for row in 0..<features.rowCount {
                let leaf = tree.leaf(of: row, in: features)
                for output in 0..<outputCount {
                    sums[row * outputCount + output] += tree.value[leaf * outputCount + output]
                }
            }
        }
        return sums.map { $0 / Double(trees.count) }
    }
}
