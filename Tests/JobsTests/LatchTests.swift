import Testing

@testable import Jobs

@Suite("A latch", .timeLimit(.minutes(2)))
struct LatchTests {
    @Test("Those who wait go on when it opens, and those who come later do not wait")
    func opens() async {
        let latch = Latch()
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await latch.wait() } }
            latch.open()
        }
        await latch.wait()
        #expect(latch.isOpen)
    }

    @Test("A cancelled task does not wait")
    func cancelled() async {
        let latch = Latch()
        await withTaskGroup { group in
            group.addTask { await latch.wait() }
            group.cancelAll()
        }
        #expect(!latch.isOpen)
    }

    @Test("What ends before it opens keeps its result")
    func result() async throws {
        #expect(try await Latch().cancelling { 7 } == 7)
    }

    @Test("What is under way when it opens is cancelled")
    func cancels() async {
        let latch = Latch()
        await #expect(throws: CancellationError.self) {
            try await latch.cancelling {
                latch.open()
                try await Task.sleep(for: .seconds(600))
            }
        }
    }

    @Test("What begins when it is open is cancelled from the start, and its result counts all the same")
    func openBefore() async throws {
        let latch = Latch()
        latch.open()
        let isCancelled = try await latch.cancelling {
            while !Task.isCancelled { await Task.yield() }
            return true
        }
        #expect(isCancelled)
    }

    @Test("What is under way is cancelled with its caller")
    func cancelledCaller() async {
        let latch = Latch()
        let task = Task { try await latch.cancelling { try await Task.sleep(for: .seconds(600)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!latch.isOpen)
    }

    @Test("What was done when it opened counts")
    func done() async throws {
        let latch = Latch()
        let value = try await latch.cancelling {
            latch.open()
            // Not to be cancelled: a commit that went through.
            return 7
        }
        #expect(value == 7)
    }
}
