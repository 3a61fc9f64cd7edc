internal import Datasets

extension Table {
    /// The named columns as numbers.
    /// - Throws: `DataError` for a column that is text.
    func numbers(of names: [String]) throws(DataError) -> [[Double]] {
        var columns: [[Double]] = []
        for name in names {
            switch try column(named: name).values {
            case .numbers(let numbers): columns.append(numbers)
            case .labels:
                throw DataError(.textFeature, "column '\(name)' is text: the model takes numbers", column: name)
            }
        }
        return columns
    }
}
