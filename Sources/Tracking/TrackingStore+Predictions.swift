public import Postgres

/// What a predict job predicted, and with which model.
public struct PredictionBatch: Sendable {
    /// The model as it was resolved.
    public var modelURI: String
    /// Its registered name and version; nil if it is not a registered one.
    public var modelName: String?
    public var modelVersion: Int?
    /// The row of the data that the first prediction is for, from 0; the others follow.
    public var firstRow: Int
    public var predictions: PredictedValues
    /// The target's values in the data, as many as predictions, nil for what is missing; nil where the data has none.
    public var actual: [Double?]?

    public init(
        modelURI: String,
        modelName: String? = nil,
        modelVersion: Int? = nil,
        firstRow: Int,
        predictions: PredictedValues,
        actual: [Double?]? = nil
    ) {
        self.modelURI = modelURI
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.firstRow = firstRow
        self.predictions = predictions
        self.actual = actual
    }
}

/// What was predicted for rows: numbers, or the labels of classes.
public enum PredictedValues: Sendable, Equatable {
    case numbers([Double])
    case labels([String])

    public var count: Int {
        switch self {
        case .numbers(let numbers): numbers.count
        case .labels(let labels): labels.count
        }
    }

    /// For people: a number with the fewest digits that read back as the same double, or a label.
    public var texts: [String] {
        switch self {
        case .numbers(let numbers): numbers.map { "\($0)" }
        case .labels(let labels): labels
        }
    }

    /// The columns `prediction` and `label` of some rows; a label that is a number is both.
    func columns(_ range: Range<Int>) -> (predictions: [Double?], labels: [String?]) {
        switch self {
        case .numbers(let numbers): (Array(numbers[range]), range.map { _ in nil })
        case .labels(let labels): (labels[range].map { Double($0) }, Array(labels[range]))
        }
    }
}

extension TrackingStore {
    /// Records the predictions of a run; part of the transaction that ends its job.
    public static func log(
        predictions batch: PredictionBatch,
        run: Run.Number,
        in session: borrowing Session
    ) throws {
        try session.execute(
            """
            insert into coppice.prediction_runs (run_no, model_uri, model_name, model_version)
            values (\(run), \(batch.modelURI), \(batch.modelName), \(batch.modelVersion))
            """
        )
        // Batches bound the memory that one statement takes.
        let size = 100_000
        for start in stride(from: 0, to: batch.predictions.count, by: size) {
            let range = start..<min(start + size, batch.predictions.count)
            let actual = batch.actual.map { Array($0[range]) } ?? []
            let columns = batch.predictions.columns(range)
            try session.execute(
                """
                insert into coppice.predictions (run_no, row_index, prediction, label, actual)
                select \(run), \(Int64(batch.firstRow + start - 1)) + position, prediction, label, actual
                from unnest(\(columns.predictions), \(columns.labels), \(actual)) with ordinality
                    as row (prediction, label, actual, position)
                """
            )
        }
    }

    /// The first predictions of a run, in row order.
    public func predictions(run id: Run.ID, limit: Int) async throws -> PredictedValues {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select p.prediction, p.label
                from coppice.predictions p join coppice.runs r using (run_no)
                where r.run_id = \(id)
                order by p.row_index
                limit \(limit)
                """
            )
            let labels = try rows.compactMap { row in try row.stringOrNil("label") }
            // A run's rows are all of one kind.
            guard labels.isEmpty else { return .labels(labels) }
            return .numbers(try rows.map { row in try row.double("prediction") })
        }
    }
}
