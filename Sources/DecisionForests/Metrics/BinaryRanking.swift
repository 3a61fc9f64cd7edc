/// Rows ranked by how probable one class is, for the curves that compare it with the rest.
public struct BinaryRanking: Sendable, Equatable {
    /// The counts when all rows at least as probable as `threshold` are taken to be of the class.
    public struct Point: Sendable, Equatable {
        public let threshold: Double
        public let truePositives: Int
        public let falsePositives: Int
    }

    /// From the most probable rows to all rows; one point per distinct probability.
    public let points: [Point]
    public let positives: Int
    public let negatives: Int

    /// nil if the class does not occur or no other does. O(n log n)
    ///
    /// - Parameters:
    ///   - probabilities: `actual.count × classCount`, row-major.
    ///   - label: The class that counts as positive.
    public init?(actual: [Int32], probabilities: [Double], classCount: Int, label: Int) {
        let rows = actual.indices.sorted {
            probabilities[$0 * classCount + label] > probabilities[$1 * classCount + label]
        }
        positives = actual.count { Int($0) == label }
        negatives = actual.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        var points: [Point] = []
        var truePositives = 0
        for (index, row) in rows.enumerated() {
            if Int(actual[row]) == label { truePositives += 1 }
            let threshold = probabilities[row * classCount + label]
            let isLastOfEquals =
                index + 1 == rows.count || probabilities[rows[index + 1] * classCount + label] != threshold
            if isLastOfEquals {
                let falsePositives = index + 1 - truePositives
                points.append(
                    Point(threshold: threshold, truePositives: truePositives, falsePositives: falsePositives)
                )
            }
        }
        self.points = points
    }

    /// False and true positive rates, from (0, 0) to (1, 1).
    public var rocCurve: [(falsePositiveRate: Double, truePositiveRate: Double)] {
        [(0, 0)]
            + points.map {
                (Double($0.falsePositives) / Double(negatives), Double($0.truePositives) / Double(positives))
            }
    }

    /// The area under the ROC curve by the trapezoidal rule.
    public var rocArea: Double {
        let curve = rocCurve
        return zip(curve, curve.dropFirst()).reduce(0) { area, step in
            area + (step.1.falsePositiveRate - step.0.falsePositiveRate)
                * (step.1.truePositiveRate + step.0.truePositiveRate) / 2
        }
    }

    /// Recall and precision, from the most probable rows to all rows.
    public var precisionRecallCurve: [(recall: Double, precision: Double)] {
        points.map {
            (
                Double($0.truePositives) / Double(positives),
                Double($0.truePositives) / Double($0.truePositives + $0.falsePositives)
            )
        }
    }
}
