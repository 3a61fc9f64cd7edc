public import ArgumentParser
public import Logging

/// How a program writes its log.
public enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// A line for people: time, level, message, details.
    case text
    /// A JSON object a line, for log collectors.
    case json
}

/// Which log lines go to standard error, and in what form.
public struct LoggingOptions: ParsableArguments, Sendable {
    @Option(help: "How log lines look.")
    public var logFormat = LogFormat.text

    @Option(
        help: ArgumentHelp(
            "Least severe level to log: trace, debug, info, notice, warning, error or critical.",
            valueName: "level"
        )
    )
    public var logLevel = Logger.Level.info

    public init() {}

    /// A logger that writes to standard error.
    public func logger(label: String) -> Logger {
        var logger = Logger(label: label) { _ in StandardErrorLogHandler(format: logFormat) }
        logger.logLevel = logLevel
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
