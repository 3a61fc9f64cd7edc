import CommandSupport
import Dispatch
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.serialized, .timeLimit(.minutes(2)))
struct SignalListenerTests {
    @Test("No signal is lost, not even one that comes at once")
    func atOnce() async {
        for round in 1...200 {
            let (events, heard) = AsyncStream.makeStream(of: Void.self)
            let listener = SignalListener([SIGUSR1], on: DispatchQueue(label: "test")) { heard.yield() }
            kill(getpid(), SIGUSR1)
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() != nil, "round \(round)")
            listener.cancel()
        }
    }

    @Test("Each of several signals is heard of, one by one")
    func several() async {
        let (events, heard) = AsyncStream.makeStream(of: Void.self)
        let listener = SignalListener([SIGUSR1, SIGUSR2], on: DispatchQueue(label: "test")) { heard.yield() }
        defer { listener.cancel() }
        var iterator = events.makeAsyncIterator()
        for number in [SIGUSR1, SIGUSR2, SIGUSR2, SIGUSR1] {
            kill(getpid(), number)
            #expect(await iterator.next() != nil)
        }
    }
}
