import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Fairness", .database, .timeLimit(.minutes(10)))
struct FairnessTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    /// Submits a job that became claimable so many minutes before or after noon.
    private func submit(minute: Int, priority: Int, queue name: String = "default") async throws -> Job.ID {
        let id = try await queue.submit {
            $0.priority = priority
            $0.queue = name
        }
        try await queue.execute(
            """
            update coppice.jobs set scheduled_at = timestamptz '2026-01-01 12:00Z' + make_interval(mins => \(Int32(minute)))
            where job_id = \(id)
            """
        )
        return id
    }

    /// An urgent job comes every minute, and there is a worker for just as many: the round in which the other job goes.
    private func wait(ofPriority priority: Int, behind urgent: Int, limit: Int) async throws -> Int? {
        let low = try await submit(minute: 0, priority: priority)
        // One more than can be done: the queue never runs dry.
        _ = try await submit(minute: 0, priority: urgent)
        for minute in 1...limit {
            _ = try await submit(minute: minute, priority: urgent)
            let job = try #require(try await queue.claim().first)
            try await queue.jobs.finish(job.lease) { _ in }
            if job.id == low { return minute }
        }
        return nil
    }

    @Test("Under a constant stream of urgent jobs a less urgent one waits ten minutes for each step, and no longer")
    func boundedWait() async throws {
        // Urgent jobs up to minute 30 go first: the one of minute 0 and thirty more.
        #expect(try await wait(ofPriority: 2, behind: 5, limit: 60) == 31)
    }

    @Test("With absolute priorities it would starve")
    func starvation() async throws {
        try await QueueStore(pool: queue.jobs.pool).setPriorityStep(.seconds(86_400 * 1000))
        #expect(try await wait(ofPriority: 2, behind: 5, limit: 60) == nil)
    }

    @Test("Another step puts jobs that wait already in their new order")
    func step() async throws {
        let old = try await submit(minute: 0, priority: 0)
        let urgent = try await submit(minute: 15, priority: 1)
        let queues = QueueStore(pool: queue.jobs.pool)
        #expect(try await queues.priorityStep() == .seconds(600))
        try await queues.setPriorityStep(.seconds(1200))
        #expect(try await queues.priorityStep() == .seconds(1200))
        #expect(try await queue.claim(limit: 2).map(\.id) == [urgent, old])
        try await queue.execute("update coppice.jobs set state = 'queued', worker_id = null, lease_until = null")
        try await queues.setPriorityStep(.seconds(600))
        #expect(try await queue.claim(limit: 2).map(\.id) == [old, urgent])
    }

    @Test("A step that makes no sense is refused", arguments: [0, -1, 86_400_001])
    func wrongStep(seconds: Int) async throws {
        let error = await #expect(throws: JobError.self) {
            try await QueueStore(pool: queue.jobs.pool).setPriorityStep(.seconds(seconds))
        }
        #expect(error?.code == .invalid)
    }

    @Test("The most and the least urgent job fit the order")
    func extremes() async throws {
        try await QueueStore(pool: queue.jobs.pool).setPriorityStep(.seconds(86_400 * 1000))
        let (least, most) = try await (submit(minute: 0, priority: -32768), submit(minute: 0, priority: 32767))
        #expect(try await queue.claim(limit: 2).map(\.id) == [most, least])
    }

    @Test("A claim reads the index in order: it neither sorts nor scans what waits")
    func plan() async throws {
        try await queue.execute(
            """
            insert into coppice.jobs (client_token, kind, spec, experiment_id, priority)
            select gen_random_uuid(), 'train', '{}', 0, n % 5 from generate_series(1, 20000) n
            """
        )
        try await queue.execute("analyze coppice.jobs")
        let plan = try await queue.jobs.pool.withSession { session in
            try session.execute(
                """
                explain (costs off) select j.job_id from coppice.jobs j
                where j.state = 'queued' and j.queue = 'default'
                order by coppice.claim_order(j.priority, j.scheduled_at), j.job_id
                limit 1 for update skip locked
                """
            ).map { row in try row.string(0) }.joined(separator: "\n")
        }
        #expect(plan.contains("Index Scan using jobs_claim_idx"), "\(plan)")
        #expect(!plan.contains("Sort"), "\(plan)")
    }

    @Test("A share of the claims is a queue's own; what it leaves goes to the others")
    func shares() async throws {
        for minute in 0..<4 { _ = try await submit(minute: minute, priority: 9, queue: "train") }
        for minute in 0..<2 { _ = try await submit(minute: minute, priority: 0, queue: "predict") }
        let claim = { (shares: [Int32]?) in
            try await queue.jobs.claim(
                for: queue.worker,
                queues: ["train", "predict"],
                limit: 3,
                lease: .seconds(30),
                shares: shares
            ).map(\.queue).sorted()
        }
        #expect(try await claim([2, 1]) == ["predict", "train", "train"])
        #expect(try await claim([0, 3]) == ["predict", "train", "train"])
        #expect(try await claim(nil) == [])
    }
}

@Suite("Queues that share a worker")
struct QueueSharesTests {
    /// Claims one job after another from queues with so many jobs each.
    private func order(_ shares: QueueShares, jobs: [String: Int], claims: Int) -> [String] {
        var (shares, jobs, order) = (shares, jobs, [String]())
        for _ in 0..<claims {
            let wanted = shares.shares(of: 1)
            let first = shares.queues[wanted.firstIndex(of: 1) ?? 0]
            guard let queue = ([first] + shares.queues).first(where: { jobs[$0, default: 0] > 0 }) else { break }
            jobs[queue, default: 0] -= 1
            order.append(queue)
            shares.record([queue: 1], of: wanted)
        }
        return order
    }

    @Test("Each queue gets its share, and none waits long for its turn")
    func weights() {
        let shares = QueueShares(["train", "predict"], weights: ["train": 3])
        let order = order(shares, jobs: ["train": 1000, "predict": 1000], claims: 400)
        #expect(order.count { $0 == "train" } == 300)
        for start in stride(from: 0, to: 400, by: 4) {
            #expect(order[start..<start + 4].contains("predict"))
        }
    }

    @Test("Several claims at a time are divided like single ones")
    func batches() {
        #expect(QueueShares(["a", "b", "c"], weights: ["a": 2, "b": 2]).shares(of: 10) == [4, 4, 2])
    }

    @Test("What an empty queue leaves goes to the others, and is not saved up")
    func empty() {
        var shares = QueueShares(["a", "b"], weights: ["a": 1, "b": 1])
        for _ in 0..<50 {
            let wanted = shares.shares(of: 1)
            shares.record(["a": 1], of: wanted)
        }
        #expect(order(shares, jobs: ["a": 10, "b": 10], claims: 10).count { $0 == "b" } == 5)
    }

    @Test("A worker that finds nothing stays as it was")
    func idle() {
        var shares = QueueShares(["a", "b"], weights: ["a": 1, "b": 1])
        let before = shares
        shares.record([:], of: [1, 1])
        #expect(shares == before)
    }
}
