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
        let target = try Self.target(told, model, in: selected)
        actual = target.flatMap { inputs.contains($0.name) ? nil : $0.values }
    }

    /// The column that was named, or the one that the model learnt, if the data has it. A folder that does not say which that
    /// was means the last one.
    private static func target(_ told: PredictRows, _ model: LoadedModel, in table: Table) throws -> Table.Column? {
        if let name = told.data.target { return try table.column(named: name) }
        guard let name = model.targetName else { return table.columns.last }
        return table.columns.first { $0.name == name }
    }

    /// As the store keeps them.
    var values: PredictedValues {
        switch predictions {
        case .values(let values): .numbers(values)
        case .classes: .labels(predictions.texts)
        }
    }

    /// The target's values as numbers, where it is a column of numbers; nil for what is missing.
    var actualNumbers: [Double?]? {
        guard case .numbers(let numbers)? = actual, numbers.contains(where: \.isFinite) else { return nil }
        return numbers.map { $0.isFinite ? $0 : nil }
    }

    private var actualTexts: [String]? {
        switch actual {
        case nil: nil
        case .labels(let labels): labels
        case .numbers(let numbers):
            numbers.map { $0.isNaN ? "" : Int(exactly: $0).map { String($0) } ?? "\($0)" }
        }
    }

    /// How good the predictions are, of the rows of which the truth is known; none where that is none.
    var metrics: [(key: String, value: Double)] {
        switch predictions {
        case .values(let values):
            let known = zip(actualNumbers ?? [], values).compactMap { actual, value in actual.map { ($0, value) } }
            guard !known.isEmpty else { return [] }
            let metrics = RegressionMetrics(actual: known.map(\.0), predicted: known.map(\.1))
            return [("rmse", metrics.rmse), ("mae", metrics.mae), ("r2", metrics.r2)]
        case .classes:
            let known = zip(predictions.texts, actualTexts ?? []).filter { !$1.isEmpty }
            guard !known.isEmpty else { return [] }
            return [("accuracy", Double(known.count { $0 == $1 }) / Double(known.count))]
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
