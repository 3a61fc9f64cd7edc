internal import Synchronization

/// Lies in wait for one message of the client: the failpoint of a program that knows nothing of it.
public final class Trap: Sendable {
    /// Around the finishing transaction. Each goes out with statements before or after it where it can.
    public enum Message: Sendable {
        /// The job is computed, and the fence has not been asked.
        case begin
        /// The fence let it pass, and everything is written but the commit and what is claimed with it.
        case commit
        /// Jobs that publish nothing end, all that there is in one message.
        case endTogether

        private var text: String {
            switch self {
            case .begin: "begin isolation level "
            case .commit: "commit\0"
            case .endTogether: "select ended.finished"
            }
        }

        /// Whether one of the messages in `bytes`, which begin with a whole one, has such a query.
        func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
            var rest = bytes
            while rest.count > 5 {
                let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                let body = rest.dropFirst(5).prefix(max(0, length - 4))
                let query =
                    switch rest.first {
                    case UInt8(ascii: "Q"): body
                    // The name of the statement comes first.
                    case UInt8(ascii: "P"): body.drop { $0 != 0 }.dropFirst()
                    default: body.prefix(0)
                    }
                if query.starts(with: text.utf8) { return true }
                rest = rest.dropFirst(1 + max(4, length))
            }
            return false
        }
    }

    public enum Reaction: Sendable {
        /// The message is kept back until `release()`; the program waits for the answer.
        case hold
        /// The server gets it and the connection is cut: its answer never comes.
        case cutAfterDelivery
        /// The connection is cut before the server gets it.
        case cutBeforeDelivery
    }

    private enum State { case armed, sprung, over }

    let message: Message
    let reaction: Reaction
    private let state = Mutex(State.armed)

    init(_ message: Message, _ reaction: Reaction) {
        self.message = message
        self.reaction = reaction
    }

    /// Whether the message came.
    public var isSprung: Bool { state.withLock { $0 == .sprung } }

    /// Lets a held message go on.
    public func release() {
        state.withLock { $0 = .over }
    }

    /// Gives up waiting; `false` if the message came before.
    @discardableResult
    public func disarm() -> Bool {
        state.withLock { state in
            guard state == .armed else { return false }
            state = .over
            return true
        }
    }

    /// `true` for the one message that it waited for.
    func catches(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard message.matches(bytes) else { return false }
        return state.withLock { state in
            guard state == .armed else { return false }
            state = .sprung
            return true
        }
    }
}
