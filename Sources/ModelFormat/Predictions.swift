/// What a model says about rows.
public enum Predictions: Sendable, Equatable {
    /// A number a row.
    case values([Double])
    /// The number of a class a row, and the probabilities of all classes, row by row.
    case classes([Int], probabilities: [Double], labels: ClassLabels)

    public var count: Int {
        switch self {
        case .values(let values): values.count
        case .classes(let classes, _, _): classes.count
        }
    }

    /// For people and CSV files: a number with the fewest digits that read back as the same double, or a label.
    public var texts: [String] {
        switch self {
        case .values(let values): values.map { "\($0)" }
        case .classes(let classes, _, let labels):
            { names in classes.map { names[$0] } }(labels.names)
        }
    }
}
