/// A few rows of input, in the two forms that MLflow keeps beside a model.
struct InputExample {
    let columns: [String]
    /// As the forest takes them.
    let rows: [[Double]]
    /// Of the columns that take text, in the order of the numbers that stand for them.
    let categories: [String: [String]]

    /// A pandas data frame in the orientation `split`.
    var dataFrame: String {
        let names = columns.map(jsonString).joined(separator: ", ")
        let data = rows.map { row in
            "[" + zip(columns, row).map { json($1, of: $0) }.joined(separator: ", ") + "]"
        }
        return "{\"columns\": [\(names)], \"data\": [\(data.joined(separator: ", "))]}"
    }

    private func json(_ value: Double, of column: String) -> String {
        guard let categories = categories[column] else { return jsonNumber(value) }
        // A missing value is the empty string: null would not be text.
        return jsonString(Int(exactly: value).map { categories[$0] } ?? "")
    }

    /// What a scoring server is sent.
    var servingPayload: String { "{\"dataframe_split\": \(dataFrame)}" }
}
