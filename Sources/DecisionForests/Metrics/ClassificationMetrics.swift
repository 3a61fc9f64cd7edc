/// How good predicted classes and their probabilities are, with scikit-learn's definitions.
public struct ClassificationMetrics: Sendable, Equatable {
    /// Precision, recall and F1 of one class; each 0 where it is undefined.
    public struct PerClass: Sendable, Equatable {
        /// The share of rows predicted to be of the class that are.
        public let precision: Double
        /// The share of rows of the class that are predicted to be.
        public let recall: Double
        /// The harmonic mean of precision and recall.
        public let f1: Double
        /// How many rows are of the class, whatever they weigh.
        public let support: Int
    }

    /// The share of rows whose class was predicted.
    public let accuracy: Double
    /// The mean recall over the classes that occur.
    public let balancedAccuracy: Double
    /// The mean negative natural logarithm of the true class's probability, which is kept 2⁻⁵² away from 0 and 1.
    public let logLoss: Double
    /// The area under the ROC curve: of class 1 if there are two, else the mean of each class against the rest, over
    /// the classes that occur. NaN if there is none to tell apart.
    public let rocAUC: Double
    public let perClass: [PerClass]
    /// `confusion[actual][predicted]`: how many rows, whatever they weigh.
    public let confusion: [[Int]]

    /// - Parameters:
    ///   - actual: The true classes, at least one.
    ///   - probabilities: `actual.count × classCount`, row-major. The predicted class is the first of the most probable.
    ///   - classCount: At least 2.
    ///   - weights: How much each row counts, at least 0 and not all 0; nil: every row counts 1.
    public init(actual: [Int32], probabilities: [Double], classCount: Int, weights: [Double]? = nil) {
        precondition(!actual.isEmpty && classCount >= 2 && probabilities.count == actual.count * classCount)
        precondition(weights.map { $0.count == actual.count } ?? true)
        let predicted = RandomForest.mostProbable(probabilities, classCount: classCount)
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        var weighted = [[Double]](repeating: [Double](repeating: 0, count: classCount), count: classCount)
        for (row, (actual, predicted)) in zip(actual, predicted).enumerated() {
            confusion[Int(actual)][Int(predicted)] += 1
            weighted[Int(actual)][Int(predicted)] += weights?[row] ?? 1
        }
        let total = weights?.reduce(0, +) ?? Double(actual.count)
        self.confusion = confusion
        perClass = (0..<classCount).map { Self.perClass($0, weighted, support: confusion[$0].reduce(0, +)) }
        let occurring = (0..<classCount).filter { weighted[$0].contains { $0 > 0 } }
        accuracy = (0..<classCount).reduce(0) { $0 + weighted[$1][$1] } / total
        balancedAccuracy = occurring.reduce(0) { [perClass] in $0 + perClass[$1].recall } / Double(occurring.count)
        logLoss = Self.logLoss(actual, probabilities, classCount, weights) / total
        rocAUC = Self.rocAUC(actual, probabilities, classCount, weights)
    }

    private static func perClass(_ index: Int, _ confusion: [[Double]], support: Int) -> PerClass {
        let actual = confusion[index].reduce(0, +)
        let predicted = confusion.reduce(0) { $0 + $1[index] }
        let hits = confusion[index][index]
        return PerClass(
            precision: predicted > 0 ? hits / predicted : 0,
            recall: actual > 0 ? hits / actual : 0,
            f1: predicted + actual > 0 ? 2 * hits / (predicted + actual) : 0,
            support: support
        )
    }

    /// The sum over the rows.
    private static func logLoss(
        _ actual: [Int32],
        _ probabilities: [Double],
        _ classCount: Int,
        _ weights: [Double]?
    ) -> Double {
        var sum = 0.0
        for (row, label) in actual.enumerated() {
            let probability = probabilities[row * classCount + Int(label)]
            sum -= naturalLogarithm(min(max(probability, .ulpOfOne), 1 - .ulpOfOne)) * (weights?[row] ?? 1)
        }
        return sum
    }

    private static func rocAUC(
        _ actual: [Int32],
        _ probabilities: [Double],
        _ classCount: Int,
        _ weights: [Double]?
    ) -> Double {
        let classes = classCount == 2 ? 1..<2 : 0..<classCount
        let areas = classes.compactMap { label in
            BinaryRanking(
                actual: actual,
                probabilities: probabilities,
                classCount: classCount,
                label: label,
                weights: weights
            )?.rocArea
        }
        return areas.isEmpty ? .nan : areas.reduce(0, +) / Double(areas.count)
    }
}
