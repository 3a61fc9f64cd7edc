public import ArgumentParser
public import JobSubmission

/// Which data: the same for training and predicting.
public struct DataOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "diabetes, iris, wine, breast_cancer, digits; a CSV file with a header row (an empty field is a missing value); table:SCHEMA.NAME or query:SELECT …, read as the role coppice_data.",
            valueName: "data"
        )
    )
    var data = "diabetes"

    @Option(help: ArgumentHelp("The column to predict (default: the last).", valueName: "column"))
    var target: String?

    @Option(
        help: ArgumentHelp("The columns to predict from, separated by commas (default: all others).", valueName: "a,b")
    )
    var features: String?

    public init() {}

    public var request: DataRequest {
        DataRequest(
            source: data,
            target: target,
            features: features.map { $0.split(separator: ",").map(String.init) }
        )
    }
}
