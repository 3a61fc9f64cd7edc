import Synchronization
import Testing

@testable import Jobs

@Suite("Sharing what is under way", .timeLimit(.minutes(5)))
struct GroupCommitTests {
    @Test("Who finds nothing under way begins at once, alone")
    func alone() async {
        let commit = GroupCommit<Int, Int>(largest: 15)
        for item in 1...3 {
            #expect(
                await commit.perform(item, until: Latch()) { items in items().map { $0 * 10 + items().count } } == item
                    * 10 + 1
            )
        }
    }

    @Test("Who comes while a group is under way shares the next one, up to its size, and gets an answer of its own")
    func shared() async {
        let commit = GroupCommit<Int, Int>(largest: 15)
        let (started, release, end) = (Latch(), Latch(), Latch())
        let groups = Mutex<[[Int]]>([])
        let work: GroupCommit<Int, Int>.Work = { items in
            let mine = items()
            groups.withLock { $0.append(mine) }
            if mine == [0] {
                started.open()
                await release.wait()
            }
            return items()
        }
        async let first = commit.perform(0, until: end, with: work)
        await started.wait()
        // They have joined when their tasks are suspended: nothing else of theirs waits.
        let others = (1...20).map { item in Task { await commit.perform(item, until: end, with: work) } }
        while commit.waitingCount < 20 { await Task.yield() }
        release.open()
        var answers: [Int] = [await first]
        for other in others { answers.append(await other.value) }
        #expect(answers == Array(0...20))
        #expect(groups.withLock { $0.map(\.count) } == [1, 15, 5])
    }

    @Test("A group waits until those are back whom the last one served, and not for more")
    func regulars() async {
        let commit = GroupCommit<Int, Int>(largest: 15, patience: .seconds(7200))
        let (started, release, end) = (Latch(), Latch(), Latch())
        let groups = Mutex<[Set<Int>]>([])
        let work: GroupCommit<Int, Int>.Work = { items in
            let mine = items()
            groups.withLock { $0.append(Set(mine)) }
            if mine == [0] {
                started.open()
                await release.wait()
            }
            return mine
        }
        let first = Task {
            _ = await commit.perform(0, until: end, with: work)
            _ = await commit.perform(10, until: end, with: work)
        }
        await started.wait()
        let others = (1...4).map { item in Task { await commit.perform(item, until: end, with: work) } }
        while commit.waitingCount < 4 { await Task.yield() }
        release.open()
        await first.value
        for other in others { _ = await other.value }
        // Alone again, it waits for nobody.
        _ = await commit.perform(20, until: end, with: work)
        #expect(groups.withLock { $0 } == [[0], [1, 2, 3, 4, 10], [20]])
    }

    @Test("Nothing is lost or answered twice when many come at once")
    func many() async {
        let commit = GroupCommit<Int, Int>(largest: 15)
        let end = Latch()
        let underWay = Mutex((now: 0, most: 0))
        let work: GroupCommit<Int, Int>.Work = { items in
            underWay.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            await Task.yield()
            defer { underWay.withLock { $0.now -= 1 } }
            return items().map { -$0 }
        }
        let isRight = await withTaskGroup { group in
            for start in 0..<8 {
                group.addTask {
                    for item in start * 2_000..<(start + 1) * 2_000 {
                        guard await commit.perform(item, until: end, with: work) == -item else { return false }
                    }
                    return true
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(isRight)
        #expect(underWay.withLock { $0.most } == 1)
    }

    @Test("A task that is cancelled does not take the others' end with it")
    func cancelled() async {
        let commit = GroupCommit<Int, Bool>(largest: 15)
        let (started, release) = (Latch(), Latch())
        let task = Task {
            await commit.perform(1, until: Latch()) { items in
                started.open()
                await release.wait()
                return items().map { _ in Task.isCancelled }
            }
        }
        await started.wait()
        task.cancel()
        release.open()
        #expect(await task.value == false)
    }

    @Test("What is under way is cancelled at the end, and what comes later, too")
    func ended() async {
        let commit = GroupCommit<Int, Bool>(largest: 15)
        let (started, end) = (Latch(), Latch())
        let work: GroupCommit<Int, Bool>.Work = { items in
            started.open()
            try? await Task.sleep(for: .seconds(3600))
            return items().map { _ in Task.isCancelled }
        }
        async let first = commit.perform(1, until: end, with: work)
        await started.wait()
        end.open()
        #expect(await first)
        #expect(await commit.perform(2, until: end, with: work))
    }
}
