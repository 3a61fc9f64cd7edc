/// Why something cannot be submitted.
public struct SubmissionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The option at fault, as typed in the shell; nil when no single one is.
    public let option: String?
    let message: String

    /// - Parameter message: what was given and what is allowed.
    public init(option: String? = nil, _ message: String) {
        self.option = option
        self.message = message
    }

    public var description: String { option.map { "\($0): \(message)" } ?? message }
}
