public import DecisionForests

/// A table split into what is known (the features) and what is to be learnt (the target), checked to be fit for
/// training.
public struct LabelledTable: Sendable, Equatable {
    /// Number columns only: those of categories hold the number of each.
    public let features: Table
    /// The categories of the features that were text, in the order of their numbers.
    public let categories: [String: [String]]
    public let targetName: String
    public let target: Target
    /// The label of each class, in the order of the class numbers in `target`; nil for a regression.
    public let classLabels: [String]?
    /// How much each row counts, at least 0 and not all 0; nil: every row counts 1.
    public let sampleWeights: [Double]?

    /// - Parameters:
    ///   - targetName: nil: the last column that has no weights.
    ///   - featureNames: nil: every column but the target and the weights, in the table's order.
    ///   - categorical: the features that may be text; nil: none.
    ///   - weightName: the column that says how much each row counts; nil: all rows count the same.
    ///   - missingValues: of the features; the target and the weights must be there.
    /// - Throws: `DataError` that names row and column of the first value that does not fit.
    public init(
        _ table: Table,
        target targetName: String? = nil,
        features featureNames: [String]? = nil,
        categorical: CategoricalColumns? = nil,
        sampleWeight weightName: String? = nil,
        task: Hyperparameters.Task = .regression,
        missingValues: MissingValues = .allowed
    ) throws(DataError) {
        guard table.rowCount > 0 else {
            throw DataError(.noRows, "the data has no rows: there is nothing to train on")
        }
        let targetColumn = try table.target(named: targetName, sampleWeight: weightName)
        let names = featureNames ?? table.columnNames.filter { $0 != targetColumn.name && $0 != weightName }
        guard !names.isEmpty else {
            throw DataError(
                .noFeatures,
                "there is no column besides the target \(quoted(targetColumn.name))"
                    + (weightName == nil ? "" : " and the weights") + ": add columns to learn from"
            )
        }
        for (column, role) in [(targetColumn.name, "the target"), (weightName, "the weight of its row")] {
            guard let column, names.contains(column) else { continue }
            throw DataError(
                .noFeatures,
                "\(quoted(column)) is \(role) and a feature: leave it out of the features",
                column: column
            )
        }
        let selected = try table.selecting(names)
        if let categorical {
            categories = try selected.categories(categorical)
        } else {
            categories = [:]
        }
        let features = selected.encoding(categories)
        for column in features.columns { _ = try column.featureValues(missingValues: missingValues) }
        self.features = features
        self.targetName = targetColumn.name
        sampleWeights = try weightName.map { name throws(DataError) in try table.column(named: name).sampleWeights() }
        switch task {
        case .regression:
            target = .values(try Self.values(of: targetColumn))
            classLabels = nil
        case .classification:
            let (labels, classes) = try Self.classes(of: targetColumn)
            target = .classes(classes, count: labels.count)
            classLabels = labels
        }
    }

    public var featureNames: [String] { features.columnNames }
    public var rowCount: Int { features.rowCount }

    /// The features as the forest takes them: rounded to single precision, as scikit-learn does.
    public var featureMatrix: FeatureMatrix {
        FeatureMatrix(
            columns: features.columns.map { column in
                guard case .numbers(let numbers) = column.values else { preconditionFailure("init refuses text") }
                return numbers
            }
        )
    }

    private static func values(of column: Table.Column) throws(DataError) -> [Double] {
        switch column.values {
        case .labels(let labels):
            let row = labels.firstIndex { !$0.isEmpty } ?? 0
            throw DataError(
                .textTarget,
                "the target \(quoted(column.name)) is text (row \(row): \(quoted(labels[row]))): "
                    + "a regression needs numbers; choose another target, or classification",
                row: row,
                column: column.name
            )
        case .numbers(let numbers):
            if let row = numbers.firstIndex(where: { !$0.isFinite }) {
                throw column.refusal(of: numbers[row], row: row)
            }
            guard numbers.contains(where: { $0 != numbers[0] }) else {
                throw constant(column.name, value: "\(numbers[0])")
            }
            return numbers
        }
    }

    /// Labels are numbered in their order: numbers by value, text by its code points, as NumPy's `unique` does.
    private static func classes(of column: Table.Column) throws(DataError) -> (labels: [String], classes: [Int32]) {
        switch column.values {
        case .labels(let labels):
            if let row = labels.firstIndex(of: "") { throw column.refusal(of: .nan, row: row) }
            let distinct = Set(labels).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
            guard distinct.count > 1 else { throw constant(column.name, value: quoted(distinct[0])) }
            let numbering = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
            return (distinct, labels.map { numbering[$0]! })
        case .numbers(let numbers):
            if let row = numbers.firstIndex(where: { !$0.isFinite }) {
                throw column.refusal(of: numbers[row], row: row)
            }
            if let row = numbers.firstIndex(where: { Int(exactly: $0) == nil }) {
                throw DataError(
                    .continuousTarget,
                    "the target \(quoted(column.name)) has fractions (row \(row): \(numbers[row])): "
                        + "classes are whole numbers or text; choose regression to predict such a number",
                    row: row,
                    column: column.name
                )
            }
            if let row = numbers.firstIndex(where: { abs($0) >= 0x1p53 }) {
                throw DataError(
                    .continuousTarget,
                    "the target \(quoted(column.name)) has a number of more digits than a double keeps (row \(row): "
                        + "\(numbers[row])): classes could not be told apart; write them as text, such as with a letter in front",
                    row: row,
                    column: column.name
                )
            }
            let distinct = Set(numbers).sorted()
            guard distinct.count > 1 else { throw constant(column.name, value: "\(Int(distinct[0]))") }
            let numbering = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
            return (distinct.map { String(Int($0)) }, numbers.map { numbering[$0]! })
        }
    }

    private static func constant(_ column: String, value: String) -> DataError {
        DataError(
            .constantTarget,
            "the target \(quoted(column)) is \(value) in every row: there is nothing to learn; choose another target",
            column: column
        )
    }
}
