internal import Datasets
internal import DecisionForests
internal import Jobs
internal import ModelFormat
internal import Tracking

/// What a model says of the rows of a table.
struct Prediction: Sendable {
    /// The row of the data that the first prediction is for.
    let firstRow: Int
    let predictions: Predictions
    /// How many values of which columns are categories that the model has not seen.
    let unknownCategories: [(column: String, count: Int)]
    /// The target's values, where the data has them.
    let actual: Table.Values?

    /// - Throws: `DataError` if rows are not there or values do not fit, `ModelError` if columns are missing.
    init(_ told: PredictRows, with model: LoadedModel, on table: Table) throws {
        let rows = try told.rows.map { try $0.bounds(in: table.rowCount) } ?? 0..<table.rowCount
        let selected = table.rows(rows)
        let available = told.data.features ?? table.columnNames.filter { $0 != told.data.target }
        let inputs = try model.inputColumns(from: available)
        firstRow = rows.lowerBound
        predictions = try model.predict(try selected.features(inputs, categories: model.categories))
        unknownCategories = selected.unknownCategories(model.categories)
        // The target: the column that was named, or the last one if the model does not take it as an input.
        let target = try told.data.target.map { try selected.column(named: $0) } ?? selected.columns.last
        actual = target.flatMap { inputs.contains($0.name) ? nil : $0.values }
    }

    /// As the store keeps them.
    var values: PredictedValues {
        switch predictions {
        case .values(let values): .numbers(values)
        case .classes: .labels(predictions.texts)
        }
    }

    /// The target's values as numbers, where they are numbers.
    var actualNumbers: [Double]? {
        guard case .numbers(let numbers)? = actual, numbers.allSatisfy(\.isFinite) else { return nil }
        return numbers
    }

    private var actualTexts: [String]? {
        switch actual {
        case nil: nil
        case .labels(let labels): labels
        case .numbers(let numbers): numbers.map { Int(exactly: $0).map { String($0) } ?? "\($0)" }
        }
    }

    /// How good the predictions are, where that is known.
    var metrics: [(key: String, value: Double)] {
        switch predictions {
        case .values(let values):
            guard let actualNumbers else { return [] }
            let metrics = RegressionMetrics(actual: actualNumbers, predicted: values)
            return [("rmse", metrics.rmse), ("mae", metrics.mae), ("r2", metrics.r2)]
        case .classes:
            guard let actualTexts else { return [] }
            let hits = zip(predictions.texts, actualTexts).count { $0 == $1 }
            return [("accuracy", Double(hits) / Double(actualTexts.count))]
        }
    }

    /// The row of the data (from 0), the prediction, the true value where there is one, and the probabilities of classes.
    var csv: String {
        let texts = predictions.texts
        var header = ["row", "prediction"] + (actualTexts == nil ? [] : ["actual"])
        var classCount = 0
        var probabilities: [Double] = []
        if case .classes(_, let given, let labels) = predictions {
            header += labels.names.map { "probability_\($0)" }
            (classCount, probabilities) = (labels.count, given)
        }
        var csv = header.csvLine
        let actualTexts = self.actualTexts
        for (offset, text) in texts.enumerated() {
            var fields = ["\(firstRow + offset)", text]
            if let actualTexts { fields.append(actualTexts[offset]) }
            fields += probabilities[offset * classCount..<(offset + 1) * classCount].map { "\($0)" }
            csv += fields.csvLine
        }
        return csv
    }
}
