internal import Synchronization

/// How far something is, on standard error: a bar that moves on a terminal, a line for each new stage elsewhere.
///
/// Safe to use from several threads.
public final class ProgressBar: Sendable {
    private struct State {
        var isShown = false
        var lastStage: String?
        var lastLine = ""
    }

    private let label: String
    private let terminal: Terminal
    private let output: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameter label: What is in progress, such as `train 12`.
    public convenience init(_ label: String) {
        self.init(label, terminal: .standardError, output: StandardError.write)
    }

    init(_ label: String, terminal: Terminal, output: @escaping @Sendable (String) -> Void) {
        self.label = label.printable
        self.terminal = terminal
        self.output = output
    }

    /// Shows the present state.
    /// - Parameters:
    ///   - stage: `queued`, `running`, …: a new one gets a line where there is no terminal.
    ///   - fraction: Share done, 0 to 1; nil where it is unknown.
    ///   - detail: More, shown on terminals only: `62/100 trees`.
    public func update(stage: String, fraction: Double? = nil, detail: String? = nil) {
        state.withLock { state in
            if terminal.isInteractive {
                let line = self.line(stage: stage, fraction: fraction, detail: detail)
                guard line != state.lastLine else { return }
                state.lastLine = line
                state.isShown = true
                output("\r\u{1B}[K" + line)
            } else if stage != state.lastStage {
                output("\(label): \(stage)\n")
            }
            state.lastStage = stage
        }
    }

    /// A line of its own, above the bar where there is one.
    public func note(_ message: String) {
        state.withLock { state in
            let clear = state.isShown ? "\r\u{1B}[K" : ""
            output("\(clear)\(label): \(message.printable)\n\(state.isShown ? state.lastLine : "")")
        }
    }

    /// Replaces the bar by a last line; nil only takes it away.
    public func finish(_ message: String? = nil) {
        state.withLock { state in
            let clear = state.isShown ? "\r\u{1B}[K" : ""
            output(clear + (message.map { "\(label): \($0.printable)\n" } ?? ""))
            state.isShown = false
            state.lastLine = ""
        }
    }

    private func line(stage: String, fraction: Double?, detail: String?) -> String {
        var parts = [label]
        if let fraction {
            let width = 24
            let share = min(max(fraction, 0), 1)
            let filled = Int((share * Double(width)).rounded(.down))
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            parts.append(terminal.hasColor ? "\u{1B}[32m\(bar)\u{1B}[0m" : bar)
            parts.append("\(Int(share * 100)) %")
        }
        parts.append(stage)
        if let detail { parts.append(detail.printable) }
        // A line that wraps could not be taken back. Escape sequences take no room, so only their absence is cut.
        let line = parts.joined(separator: "  ")
        guard let width = terminal.width, !terminal.hasColor || line.displayWidth - 9 >= width else { return line }
        return line.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "").truncated(to: width - 1)
    }
}
