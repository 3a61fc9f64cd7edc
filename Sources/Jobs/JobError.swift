/// What the queue cannot do, and why.
public struct JobError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Value { case leaseLost, cancelRequested, dependencyFailed, notFound, invalid }
        private let value: Value
        /// The attempt is no longer the worker's: its lease had expired and another worker may run the job.
        public static let leaseLost = Code(value: .leaseLost)
        /// The job is to be cancelled and cannot be finished any more.
        public static let cancelRequested = Code(value: .cancelRequested)
        /// A job that was to be waited for failed, was cancelled, or does not exist.
        public static let dependencyFailed = Code(value: .dependencyFailed)
        public static let notFound = Code(value: .notFound)
        public static let invalid = Code(value: .invalid)
    }

    public let code: Code
    /// A sentence for the user.
    public let message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
