internal import Foundation
internal import ModelFormat

/// A row to try a model with: that of its input example, or what was typed over it.
struct ModelTrial {
    let columns: [String]
    /// As typed, or as the example has them.
    private(set) var values: [String]
    private(set) var prediction: String?
    /// The probability of each class, of a classification.
    private(set) var probabilities: [(label: String, share: Double)] = []
    private(set) var problem: String?

    /// Reads a pandas data frame in the orientation `split`, as MLflow keeps it beside a model.
    /// Nil if it is none.
    init?(example: [UInt8]) {
        let frame = try? JSONSerialization.jsonObject(with: Data(example)) as? [String: Any]
        guard let rows = frame?["data"] as? [[Any]], let first = rows.first else { return nil }
        columns = (frame?["columns"] as? [String]) ?? first.indices.map { "column \($0)" }
        values = first.map { value in
            value is NSNull ? "" : (value as? NSNumber).map { "\($0.doubleValue)" } ?? "\(value)"
        }
    }

    /// An empty value is a missing one.
    mutating func predict(_ answers: [String], with model: LoadedModel) {
        values = answers
        var row: [String: Double] = [:]
        for (column, text) in zip(columns, answers) {
            let trimmed = text.filter { !$0.isWhitespace }
            guard let number = trimmed.isEmpty ? .nan : Double(trimmed) else {
                problem = "\(column): '\(text)' is not a number; leave it empty for a missing value."
                return
            }
            row[column] = number
        }
        do {
            let names = try model.inputColumns(from: columns)
            let predictions = try model.predict(names.map { [row[$0] ?? .nan] })
            prediction = predictions.texts.first
            if case .classes(_, let shares, let labels) = predictions {
                probabilities = zip(labels.names, shares).map { ($0, $1) }
            }
        } catch {
            problem = error.description
        }
    }
}
