/// Why experiments, runs or what is logged to them could not be read or changed.
public struct TrackingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure; new kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case notFound, alreadyExists, invalid, deleted, notDeleted, conflict, ambiguous }
        private let kind: Kind

        /// There is no such experiment, run, metric, tag or model.
        public static let notFound = Code(kind: .notFound)
        /// The name or id is taken.
        public static let alreadyExists = Code(kind: .alreadyExists)
        /// A key, value or name breaks a limit.
        public static let invalid = Code(kind: .invalid)
        /// It was deleted: it must be restored first.
        public static let deleted = Code(kind: .deleted)
        /// It is active: only what was deleted can be restored.
        public static let notDeleted = Code(kind: .notDeleted)
        /// A parameter was logged before with another value.
        public static let conflict = Code(kind: .conflict)
        /// The beginning of an id fits several.
        public static let ambiguous = Code(kind: .ambiguous)

        public var description: String { kind.rawValue }
    }

    public let code: Code
    /// One sentence for a user.
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
