public import Datasets

/// What a predict job is told: a model, and rows to predict.
public struct PredictRows: Sendable, Equatable, Codable {
    public static let kind = "predict"

    /// As given at submit; resolved when the job runs, so that `latest` and an alias mean what they mean then.
    public var modelURI: String
    public var data: DataSelection
    /// nil: every row.
    public var rows: RowRange?

    public init(modelURI: String, data: DataSelection, rows: RowRange? = nil) {
        self.modelURI = modelURI
        self.data = data
        self.rows = rows
    }

    private enum CodingKeys: String, CodingKey {
        case modelURI = "model_uri"
        case data, rows
    }
}
