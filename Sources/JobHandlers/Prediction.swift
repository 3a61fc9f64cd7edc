internal import Datasets
internal import DecisionForests
internal import Jobs
internal import ModelFormat

/// What a model says of the rows of a table.
struct Prediction: Sendable {
    /// The row of the data that the first prediction is for.
    let firstRow: Int
    let predictions: [Double]
    /// The target's values, where the data has them.
    let actual: [Double]?

    /// - Throws: `DataError` if rows are not there or values do not fit, `ModelError` if columns are missing.
    init(_ told: PredictRows, with model: LoadedModel, on table: Table) throws {
        let rows = try told.rows.map { try $0.bounds(in: table.rowCount) } ?? 0..<table.rowCount
        let selected = table.rows(rows)
        firstRow = rows.lowerBound
        let available = told.data.features ?? table.columnNames.filter { $0 != told.data.target }
        let inputs = try selected.numbers(of: model.inputColumns(from: available))
        guard case .values(let values) = try model.predict(inputs) else {
            throw JobFailure.permanent("the model predicts classes, which predict jobs cannot store yet")
        }
        predictions = values
        actual = try Self.actual(told, model: model, table: selected)
    }

    /// The target: the column that was named, or the last one if the model does not take it as an input.
    private static func actual(_ told: PredictRows, model: LoadedModel, table: Table) throws -> [Double]? {
        let column: Table.Column?
        if let name = told.data.target {
            column = try table.column(named: name)
        } else {
            let inputs = try model.inputColumns(from: table.columnNames)
            column = table.columns.last.flatMap { inputs.contains($0.name) ? nil : $0 }
        }
        guard case .numbers(let numbers)? = column?.values, numbers.allSatisfy(\.isFinite) else { return nil }
        return numbers
    }

    /// How good the predictions are, where that is known.
    var metrics: [(key: String, value: Double)] {
        guard let actual else { return [] }
        let metrics = RegressionMetrics(actual: actual, predicted: predictions)
        return [("rmse", metrics.rmse), ("mae", metrics.mae), ("r2", metrics.r2)]
    }

    /// The row of the data (from 0), the prediction, and the true value where there is one.
    var csv: String {
        var text = actual == nil ? "row,prediction\n" : "row,prediction,actual\n"
        for (offset, prediction) in predictions.enumerated() {
            text += "\(firstRow + offset),\(prediction)"
            if let actual { text += ",\(actual[offset])" }
            text += "\n"
        }
        return text
    }
}
