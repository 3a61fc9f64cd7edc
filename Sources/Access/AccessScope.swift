/// What a token allows; each scope includes those before it.
public enum AccessScope: String, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
    /// Look at everything.
    case read
    /// Also log, register, tag and delete what can be restored.
    case write
    /// Also what operates the store.
    case admin

    public var description: String { rawValue }

    public static func < (left: AccessScope, right: AccessScope) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .admin: 2
        }
    }
}
