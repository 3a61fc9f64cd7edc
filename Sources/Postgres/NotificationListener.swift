internal import Dispatch
public import Logging

/// What `LISTEN` tells, on a connection of its own, for as long as somebody iterates.
///
/// ```swift
/// for await event in NotificationListener(configuration, channels: ["coppice_jobs"]) {
///     // After `.listening`, too: what was sent before the (re)connection is lost, so look once.
/// }
/// ```
/// It connects by itself, and again after the connection was lost, with growing pauses; it never throws. A server that
/// vanished without a word is noticed by a heartbeat. Behind a pooler in transaction mode nothing may arrive at all, so
/// look for yourself from time to time as well. The sequence ends when the iterating task is cancelled.
public struct NotificationListener: AsyncSequence, Sendable {
    public enum Event: Sendable, Hashable {
        /// All channels are listened to from now on. Comes first, and again after every reconnection; look for
        /// yourself once, because notifications from before are lost.
        case listening(afterReconnecting: Bool)
        /// The connection was lost, or could not be made, for this reason; it will be tried again.
        case disconnected(reason: String)
        case notification(Notification)
    }

    /// What a `NOTIFY` sent.
    public struct Notification: Sendable, Hashable {
        public let channel: String
        public let payload: String
        /// The process of the server that sent it.
        public let processID: Int32
    }

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let presenceLock: Int64?
    private let heartbeat: Duration
    private let logger: Logger?

    /// A listener that is not connected yet.
    ///
    /// - Parameters:
    ///   - presenceLock: An advisory lock to share from `.listening` until the connection ends, for senders who ask first:
    ///     while `pg_try_advisory_xact_lock` of it succeeds, nobody listens.
    ///   - heartbeat: How often a silent connection is checked, and how long the answer may take.
    public init(
        _ configuration: PostgresConfiguration,
        channels: [String],
        presenceLock: Int64? = nil,
        heartbeat: Duration = .seconds(15),
        logger: Logger? = nil
    ) {
        self.configuration = configuration
        self.channels = channels
        self.presenceLock = presenceLock
        self.heartbeat = heartbeat
        self.logger = logger
    }

    public func makeAsyncIterator() -> Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        let loop = ListenLoop(
            configuration,
            channels: channels,
            presenceLock: presenceLock,
            heartbeat: heartbeat,
            logger: logger,
            emit: { continuation.yield($0) }
        )
        continuation.onTermination = { _ in loop.stop() }
        loop.start()
        return Iterator(base: stream.makeAsyncIterator())
    }

    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<Event>.Iterator

        public mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
            await base.next(isolation: actor)
        }
    }
}
