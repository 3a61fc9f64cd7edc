internal import Glibc

/// What is at the other end of a standard stream.
public struct Terminal: Sendable, Equatable {
    /// Somebody is looking; false for files and pipes.
    public var isInteractive: Bool
    /// Columns; nil where lines may be of any length.
    public var width: Int?
    public var hasColor: Bool

    public init(isInteractive: Bool, width: Int? = nil, hasColor: Bool = false) {
        self.isInteractive = isInteractive
        self.width = width
        self.hasColor = hasColor
    }

    public static var standardOutput: Terminal { Terminal(descriptor: STDOUT_FILENO) }
    public static var standardError: Terminal { Terminal(descriptor: STDERR_FILENO) }

    private init(descriptor: Int32) {
        guard isatty(descriptor) == 1 else {
            self.init(isInteractive: false)
            return
        }
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        self.init(
            isInteractive: true,
            width: known ? Int(size.ws_col) : 80,
            hasColor: Self.allowsColor(noColor: variable("NO_COLOR"), term: variable("TERM"))
        )
    }

    /// <https://no-color.org>: any value but the empty one means no.
    static func allowsColor(noColor: String?, term: String?) -> Bool {
        (noColor ?? "").isEmpty && term != "dumb"
    }
}

/// A variable of the environment; nil when it is unset.
func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
