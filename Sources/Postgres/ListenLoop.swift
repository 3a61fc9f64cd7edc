internal import CLibPQ
internal import Dispatch
internal import Logging

/// The work of a `NotificationListener`, all of it on one serial queue.
///
/// Nothing is parked while nothing happens: a dispatch source watches the socket.
final class ListenLoop: @unchecked Sendable {
    // Unchecked: every stored variable is used on `queue` only.
    private let queue = DispatchQueue(label: "coppice.postgres.listen")
    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let presenceLock: Int64?
    private let heartbeat: Duration
    private let logger: Logger?
    private let emit: @Sendable (NotificationListener.Event) -> Void

    private var link: ServerLink?
    private var socket: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?
    private var awaitsHeartbeat = false
    private var hasConnectedBefore = false
    private var failures = 0
    private var isStopped = false

    init(
        _ configuration: PostgresConfiguration,
        channels: [String],
        presenceLock: Int64?,
        heartbeat: Duration,
        logger: Logger?,
        emit: @escaping @Sendable (NotificationListener.Event) -> Void
    ) {
        var patient = configuration
        // A server that takes the connection and then says nothing: nobody would listen, and nobody notice.
        patient.answerLimit = configuration.answerLimit ?? max(heartbeat, .seconds(10))
        self.configuration = patient
        self.channels = channels
        self.presenceLock = presenceLock
        self.heartbeat = heartbeat
        self.logger = logger
        self.emit = emit
    }

    func start() {
        queue.async { self.connect() }
    }

    func stop() {
        queue.async {
            self.isStopped = true
            self.disconnect()
        }
    }

    private func connect() {
        guard !isStopped else { return }
        do {
            let link = try ServerLink(configuration, logger: logger)
            for channel in channels {
                try link.run(SQL("listen \(identifier: channel)").text, expecting: PGRES_COMMAND_OK)
            }
            if let presenceLock {
                try link.run("select pg_catalog.pg_advisory_lock_shared(\(presenceLock))", expecting: PGRES_TUPLES_OK)
            }
            self.link = link
            watch(link)
            emit(.listening(afterReconnecting: hasConnectedBefore))
            hasConnectedBefore = true
            failures = 0
            // Notifications that came with the answers to LISTEN are in libpq's hands already.
            deliver(link)
        } catch {
            reconnect(because: "\(error)")
        }
    }

    private func watch(_ link: ServerLink) {
        let socket = DispatchSource.makeReadSource(fileDescriptor: PQsocket(link.connection), queue: queue)
        socket.setEventHandler { [unowned self] in self.receive() }
        // The descriptor must stay open until the source lets go of it.
        let keptOpen = SendableReference(link)
        socket.setCancelHandler { _ = keptOpen }
        socket.resume()
        self.socket = socket

        let timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = DispatchTimeInterval.milliseconds(Int(heartbeat / .milliseconds(1)))
        timer.schedule(deadline: .now() + interval, repeating: interval)
        timer.setEventHandler { [unowned self] in self.beat() }
        timer.resume()
        self.timer = timer
        awaitsHeartbeat = false
    }

    private func receive() {
        guard let link else { return }
        // Until nothing is left: of a server that says why it ends the connection, and ends it, Dispatch may tell only once.
        repeat {
            guard PQconsumeInput(link.connection) == 1, link.isUsable else {
                return reconnect(because: String(cString: PQerrorMessage(link.connection)).onOneLine)
            }
            // The answers to heartbeats.
            while PQisBusy(link.connection) == 0, let result = PQgetResult(link.connection) {
                awaitsHeartbeat = false
                PQclear(result)
            }
            guard link.isUsable else {
                return reconnect(because: String(cString: PQerrorMessage(link.connection)).onOneLine)
            }
            deliver(link)
        } while link.hasInput
    }

    private func deliver(_ link: ServerLink) {
        while let notification = PQnotifies(link.connection) {
            defer { PQfreemem(notification) }
            emit(
                .notification(
                    NotificationListener.Notification(
                        channel: String(cString: notification.pointee.relname),
                        payload: String(cString: notification.pointee.extra),
                        processID: notification.pointee.be_pid
                    )
                )
            )
        }
    }

    private func beat() {
        guard let link else { return }
        guard !awaitsHeartbeat else { return reconnect(because: "the server does not answer") }
        awaitsHeartbeat = true
        guard PQsendQuery(link.connection, "select 1") == 1 else {
            return reconnect(because: String(cString: PQerrorMessage(link.connection)).onOneLine)
        }
    }

    private func reconnect(because reason: String) {
        disconnect()
        let pause = Backoff.pause(after: failures)
        failures += 1
        logger?.info("Lost the connection for notifications", metadata: ["reason": "\(reason)"])
        emit(.disconnected(reason: reason))
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(pause / .milliseconds(1)))) { self.connect() }
    }

    private func disconnect() {
        socket?.cancel()
        timer?.cancel()
        socket = nil
        timer = nil
        link = nil
    }
}

extension ServerLink {
    fileprivate func run(_ sql: String, expecting status: ExecStatusType) throws(PostgresError) {
        let result = run(sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == status else { throw PostgresError.of(result, self, sql: sql) }
    }
}

/// Keeps a link alive from a handler that runs on the link's own queue.
private struct SendableReference: @unchecked Sendable {
    let link: ServerLink

    init(_ link: ServerLink) { self.link = link }
}
