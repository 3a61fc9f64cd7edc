/// Why a job could not be done, and whether trying again can help.
public struct JobFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// The same job would fail the same way: bad data, an unknown column, a model that cannot be read.
    public let isPermanent: Bool

    public static func permanent(_ message: String) -> JobFailure { JobFailure(message: message, isPermanent: true) }
    public static func transient(_ message: String) -> JobFailure { JobFailure(message: message, isPermanent: false) }

    public var description: String { message }
}
