import Dispatch
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// Jobs that are given to a worker instead of being claimed by it.
@Suite("Offers of idle workers", .database, .timeLimit(.minutes(10)))
struct OfferTests {
    private let queue: QueueFixture
    private let channel = "own_channel"

    init() async throws {
        queue = try await QueueFixture()
    }

    /// What comes on the worker's channel, and for all workers.
    private func hear(_ worker: Worker.ID? = nil) async -> NotificationListener.Iterator {
        await queue.hear(for: worker ?? queue.worker, on: [channel, JobStore.wakeChannel])
    }

    /// Claims, or offers to take a job.
    private func claim(
        _ number: Int64 = 1,
        for worker: Worker.ID? = nil,
        limit: Int = 1,
        running: Int = 0,
        lasting lasts: Duration? = .seconds(3600)
    ) async throws -> (jobs: [ClaimedJob], isHandedOver: Bool) {
        let request = JobStore.ClaimRequest(
            worker: worker ?? queue.worker,
            queues: ["default", "other"],
            limit: limit,
            lease: .seconds(30),
            shares: [1, 1]
        )
        let offer = WorkerOffer(number: number, channel: channel, running: running, lasts: lasts)
        while true {
            do {
                switch try await queue.jobs.claim(request, orOffer: offer) {
                case .claimed(let jobs): return (jobs, false)
                case .handedOver(let job): return ([job], true)
                case .spent: return ([], true)
                }
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
                continue
            }
        }
    }

    private func offer(_ number: Int64 = 1, for worker: Worker.ID? = nil, running: Int = 0) async throws {
        #expect(try await claim(number, for: worker, running: running).jobs.isEmpty)
    }

    /// Whose a running job is.
    private func owner(of id: Job.ID) async throws -> Worker.ID {
        Worker.ID(
            rawValue: try await queue.value(
                Int64.self,
                "select coalesce(worker_id, 0) from coppice.jobs where job_id = \(id)"
            )
        )
    }

