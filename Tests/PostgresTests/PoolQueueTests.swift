import Testing

@testable import Postgres

struct PoolQueueTests {
    private typealias Queue = PoolQueue<String, Int>

    private func ask(_ queue: inout Queue, waiter: Int) -> (Queue.Ticket, Queue.Answer) {
        let ticket = queue.nextTicket()
        return (ticket, queue.request(ticket, waiter: waiter))
    }

    @Test("No more than `size` are made, the rest wait in line")
    func size() {
        var queue = Queue(size: 2)
        #expect(ask(&queue, waiter: 1).1.isMake)
        #expect(ask(&queue, waiter: 2).1.isMake)
        #expect(ask(&queue, waiter: 3).1.isWait)
        #expect(ask(&queue, waiter: 4).1.isWait)
        #expect(queue.giveBack("a") == 3)
        #expect(queue.giveBack("a") == 4)
        #expect(queue.giveBack("a") == nil)
        #expect(ask(&queue, waiter: 5).1.idle == "a")
    }

    @Test("The one used last is lent first")
    func lastIn() {
        var queue = Queue(size: 2)
        _ = ask(&queue, waiter: 1)
        _ = ask(&queue, waiter: 2)
        _ = queue.giveBack("a")
        _ = queue.giveBack("b")
        #expect(ask(&queue, waiter: 3).1.idle == "b")
    }

    @Test("A cancelled waiter is passed over")
    func cancelWaiting() {
        var queue = Queue(size: 1)
        _ = ask(&queue, waiter: 1)
        let (second, _) = ask(&queue, waiter: 2)
        _ = ask(&queue, waiter: 3)
        #expect(queue.cancel(second) == 2)
        #expect(queue.giveBack("a") == 3)
    }

    @Test("A ticket can be cancelled before it asks, and after it was served")
    func cancelEarlyAndLate() {
        var queue = Queue(size: 1)
        let early = queue.nextTicket()
        #expect(queue.cancel(early) == nil)
        #expect(queue.request(early, waiter: 1).isCancelled)
        let (served, answer) = ask(&queue, waiter: 2)
        #expect(answer.isMake)
        #expect(queue.cancel(served) == nil)
    }

    @Test("The reserve is lent to who has waited for long enough, and comes back when nobody has")
    func reserve() {
        var queue = Queue(size: 3, reserve: PostgresPool.Reserve(beyond: 1, after: .seconds(1)))
        let start = ContinuousClock.now
        func ask(_ waiter: Int, at seconds: Double) -> Queue.Answer {
            let ticket = queue.nextTicket()
            return queue.request(ticket, waiter: waiter, now: start + .seconds(seconds))
        }
        #expect(ask(1, at: 0).isMake)
        #expect(queue.reserveIsDue == nil)
        #expect(ask(2, at: 0).isWait)
        #expect(ask(3, at: 0.5).isWait)
        #expect(queue.reserveIsDue == start + .seconds(1))
        let early = queue.lendReserve(now: start + .seconds(0.9))
        #expect(early?.waiter == nil)
        let second = queue.lendReserve(now: start + .seconds(1))
        #expect(second?.waiter == 2 && second?.answer.isMake == true)
        // One of two comes back: the third has not waited for long enough for the other.
        #expect(queue.giveBack("b", now: start + .seconds(1.2)) == nil)
        let third = queue.lendReserve(now: start + .seconds(1.6))
        #expect(third?.waiter == 3 && third?.answer.idle == "b")
        #expect(queue.reserveIsDue == nil)

        #expect(ask(4, at: 2).isWait)
        #expect(queue.giveBack("b", now: start + .seconds(3)) == 4)
        #expect(queue.giveBack("b", now: start + .seconds(3)) == nil)
        // What is no reserve goes from hand to hand.
        #expect(ask(5, at: 3).isWait)
        #expect(queue.giveBack("a", now: start + .seconds(3)) == 5)
        #expect(queue.giveBack("a", now: start + .seconds(3)) == nil)
        #expect(ask(6, at: 4).idle == "a")
    }

    @Test("Idle ones can be given up, and others are made in their place")
    func removeIdle() {
        var queue = Queue(size: 2)
        _ = ask(&queue, waiter: 1)
        _ = ask(&queue, waiter: 2)
        #expect(queue.giveBack("a") == nil)
        #expect(queue.removeIdle() == ["a"])
        #expect(ask(&queue, waiter: 3).1.isMake)
        #expect(ask(&queue, waiter: 4).1.isWait)
    }

    @Test("Closing tells those who wait and refuses those who come")
    func close() {
        var queue = Queue(size: 1)
        _ = ask(&queue, waiter: 1)
        _ = ask(&queue, waiter: 2)
        #expect(queue.close() == [2])
        #expect(queue.giveBack("a") == nil)
        #expect(ask(&queue, waiter: 3).1.isClosed)
    }
}

extension PoolQueue.Answer {
    fileprivate var idle: Item? { if case .idle(let item) = self { item } else { nil } }
    fileprivate var isMake: Bool { if case .make = self { true } else { false } }
    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
    fileprivate var isCancelled: Bool { if case .cancelled = self { true } else { false } }
    fileprivate var isClosed: Bool { if case .closed = self { true } else { false } }
}
