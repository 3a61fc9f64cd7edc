public import ArgumentParser

/// How a program ends: with a code, and at most one line for the person at the terminal.
public struct ErrorReport: Sendable, Equatable {
    /// What goes to standard error, without the line feed; nil for errors that were reported already.
    public let line: String?
    /// What goes to standard output: help texts, version numbers, completion scripts.
    public let output: String?
    /// The status for the shell.
    public let status: Int32

    /// Decides how `root` ends with `error`.
    ///
    /// - Parameter arguments: What it was called with, without its own name.
    public init(_ error: any Error, of root: (some ParsableCommand).Type, arguments: [String]) {
        switch error {
        case let exit as ExitCode:
            self.init(line: nil, status: exit.rawValue)
        case let error as any CommandError:
            self.init(line: "error: " + Self.singleLine(error.description), status: error.exitCode.rawValue)
        case is CancellationError:
            self.init(line: "error: interrupted", status: ExitCode.interrupted.rawValue)
        default:
            let status = root.exitCode(for: error).rawValue
            if status == ExitCode.success.rawValue {
                self.init(line: nil, output: root.fullMessage(for: error), status: status)
            } else if status == ExitCode.validationFailure.rawValue {
                let line = Self.unknownCommand(arguments, of: root) ?? Self.usageLine(error, of: root)
                self.init(line: line, status: status)
            } else {
                let what = Self.singleLine(Self.withoutPasswords(String(describing: error)))
                self.init(
                    line: "error: unexpected: \(what); please report this bug",
                    status: ExitCode.internalError.rawValue
                )
            }
        }
    }

    init(line: String?, output: String? = nil, status: Int32) {
        self.line = line
        self.output = output
        self.status = status
    }

    /// Names the word that stands where a command has to; ArgumentParser complains of the first option behind it.
    private static func unknownCommand(_ arguments: [String], of root: any ParsableCommand.Type) -> String? {
        var command = root
        var path = root._commandName
        for word in arguments {
            let commands = command.configuration.subcommands
            let isPlain = command.configuration.defaultSubcommand == nil && !word.hasPrefix("-") && word != "help"
            guard isPlain, !commands.isEmpty else { return nil }
            guard let next = commands.first(where: { $0.names.contains(word) }) else {
                let choices = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }.joined(
                    separator: ", "
                )
                return
                    "error: there is no command '\(singleLine(word))'; choose one of \(choices); see `\(path) --help`"
            }
            command = next
            path += " " + word
        }
        return nil
    }

    /// ArgumentParser answers wrong usage in several lines; what went wrong and where help is fit in one.
    private static func usageLine(_ error: any Error, of root: (some ParsableCommand).Type) -> String {
        let lines = root.message(for: error).split(whereSeparator: \.isNewline).map { singleLine(String($0)) }
        // The values that are allowed come as a list.
        let values = lines.filter { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }
        var message = lines.filter { !$0.hasPrefix("- ") }.joined(separator: " ")
        message.replace(
            ". Please provide one of the following:",
            with: "; choose one of " + values.joined(separator: ", ")
        )
        message.replace(". Please provide one of ", with: "; choose one of ")
        message.replace(". Did you mean", with: "; did you mean")
        if message.hasSuffix(".") { message.removeLast() }
        // As all options are called that take a `DurationArgument`.
        if message.contains("is invalid for"), message.contains("<duration>") {
            message += "; give a length of time such as 30s, 10m, 1h30m or 2d"
        }
        if let first = message.first, message.dropFirst().first?.isLowercase ?? false {
            message = first.lowercased() + message.dropFirst()
        }
        let help =
            root.fullMessage(for: error).split(separator: "'").last { $0.hasSuffix("--help") }
            ?? "\(root._commandName) --help"
        return "error: " + message + (message.hasSuffix("?") ? " See" : "; see") + " `\(help)`"
    }

    /// Line breaks and other control characters become blanks; runs of blanks become one.
    static func singleLine(_ text: String) -> String {
        text.split {
            $0.isWhitespace || $0.isNewline
                || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
        }
        .joined(separator: " ")
    }

    /// Hides what follows `password=` and what stands between `:` and `@` in a URL.
    static func withoutPasswords(_ text: String) -> String {
        text
            .replacing(/(:\/\/[^:@\/\s]*):[^@\s]*@/) { "\($0.1):***@" }
            .replacing(/(?i)(password\s*=\s*)(\\?'[^']*'|[^\s;,)]+)/) { "\($0.1)***" }
    }
}

extension ParsableCommand {
    /// How it may be called.
    fileprivate static var names: [String] { [_commandName] + configuration.aliases }
}
