internal import DecisionForests

extension LoadedModel {
    /// Predicts for each row.
    ///
    /// - Parameter columns: the columns that `inputColumns(from:)` named, in that order, all of the same length. NaN is
    ///   a missing value and goes where the tree sends it.
    /// - Throws: `ModelError` with code `wrongColumnCount`.
    public func predict(_ columns: [[Double]]) throws(ModelError) -> Predictions {
        let expected = featureCount ?? model.ensemble.testedFeatureCount
        guard columns.count == expected || (featureCount == nil && columns.count > expected) else {
            throw ModelError(.wrongColumnCount, "the model takes \(expected) columns, not \(columns.count)")
        }
        let rowCount = columns.first?.count ?? 0
        guard columns.allSatisfy({ $0.count == rowCount }) else {
            throw ModelError(.wrongColumnCount, "the columns to predict from differ in length")
        }
        if let forest {
            let features = FeatureMatrix(columns: columns)
            return switch classLabels {
            case nil: .values(forest.predict(features))
            case let labels?: Self.classes(forest.predictProbabilities(features), labels)
            }
        }
        let sums = model.ensemble.evaluate(columns, rowCount: rowCount)
        switch model.output {
        case .value: return .values(sums)
        case .classes(let labels): return Self.classes(sums, labels)
        case .secondClass(let labels):
            // The sum of both classes stands in the place that the weights name.
            let second = (0..<rowCount).map { row in sums[row * 2] + sums[row * 2 + 1] }
            return Self.classes(second.flatMap { [1 - $0, $0] }, labels)
        case .leafFractions(let fractions, let labels):
            let treeCount = model.ensemble.roots.count
            var probabilities: [Double] = []
            probabilities.reserveCapacity(rowCount * labels.count)
            for row in 0..<rowCount {
                let leaves = sums[(row * treeCount)..<((row + 1) * treeCount)]
                for label in 0..<labels.count {
                    let votes = leaves.reduce(0) { $0 + fractions[Int($1) * labels.count + label] }
                    probabilities.append(votes / Double(treeCount))
                }
            }
            return Self.classes(probabilities, labels)
        }
    }

    /// The class with the highest probability; the first of equals.
    private static func classes(_ probabilities: [Double], _ labels: ClassLabels) -> Predictions {
        let count = labels.count
        let winners = stride(from: 0, to: probabilities.count, by: count).map { start in
            (1..<max(1, count)).reduce(0) { probabilities[start + $1] > probabilities[start + $0] ? $1 : $0 }
        }
        return .classes(winners, probabilities: probabilities, labels: labels)
    }
}
