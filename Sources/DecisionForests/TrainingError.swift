/// Why a forest cannot be trained.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of mistake it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case invalidParameter, contradictoryParameters, invalidData, tooLarge }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// A hyperparameter is out of its range.
        public static let invalidParameter = Code(.invalidParameter)
        /// Two hyperparameters, or a hyperparameter and the task, exclude each other.
        public static let contradictoryParameters = Code(.contradictoryParameters)
        /// Features, targets or weights cannot be trained on.
        public static let invalidData = Code(.invalidData)
        /// The training would need more memory than the machine has.
        public static let tooLarge = Code(.tooLarge)

        public var description: String { kind.rawValue }
    }

    public let code: Code
    /// The hyperparameter at fault, in scikit-learn's spelling, if it is one.
    public let parameter: String?
    let message: String

    init(_ code: Code, parameter: String? = nil, _ message: String) {
        self.code = code
        self.parameter = parameter
        self.message = message
    }

    /// One sentence for the person who asked for the training.
    public var description: String { message }

    /// Errors are the same when code and parameter are.
    public static func == (left: TrainingError, right: TrainingError) -> Bool {
        left.code == right.code && left.parameter == right.parameter
    }
}
