/// Why artifacts could not be kept, found or read.
public struct ArtifactError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure; new kinds may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case notFound, alreadyExists, invalidPath, corrupt, storageFull, storageFailed, unsupported, changed,
                conflict
        }
        private let kind: Kind

        /// There is no such artifact or data file.
        public static let notFound = Code(kind: .notFound)
        /// The run has an artifact of this name already.
        public static let alreadyExists = Code(kind: .alreadyExists)
        /// The path climbs out of its folder, or is not one.
        public static let invalidPath = Code(kind: .invalidPath)
        /// The bytes that were read are not those that were written.
        public static let corrupt = Code(kind: .corrupt)
        /// There is no space left, or a quota is used up.
        public static let storageFull = Code(kind: .storageFull)
        /// A folder or file cannot be read or written.
        public static let storageFailed = Code(kind: .storageFailed)
        /// The artifact root is of a kind that this version does not know.
        public static let unsupported = Code(kind: .unsupported)
        /// A file changed while it was being uploaded.
        public static let changed = Code(kind: .changed)
        /// The bytes were removed as garbage at the moment they were used again; trying again helps.
        public static let conflict = Code(kind: .conflict)

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
