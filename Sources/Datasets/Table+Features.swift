/// What to do with missing feature values. A missing target or weight is always refused.
public enum MissingValues: Sendable { case refused, allowed }

extension Table {
    /// The numbers of the named columns, in that order: what a model predicts from.
    ///
    /// - Parameter categories: of columns that are categories to the model.
    /// - Throws: `DataError` that names row and column: `unknownColumn`, `textFeature`, `missingValue`, `infiniteValue`.
    public func features(
        _ names: [String],
        categories: [String: [String]] = [:],
        missingValues: MissingValues = .allowed
    ) throws(DataError) -> [[Double]] {
        var features: [[Double]] = []
        let table = try selecting(names).encoding(categories)
        for column in table.columns { features.append(try column.featureValues(missingValues: missingValues)) }
        return features
    }
}

extension Table.Column {
    /// The numbers of the column, if a tree can take them all.
    func featureValues(missingValues: MissingValues) throws(DataError) -> [Double] {
        switch values {
        case .labels(let labels):
            let row = labels.firstIndex { !$0.isEmpty } ?? 0
            throw DataError(
                .textFeature,
                "column \(quoted(name)) is text (row \(row): \(quoted(labels.isEmpty ? "" : labels[row]))): "
                    + "number its categories with --categorical, turn it into numbers, or choose other columns as features",
                row: row,
                column: name
            )
        case .numbers(let numbers):
            // Beyond the largest float is infinite once rounded to single precision.
            let limit = Double(Float.greatestFiniteMagnitude)
            let isAllowed = { (number: Double) in
                number.isNaN ? missingValues == .allowed : number.magnitude <= limit
            }
            if let row = numbers.firstIndex(where: { !isAllowed($0) }) { throw refusal(of: numbers[row], row: row) }
            return numbers
        }
    }

    func refusal(of number: Double, row: Int) -> DataError {
        let place = "row \(row), column \(quoted(name))"
        if number.isNaN {
            return DataError(
                .missingValue,
                "\(place): the value is missing: fill it in, or leave the row or the column out",
                row: row,
                column: name
            )
        }
        return DataError(
            .infiniteValue,
            "\(place): \(number) is infinite or too large for single precision: correct it, or leave the row out",
            row: row,
            column: name
        )
    }
}
