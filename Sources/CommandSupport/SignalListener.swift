public import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Signals as calls on a queue. From the moment it is made, none is lost.
///
/// A dispatch source for signals needs them ignored, and hears of them only once a thread of Dispatch listens. In between
/// they are lost for good: 7 of 400 that came in the first 16 ms of a worker.
public final class SignalListener: Sendable {
    private let numbers: [Int32]
    // Dispatch sources are safe to use from any thread; only their Swift type does not say so.
    nonisolated(unsafe) private let sources: [any DispatchSourceRead]

    /// - Parameters:
    ///   - numbers: of the signals, such as `SIGTERM`; one listener for each at a time.
    ///   - handler: is called on `queue` once a signal; never while the signal interrupts something else.
    public init(_ numbers: [Int32], on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        self.numbers = numbers
        sources = numbers.map { number in
            let end = SignalPipes.readEnd(of: number)
            let source = DispatchSource.makeReadSource(fileDescriptor: end, queue: queue)
            source.setEventHandler {
                var bytes = [UInt8](repeating: 0, count: 64)
                for _ in 0..<max(0, read(end, &bytes, bytes.count)) { handler() }
            }
            source.activate()
            signal(number, forward)
            return source
        }
    }

    /// Signals have their usual effect again.
    public func cancel() {
        for number in numbers { signal(number, SIG_DFL) }
        for source in sources { source.cancel() }
    }
}

/// A pipe for each signal that was ever listened to. It stays open: a signal may just be on its way into it.
private enum SignalPipes {
    private static let readEnds = Mutex<[Int32: Int32]>([:])

    static func readEnd(of number: Int32) -> Int32 {
        readEnds.withLock { readEnds in
            if let end = readEnds[number] { return end }
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { fatalError("no pipe for a signal: error \(errno)") }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            readEnds[number] = ends[0]
            writeEnds[Int(number)] = ends[1]
            return ends[0]
        }
    }
}

/// By the number of the signal: where a handler writes. Written before the handler is there.
nonisolated(unsafe) private let writeEnds = UnsafeMutablePointer<Int32>.allocate(capacity: 128)

/// Interrupts whatever a thread does, so that it may do next to nothing itself.
private func forward(_ number: Int32) {
    let error = errno
    var byte: UInt8 = 1
    _ = write(writeEnds[Int(number)], &byte, 1)
    errno = error
}
