/// What the classes of a classification are called, in the order of their numbers.
public enum ClassLabels: Sendable, Equatable {
    case integers([Int])
    case strings([String])

    public var count: Int {
        switch self {
        case .integers(let integers): integers.count
        case .strings(let strings): strings.count
        }
    }

    /// As text, for people and file columns.
    public var names: [String] {
        switch self {
        case .integers(let integers): integers.map { String($0) }
        case .strings(let strings): strings
        }
    }
}
