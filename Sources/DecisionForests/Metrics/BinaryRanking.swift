/// Rows ranked by how probable one class is, for the curves that compare it with the rest.
public struct BinaryRanking: Sendable, Equatable {
    /// What rows count when all at least as probable as `threshold` are taken to be of the class.
    public struct Point: Sendable, Equatable {
        public let threshold: Double
        public let truePositives: Double
        public let falsePositives: Double
    }

    /// From the most probable rows to all rows; one point per distinct probability.
    public let points: [Point]
    /// What all rows of the class count.
    public let positives: Double
    /// What all others count.
    public let negatives: Double

    /// nil if the class does not occur or no other does. O(n log n)
    ///
    /// - Parameters:
    ///   - probabilities: `actual.count × classCount`, row-major.
    ///   - label: The class that counts as positive.
    ///   - weights: How much each row counts; those that count 0 are left out. nil: every row counts 1.
    public init?(
        actual: [Int32],
        probabilities: [Double],
        classCount: Int,
        label: Int,
        weights: [Double]? = nil
    ) {
        let rows = actual.indices.filter { weights == nil || weights![$0] > 0 }.sorted {
            probabilities[$0 * classCount + label] > probabilities[$1 * classCount + label]
        }
        var points: [Point] = []
        var truePositives = 0.0
        var falsePositives = 0.0
        for (index, row) in rows.enumerated() {
            let weight = weights?[row] ?? 1
            if Int(actual[row]) == label { truePositives += weight } else { falsePositives += weight }
            let threshold = probabilities[row * classCount + label]
            let isLastOfEquals =
                index + 1 == rows.count || probabilities[rows[index + 1] * classCount + label] != threshold
            if isLastOfEquals {
                points.append(
                    Point(threshold: threshold, truePositives: truePositives, falsePositives: falsePositives)
                )
            }
        }
        guard truePositives > 0, falsePositives > 0 else { return nil }
        positives = truePositives
        negatives = falsePositives
        self.points = points
    }

    /// False and true positive rates, from (0, 0) to (1, 1).
    public var rocCurve: [(falsePositiveRate: Double, truePositiveRate: Double)] {
        [(0, 0)]
            + points.map { ($0.falsePositives / negatives, $0.truePositives / positives) }
    }

    /// The area under the ROC curve by the trapezoidal rule.
    public var rocArea: Double {
        let curve = rocCurve
        return zip(curve, curve.dropFirst()).reduce(0) { area, step in
            area + (step.1.falsePositiveRate - step.0.falsePositiveRate)
                * (step.1.truePositiveRate + step.0.truePositiveRate) / 2
        }
    }

    /// Recall and precision, from the most probable rows to all rows. Begins with recall 0 and precision 1, as
    /// scikit-learn's curve ends, where no row is taken to be of the class.
    public var precisionRecallCurve: [(recall: Double, precision: Double)] {
        [(0, 1)]
            + points.map { ($0.truePositives / positives, $0.truePositives / ($0.truePositives + $0.falsePositives)) }
    }
}