    @Test("A job goes to the worker that offered to take one, which hears all that a claim would have returned")
    func handOver() async throws {
        func submit() async throws -> Job.ID {
            try await queue.submit {
                $0.spec = ["trees": 7]
                $0.runName = "odd \"name\"\n"
                $0.params = ["depth": "5", "long": String(repeating: "x", count: 7000)]
                $0.tags = ["team": "blue"]
                $0.timeout = .milliseconds(5500)
                $0.maxAttempts = 2
                $0.parentRunNumber = 999
            }
        }
        let made: SQL = """
            select concat_ws(' ', r.name, r.status, r.user_id, r.parent_run_no is null, a.attempt, a.worker_id,
                a.run_no = r.run_no, a.started_at = j.started_at, j.state, j.lease_until - j.started_at, j.waits_on,
                (select string_agg(concat(p.key, '=', length(p.value)), ',' order by p.key)
                    from coppice.params p where p.run_no = r.run_no),
                (select string_agg(concat(t.key, '=', t.value), ',' order by t.key)
                    from coppice.tags t where t.run_no = r.run_no))
            from coppice.jobs j
            join coppice.attempts a on a.job_id = j.job_id and a.attempt = j.attempt
            join coppice.runs r on r.job_id = j.job_id and r.attempt = j.attempt
            """
        _ = try await submit()
        let claimed = try #require(try await queue.claim().first)
        let madeByClaim = try await queue.value(String.self, made)
        try await queue.execute("truncate coppice.jobs, coppice.attempts, coppice.runs cascade")

        var events = await hear()
        try await offer()
        let id = try await submit()
        #expect(try await queue.state(id) == .running)
        #expect(
            try await queue.value(String.self, made).replacing("00:00:30", with: "")
                == madeByClaim.replacing(#/00:00:30\S*/#, with: "")
        )

        guard case .notification(let notification) = await events.next(isolation: nil) else {
            Issue.record("nothing was heard")
            return
        }
        let handedOver = try #require(HandedOverJob(notification.payload, for: queue.worker))
        let returned = try await claim()
        #expect(handedOver.offer == 1 && returned.isHandedOver)
        for job in [handedOver.job, returned.jobs.first] {
            let job = try #require(job)
            #expect(job.lease == JobLease(job: id, attempt: 1, worker: queue.worker))
            #expect(job.kind == claimed.kind && job.queue == claimed.queue && job.runName == claimed.runName)
            #expect(job.spec == claimed.spec && job.experimentID == 0 && job.timeout == .milliseconds(5500))
            #expect(job.failures == 0 && job.maxAttempts == 2 && job.submittedBy == "tester")
            let number: SQL = "select run_no from coppice.runs where run_id = \(job.runID)"
            #expect(try await queue.value(Int64.self, number) == job.runNumber)
        }
        // Whoever took it in counts on.
        try await offer(2)
        try await queue.jobs.finish(#require(handedOver.job).lease) { _ in }
        #expect(try await queue.state(id) == .succeeded)
    }

    @Test("Only who hears is given jobs, for as long as it says, of its own queues")
    func notHandedOver() async throws {
        let other = try await queue.anotherWorker().worker
        let held = await hear()
        // It heard once, and is gone.
        try await offer(for: other)
        let first = try await queue.submit()
        #expect(try await queue.state(first) == .queued)
        #expect(try await claim(for: other).jobs.map(\.id) == [first])
        // Once, although it is the job of its offer.
        let again = try await claim(for: other)
        #expect(again.jobs.isEmpty && !again.isHandedOver)

        try await offer()
        let options: [(inout NewJob) -> Void] = [
            { $0.queue = "third" },
            { $0.start = .after(.seconds(3600)) },
            { $0.needs = [first] },
            { $0.uniqueKey = "key" },
        ]
        for change in options {
            let id = try await queue.submit(change)
            #expect(try await queue.state(id) != .running)
        }
        try await queue.execute("insert into coppice.queues (queue, paused_at) values ('other', clock_timestamp())")
        let paused = try await queue.submit { $0.queue = "other" }
        #expect(try await queue.state(paused) == .queued)
        let (one, two) = (queue.newJob { $0.queue = "third" }, queue.newJob { $0.queue = "third" })
        #expect(try await queue.jobs.submit([one, two]).count == 2)

        // A transaction that goes on would keep the worker waiting.
        let alone = queue.newJob()
        let inside = try await queue.database.connect().withTransaction { session in
            try JobStore.submit([alone], in: session)[0].id
        }
        #expect(try await queue.state(inside) == .queued)
        try await queue.execute("delete from coppice.jobs where job_id = \(inside)")

        try await queue.execute("update coppice.worker_offers set expires_at = clock_timestamp()")
        let late = try await queue.submit()
        #expect(try await queue.state(late) == .queued)
        _ = held
    }

    @Test("The end of a transaction hands over, too")
    func submitAndCommit() async throws {
        let held = await hear()
        try await offer()
        let job = queue.newJob()
        let id = try await queue.database.connect().withTransaction { session in
            _ = try session.execute("select 1")
            return try JobStore.submitAndCommit([job], in: session)[0].id
        }
        #expect(try await queue.state(id) == .running)
        #expect(try await queue.jobs.submit([job]) == [SubmittedJob(id: id, isNew: false)])
        _ = held
    }

    @Test("The least busy worker is given the job, and each of them one")
    func leastBusy() async throws {
        let others = [try await queue.anotherWorker("b").worker, try await queue.anotherWorker("c").worker]
        let held = [await hear(), await hear(others[0]), await hear(others[1])]
        try await offer(running: 2)
        try await offer(for: others[0], running: 3)
        try await offer(for: others[1], running: 1)
        var owners: [Worker.ID] = []
        for _ in 0..<3 { owners.append(try await owner(of: queue.submit())) }
        #expect(owners == [others[1], queue.worker, others[0]])
        #expect(try await queue.state(queue.submit()) == .queued)
        _ = held
    }

    @Test("A job of which there is too much to say is returned by the next claim")
    func longSpec() async throws {
        var events = await hear()
        try await offer()
        let spec = String(repeating: "ä", count: 5000)
        let id = try await queue.submit { $0.spec = [spec: 1] }
        guard case .notification(let notification) = await events.next(isolation: nil) else {
            Issue.record("nothing was heard")
            return
        }
        let handedOver = try #require(HandedOverJob(notification.payload, for: queue.worker))
        #expect(handedOver.offer == 1 && handedOver.job == nil)
        let (jobs, isHandedOver) = try await claim()
        #expect(isHandedOver && jobs.map(\.id) == [id])
        #expect(try jobs[0].spec.decode([String: Int].self) == [spec: 1])
    }

    @Test("A claim that finds jobs ends the offer, and so does one that makes none")
    func withdraw() async throws {
        let held = await hear()
        for endsByClaim in [true, false] {
            try await offer()
            let found = try await queue.jobs.submit([queue.newJob { $0.queue = "third" }])[0].id
            if endsByClaim {
                try await queue.execute("update coppice.jobs set queue = 'other' where job_id = \(found)")
            }
            let (jobs, isHandedOver) = try await claim(lasting: endsByClaim ? .seconds(3600) : nil)
            #expect(jobs.map(\.id) == (endsByClaim ? [found] : []) && !isHandedOver)
            let next = try await queue.submit()
            #expect(try await queue.state(next) == .queued)
            // Nothing is claimed by who only wants to know what it was given.
            #expect(try await claim(limit: 0, lasting: nil).jobs.isEmpty)
            #expect(try await claim().jobs.map(\.id) == [next])
        }
        _ = held
    }

    @Test(
        "After a job that was given away and ended before the worker looked comes another offer, and nothing is claimed"
    )
    func takenAway() async throws {
        let held = await hear()
        try await offer()
        let id = try await queue.submit()
        try await queue.execute("update coppice.jobs set lease_until = clock_timestamp() - interval '1 s'")
        #expect(try await queue.jobs.rescue(maxLosses: 5) == 1)
        let spent = try await claim()
        #expect(spent.jobs.isEmpty && spent.isHandedOver)
        #expect(try await queue.state(id) == .queued)
        #expect(try await claim(2).jobs.map(\.id) == [id])
        try await offer(2)
        // An old claim that is executed late takes nothing, and leaves the offer as it is.
        try await queue.execute("insert into coppice.queues (queue) values ('other')")
        let other = try await queue.jobs.submit([queue.newJob { $0.queue = "third" }])[0].id
        try await queue.execute("update coppice.jobs set queue = 'other' where job_id = \(other)")
        let late = try await claim(1)
        #expect(late.jobs.isEmpty && late.isHandedOver)
        #expect(try await queue.value(Bool.self, "select is_open from coppice.worker_offers"))
        _ = held
    }

    @Test(
        "A claim waits for who is about to take the offer up, whether that is committed or not",
        arguments: [true, false]
    )
    func claimWaits(isCommitted: Bool) async throws {
        let held = await hear()
        try await offer()
        let job = queue.newJob()
        let goesOn = DispatchSemaphore(value: 0)
        async let submitted = queue.database.connect().withTransaction { session in
            // As no client of ours does it: in a transaction that goes on.
            let rows = try session.execute(
                """
                select job_id
                from coppice.submit_job(
                    \(job.clientToken), 'train', 'default', 0, '{}', 0, null, null, '{}', '{}', 3, null, null, null, null,
                    '{}', 'tester', true
                )
                """
            )
            goesOn.wait()
            if !isCommitted { throw CancellationError() }
            return Job.ID(rawValue: try rows[0].int64(0))
        }
        try await queue.wait(
            for: """
                select exists (
                    select from pg_stat_activity
                    where datname = current_database() and query like '%submit_job%' and state = 'idle in transaction'
                )
                """
        )
        async let claimed = claim()
        try await queue.wait(
            for: """
                select exists (
                    select from pg_stat_activity
                    where datname = current_database() and query like '%claim_or_offer%' and wait_event_type = 'Lock'
                )
                """
        )
        goesOn.signal()
        let id = try? await submitted
        let (jobs, isHandedOver) = try await claimed
        #expect(jobs.map(\.id) == [id].compactMap { $0 } && isHandedOver == isCommitted && (id != nil) == isCommitted)
        _ = held
    }

    @Test("Nobody else is woken for a job that was given away, and everybody for one that was not")
    func wakeUp() async throws {
        var events = await hear()
        func next() async -> String {
            guard case .notification(let notification) = await events.next(isolation: nil) else { return "" }
            return notification.channel
        }
        try await offer()
        try await queue.submit()
        try await queue.submit()
        #expect(await [next(), next()] == [channel, JobStore.wakeChannel])
        try await queue.submit()
        #expect(await next() == JobStore.wakeChannel)
    }
}
