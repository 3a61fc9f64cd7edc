extension Table {
    /// The column to predict.
    ///
    /// - Parameters:
    ///   - name: nil: the last column that has no weights.
    ///   - weightName: the column of the weights, if there is one.
    /// - Throws: `DataError` with code `unknownColumn`, or `noFeatures` if the weights are the only column or the target.
    public func target(named name: String? = nil, sampleWeight weightName: String? = nil) throws(DataError) -> Column {
        if let name, name == weightName {
            throw DataError(
                .noFeatures,
                "\(quoted(name)) is the target and the weight of its row: choose another column for one of them",
                column: name
            )
        }
        if let name { return try column(named: name) }
        guard let last = columns.last(where: { $0.name != weightName }) else {
            throw DataError(.noFeatures, "the data has no column to predict: add one")
        }
        return last
    }
}

extension Table.Column {
    /// How much each row counts.
    ///
    /// - Throws: `DataError` with code `badWeight` for text, negative numbers, and weights that are all 0 or add up to
    ///   infinity; `missingValue`, `infiniteValue`.
    func sampleWeights() throws(DataError) -> [Double] {
        guard case .numbers(let weights) = values else {
            throw DataError(
                .badWeight,
                "the column of weights \(quoted(name)) is text: weights are numbers of at least 0; choose another column",
                column: name
            )
        }
        if let row = weights.firstIndex(where: { !$0.isFinite }) { throw refusal(of: weights[row], row: row) }
        if let row = weights.firstIndex(where: { $0 < 0 }) {
            throw DataError(
                .badWeight,
                "row \(row), column \(quoted(name)): the weight \(weights[row]) is negative: give numbers of at least 0",
                row: row,
                column: name
            )
        }
        let sum = weights.reduce(0, +)
        guard sum > 0, sum.isFinite else {
            throw DataError(
                .badWeight,
                sum == 0
                    ? "every weight in column \(quoted(name)) is 0: give at least one row a weight"
                    : "the weights in column \(quoted(name)) add up to infinity: scale them down",
                column: name
            )
        }
        return weights
    }
}
