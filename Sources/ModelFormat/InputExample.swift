/// A few rows of input, in the two forms that MLflow keeps beside a model.
struct InputExample {
    let columns: [String]
    let rows: [[Double]]

    /// A pandas data frame in the orientation `split`.
    var dataFrame: String {
        let names = columns.map(jsonString).joined(separator: ", ")
        let data = rows.map { "[" + $0.map(jsonNumber).joined(separator: ", ") + "]" }.joined(separator: ", ")
        return "{\"columns\": [\(names)], \"data\": [\(data)]}"
    }

    /// What a scoring server is sent.
    var servingPayload: String { "{\"dataframe_split\": \(dataFrame)}" }
}
