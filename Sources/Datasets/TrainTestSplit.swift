internal import DecisionForests

/// Which rows are for training and which for testing: the same as scikit-learn's
/// `train_test_split(…, test_size=…, random_state=…)` picks, in the same order.
public struct TrainTestSplit: Sendable, Equatable {
    public let train: [Int]
    public let test: [Int]

    /// - Throws: `DataError`: `badTestSize`, `tooFewRows` if one of the two would be empty, `noRows`.
    public init(rowCount: Int, testSize: TestSize = .standard, seed: UInt32) throws(DataError) {
        try testSize.validate()
        guard rowCount > 0 else { throw DataError(.noRows, "the data has no rows: there is nothing to train on") }
        let testCount =
            switch testSize {
            // Rounded up, so that any fraction tests at least one row.
            case .fraction(let fraction): Int((fraction * Double(rowCount)).rounded(.up))
            case .count(let count): count
            }
        guard testCount < rowCount else {
            throw DataError(
                .tooFewRows,
                "with a test size of \(testSize) none of the \(rowCount) rows is left to train on: "
                    + "choose a smaller test size or bring more rows"
            )
        }
        var random = RandomState(seed: seed)
        let shuffled = random.permutation(rowCount)
        test = Array(shuffled[..<testCount])
        train = Array(shuffled[testCount...])
    }
}
