public import ArgumentParser

/// An error that a user can do something about.
///
/// Its `description` is one sentence, `what: why; what to do`, without secrets. Errors that do not conform are
/// reported as bugs.
public protocol CommandError: Error, CustomStringConvertible {
    /// What the program ends with; 64, wrong usage or input, unless said otherwise.
    var exitCode: ExitCode { get }
}

extension CommandError {
    public var exitCode: ExitCode { .validationFailure }
}

/// An error that a command found itself.
public struct CommandFailure: CommandError, Equatable {
    public let description: String
    public let exitCode: ExitCode

    /// - Parameter description: `what: why; what to do`.
    public init(_ description: String, exitCode: ExitCode = .validationFailure) {
        self.description = description
        self.exitCode = exitCode
    }

    public static func == (left: CommandFailure, right: CommandFailure) -> Bool {
        left.description == right.description && left.exitCode.rawValue == right.exitCode.rawValue
    }
}
