/// What a forest learns to predict, one entry per row.
public enum Target: Sendable, Equatable {
    /// Regression: a number per row.
    case values([Double])
    /// Classification: a class per row, in `0..<count`.
    case classes([Int32], count: Int)

    public var count: Int {
        switch self {
        case .values(let values): values.count
        case .classes(let classes, _): classes.count
        }
    }

    /// The targets of the rows at `indices`, in that order.
    public func rows(_ indices: [Int]) -> Target {
        switch self {
        case .values(let values): .values(indices.map { values[$0] })
        case .classes(let classes, let count): .classes(indices.map { classes[$0] }, count: count)
        }
    }
}
