/// What the classes of a classification are called, in the order of their numbers.
public enum ClassLabels: Sendable, Equatable {
    case integers([Int])
    case strings([String])

    /// Integers if all names are, as `-1`, `0`, `10` are written; text otherwise.
    public init(names: [String]) {
        let integers = names.compactMap { name in Int(name).flatMap { String($0) == name ? $0 : nil } }
        self = integers.count == names.count ? .integers(integers) : .strings(names)
    }

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
