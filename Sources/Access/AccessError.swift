/// Why a token could not be created or revoked.
public struct AccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure; new kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case notFound, alreadyExists, invalid }
        private let kind: Kind

        /// There is no such token.
        public static let notFound = Code(kind: .notFound)
        /// The name is taken by a token that works.
        public static let alreadyExists = Code(kind: .alreadyExists)
        /// A name or a file of tokens breaks a rule.
        public static let invalid = Code(kind: .invalid)

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
