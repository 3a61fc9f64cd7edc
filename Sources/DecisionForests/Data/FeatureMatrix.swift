/// A dense table of features: rows × features, stored column by column.
///
/// Values are `Float`, as scikit-learn's trees store them; `Double` input is rounded to the nearest `Float`, so that
/// a threshold learned from a value and the value itself compare alike in training and in prediction.
/// NaN means that the value is missing.
public struct FeatureMatrix: Sendable, Equatable {
    public let rowCount: Int
    public let featureCount: Int
    /// All values, column-major: `values[feature * rowCount + row]`.
    public let values: [Float]

    /// - Parameter values: `rowCount * featureCount` values, column-major.
    public init(rowCount: Int, featureCount: Int, values: [Float]) {
        precondition(rowCount >= 0 && featureCount >= 0 && values.count == rowCount * featureCount)
        self.rowCount = rowCount
        self.featureCount = featureCount
        self.values = values
    }

    /// - Parameter columns: One array per feature, all of the same length.
    public init(columns: [[Double]]) {
        let rowCount = columns.first?.count ?? 0
        precondition(columns.allSatisfy { $0.count == rowCount }, "columns of a feature matrix differ in length")
        var values: [Float] = []
        values.reserveCapacity(rowCount * columns.count)
        for column in columns {
            for value in column { values.append(Float(value)) }
        }
        self.init(rowCount: rowCount, featureCount: columns.count, values: values)
    }

    func withColumn<Result>(
        _ feature: Int,
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try values.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[(feature * rowCount)..<((feature + 1) * rowCount)]))
        }
    }

    /// For each feature, whether a value of it is missing.
    var hasMissing: [Bool] {
        (0..<featureCount).map { feature in
            withColumn(feature) { column in
                var missing = 0
                // Without a way out, for whole vectors at a time.
                for value in column { missing |= value.isNaN ? 1 : 0 }
                return missing != 0
            }
        }
    }

    /// The values row by row.
    func rowMajorValues() -> [Float] {
        [Float](unsafeUninitializedCapacity: values.count) { copy, count in
            values.withUnsafeBufferPointer { values in
                // A block of rows stays in the cache while its columns are written.
                for start in stride(from: 0, to: rowCount, by: 512) {
                    for feature in 0..<featureCount {
                        for row in start..<min(start + 512, rowCount) {
                            copy[row &* featureCount &+ feature] = values[feature &* rowCount &+ row]
                        }
                    }
                }
            }
            count = values.count
        }
    }

    public subscript(row: Int, feature: Int) -> Float {
        precondition(row >= 0 && row < rowCount)
        return values[feature * rowCount + row]
    }

    /// A matrix of the rows at `indices`, in that order; an index may occur several times.
    public func rows(_ indices: [Int]) -> FeatureMatrix {
        var selected: [Float] = []
        selected.reserveCapacity(indices.count * featureCount)
        for feature in 0..<featureCount {
            let column = values[(feature * rowCount)..<((feature + 1) * rowCount)]
            for index in indices { selected.append(column[column.startIndex + index]) }
        }
        return FeatureMatrix(rowCount: indices.count, featureCount: featureCount, values: selected)
    }

    /// NaN equals NaN here: two matrices are equal when they hold the same bits.
    public static func == (left: FeatureMatrix, right: FeatureMatrix) -> Bool {
        left.rowCount == right.rowCount && left.featureCount == right.featureCount
            && left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
    }
}
