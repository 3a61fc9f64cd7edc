/// Why the private cluster cannot be used.
public struct LocalPostgresError: Error, Sendable {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case notInstalled, wrongVersion, unreachableDirectory, notOurs, initialisationFailed, startFailed
            case stopFailed, diskFull
        }
        private let name: Name

        public var description: String { name.rawValue }

        /// No PostgreSQL server of a supported version was found.
        public static let notInstalled = Code(name: .notInstalled)
        /// The cluster's files were made by another major version than those installed.
        public static let wrongVersion = Code(name: .wrongVersion)
        /// The directory cannot be made, or the server's user cannot reach it.
        public static let unreachableDirectory = Code(name: .unreachableDirectory)
        /// A file or directory in the way was not made by Coppice, or belongs to someone else.
        public static let notOurs = Code(name: .notOurs)
        public static let initialisationFailed = Code(name: .initialisationFailed)
        public static let startFailed = Code(name: .startFailed)
        public static let stopFailed = Code(name: .stopFailed)
        public static let diskFull = Code(name: .diskFull)
    }

    public let code: Code
    private let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The failure of a step whose program printed `output`; a full disk is named as such.
    static func failure(_ code: Code, _ what: String, output: String, log: String? = nil) -> LocalPostgresError {
        guard !output.contains("No space left on device") else {
            return LocalPostgresError(.diskFull, "\(what): the disk is full; make room and try again")
        }
        let reason = output.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }
            .last { line in
                ["FATAL", "PANIC", "error", "could not"].contains { line.contains($0) }
            }
        let see = log.map { "; see \($0)" } ?? ""
        return LocalPostgresError(code, "\(what): \(reason ?? "PostgreSQL gave no reason")\(see)")
    }
}

extension LocalPostgresError: CustomStringConvertible {
    public var description: String { message }
}

extension Substring {
    func trimmingSpaces() -> String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
