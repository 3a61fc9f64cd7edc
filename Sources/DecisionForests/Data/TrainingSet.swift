/// Features, targets and optional weights that fit together and can be trained on. One that exists is valid.
public struct TrainingSet: Sendable {
    public let features: FeatureMatrix
    public let target: Target
    /// How much each row counts, at least 0; nil: every row counts 1.
    public let sampleWeights: [Double]?

    /// Checks everything that does not depend on hyperparameters.
    ///
    /// - Throws: `TrainingError` with code `.invalidData` for an empty table, lengths that differ, infinite features
    ///   (also a `Double` beyond the range of `Float`), targets that are missing or infinite, classes outside
    ///   `0..<count`, a single class, and weights that are negative, not finite, all zero or infinite
    ///   in sum.
    public init(features: FeatureMatrix, target: Target, sampleWeights: [Double]? = nil) throws(TrainingError) {
        guard features.rowCount > 0, features.featureCount > 0 else {
            throw TrainingError(
                .invalidData,
                "the training data have no rows or no features; give at least one of each"
            )
        }
        try Self.check(features)
        try Self.check(target, rowCount: features.rowCount)
        if let sampleWeights { try Self.check(weights: sampleWeights, rowCount: features.rowCount) }
        self.features = features
        self.target = target
        self.sampleWeights = sampleWeights
    }

    private static func check(_ features: FeatureMatrix) throws(TrainingError) {
        if let index = features.values.firstIndex(where: { $0.isInfinite }) {
            let (feature, row) = index.quotientAndRemainder(dividingBy: features.rowCount)
            throw TrainingError(
                .invalidData,
                "feature \(feature) of row \(row) is infinite or too large for single precision; remove or rescale it"
            )
        }
    }

    private static func check(_ target: Target, rowCount: Int) throws(TrainingError) {
        guard target.count == rowCount else {
            throw TrainingError(
                .invalidData,
                "there are \(rowCount) rows but \(target.count) targets; give one per row"
            )
        }
        switch target {
        case .values(let values):
            if let row = values.firstIndex(where: { !$0.isFinite }) {
                throw TrainingError(.invalidData, "the target of row \(row) is \(values[row]); give a finite number")
            }
        case .classes(let classes, let count):
            if let row = classes.firstIndex(where: { $0 < 0 || $0 >= count }) {
                throw TrainingError(
                    .invalidData,
                    "the class of row \(row) is \(classes[row]); give one of 0..<\(count)"
                )
            }
            guard classes.contains(where: { $0 != classes[0] }) else {
                throw TrainingError(.invalidData, "the target has a single class; a classifier needs two or more")
            }
        }
    }

    private static func check(weights: [Double], rowCount: Int) throws(TrainingError) {
        guard weights.count == rowCount else {
            throw TrainingError(
                .invalidData,
                "there are \(rowCount) rows but \(weights.count) weights; give one per row"
            )
        }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw TrainingError(
                .invalidData,
                "the weight of row \(row) is \(weights[row]); give finite numbers of at least 0"
            )
        }
        guard weights.contains(where: { $0 > 0 }) else {
            throw TrainingError(.invalidData, "all sample weights are 0; give at least one row a weight")
        }
        guard weights.reduce(0, +).isFinite else {
            throw TrainingError(.invalidData, "the sample weights add up to infinity; scale them down")
        }
    }
}
