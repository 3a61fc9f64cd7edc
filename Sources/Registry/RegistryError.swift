/// Why a registered model or one of its versions could not be found or changed.
public struct RegistryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure; new kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case notFound, alreadyExists, invalid, malformedURI, pending, unreadable }
        private let kind: Kind

        /// There is no such model, version, alias, tag, run or job.
        public static let notFound = Code(kind: .notFound)
        /// The name is taken, or the job has registered a version already.
        public static let alreadyExists = Code(kind: .alreadyExists)
        /// A name, alias, key or value breaks a rule.
        public static let invalid = Code(kind: .invalid)
        /// The text is not a model URI.
        public static let malformedURI = Code(kind: .malformedURI)
        /// The job that is to make the model has not ended yet.
        public static let pending = Code(kind: .pending)
        /// The version's files are where Coppice cannot read them.
        public static let unreadable = Code(kind: .unreadable)

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
