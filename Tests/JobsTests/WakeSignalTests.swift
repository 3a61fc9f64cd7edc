import Testing

@testable import Jobs

@Suite("Waking up", .timeLimit(.minutes(10)))
struct WakeSignalTests {
    @Test("A signal ends the wait, also one that came before it")
    func signal() async {
        let wake = WakeSignal()
        wake.signal()
        await wake.wait(atMost: .seconds(600))
        async let waited = wake.wait(atMost: .seconds(600))
        wake.signal()
        _ = await waited
    }

    @Test("A wait tells whether a signal ended it")
    func cause() async {
        let wake = WakeSignal()
        wake.signal()
        #expect(await wake.wait(atMost: .seconds(600)))
        #expect(await !wake.wait(atMost: .milliseconds(1)))
    }

    @Test("A wait that timed out does not make the next ones return at once")
    func timeout() async {
        let wake = WakeSignal()
        await wake.wait(atMost: .milliseconds(1))
        let start = ContinuousClock.now
        await wake.wait(atMost: .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test("A wait for no time at all ends")
    func noTime() async {
        let wake = WakeSignal()
        for _ in 0..<1000 { await wake.wait(atMost: .zero) }
    }

    @Test("Signals that nobody waited for count once")
    func coalescing() async {
        let wake = WakeSignal()
        wake.signal()
        wake.signal()
        await wake.wait(atMost: .seconds(600))
        let start = ContinuousClock.now
        await wake.wait(atMost: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }

    @Test("No signal is lost, however it falls between the beginning and the end of a wait")
    func stress() async {
        let wake = WakeSignal()
        let answered = WakeSignal()
        for round in 0..<3000 {
            let task = Task {
                // Some waits end by their limit first; the signal ends the next one.
                while await !wake.wait(atMost: .microseconds(round % 3 * 20)) {}
                answered.signal()
            }
            if round % 2 == 0 { await Task.yield() }
            wake.signal()
            #expect(await answered.wait(atMost: .seconds(60)))
            await task.value
        }
    }

    @Test("A cancelled task does not wait")
    func cancellation() async {
        let wake = WakeSignal()
        let task = Task { await wake.wait(atMost: .seconds(600)) }
        task.cancel()
        _ = await task.value
    }
}
