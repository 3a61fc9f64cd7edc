internal import CLibPQ
internal import Logging

/// Writes the server's notices to the log at debug level; libpq would print them to standard error.
final class NoticeLog {
    private let logger: Logger?

    init(_ logger: Logger?) { self.logger = logger }

    /// `self` must outlive `connection`.
    func receive(from connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                let log = Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue()
                log.write(result)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    private func write(_ result: OpaquePointer) {
        guard let logger, let message = PQresultErrorField(result, coppice_diag_message_primary) else { return }
        logger.debug("\(String(cString: message))", metadata: ["postgres.notice": "true"])
    }
}
