/// Features with missing values, twice: in the first column these are larger than any value, in a second one, the twin,
/// smaller. A cut of the first sends them right, a cut of the twin left, so that sums and sorted lists need to know no more.
///
/// scikit-learn tries the same cuts in the same order, and takes the first of equals: a twin directly after its feature. What
/// parts the missing values from all others is found twice, with equal gains, so that the twin's cut, below all values, never
/// wins.
struct MissingTwins: Sendable {
    /// All features, then the twins.
    let features: FeatureMatrix
    /// By feature its twin, or -1.
    private let twins: [Int32]
    /// By twin, from the number of features on, its feature.
    private let originals: [Int32]

    /// nil: nothing is missing.
    ///
    /// - Parameter hasMissing: Of which features values are missing.
    /// - Throws: `CancellationError`.
    init?(_ given: FeatureMatrix, hasMissing: [Bool]) throws(CancellationError) {
        guard hasMissing.contains(true) else { return nil }
        originals = hasMissing.indices.filter { hasMissing[$0] }.map(Int32.init)
        var values = given.values
        values.reserveCapacity(given.rowCount * (given.featureCount + originals.count))
        var twins = [Int32](repeating: -1, count: given.featureCount)
        for (index, original) in originals.enumerated() {
            if Task.isCancelled { throw CancellationError() }
            twins[Int(original)] = Int32(given.featureCount + index)
            given.withColumn(Int(original)) { column in
                for value in column { values.append(value.isNaN ? -.infinity : value) }
            }
        }
        for original in originals {
            if Task.isCancelled { throw CancellationError() }
            let column = (Int(original) * given.rowCount)..<((Int(original) + 1) * given.rowCount)
            for index in column where values[index].isNaN { values[index] = .infinity }
        }
        self.twins = twins
        features = FeatureMatrix(
            rowCount: given.rowCount,
            featureCount: given.featureCount + originals.count,
            values: values
        )
    }

    /// The same for the kernels.
    func table(in scratch: Scratch) -> TwinTable {
        let table = scratch.allocate(Int32.self, twins.count + originals.count)
        table.update(from: twins + originals, count: twins.count + originals.count)
        return TwinTable(
            originalCount: twins.count,
            twins: UnsafePointer(table),
            originals: UnsafePointer(table + twins.count)
        )
    }
}

/// Which columns are of the same feature.
struct TwinTable {
    /// Twins count from here on.
    let originalCount: Int
    fileprivate let twins: UnsafePointer<Int32>
    fileprivate let originals: UnsafePointer<Int32>

    /// The feature's twin, or -1.
    @inline(__always)
    func twin(of feature: Int32) -> Int32 { twins[Int(feature)] }

    /// The feature whose twin this is, or itself.
    func original(of feature: Int) -> Int {
        feature < originalCount ? feature : Int(originals[feature - originalCount])
    }
}
