import ChaosSupport
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// Jobs that publish nothing end in one transaction.
@Suite("Jobs that end together", .database, .timeLimit(.minutes(10)))
struct FinishTogetherTests {
    private let queue: QueueFixture

    init() async throws {
        queue = try await QueueFixture()
    }

    private func claimAll(_ count: Int, _ change: (inout NewJob) -> Void = { _ in }) async throws -> [JobLease] {
        _ = try await queue.jobs.submit((0..<count).map { _ in queue.newJob(change) })
        let leases = try await queue.claim(limit: count).map(\.lease)
        try #require(leases.count == count)
        return leases
    }

    private func finish(_ leases: [JobLease], claiming limit: Int = 0) async throws -> JobStore.FinishedTogether {
        let request = JobStore.ClaimRequest(
            worker: queue.worker,
            queues: ["default"],
            limit: limit,
            lease: .seconds(30)
        )
        return try await queue.jobs.finishTogether {
            leases
        } claiming: { _ in
            limit > 0 ? request : nil
        }
    }

    private func outcomes(_ leases: [JobLease]) async throws -> [AttemptOutcome?] {
        var outcomes: [AttemptOutcome?] = []
        for lease in leases { outcomes.append(try await queue.jobs.outcome(of: lease)) }
        return outcomes
    }

    /// What is left of each job, in all tables, without what differs from job to job.
    private static let left: SQL = """
        select coalesce(string_agg(concat_ws(' ',
            (to_jsonb(f) - '{job_id,client_token,submitted_at,started_at,finished_at,scheduled_at,run_no}'::text[])::text,
            f.finished_at > f.started_at, a.outcome, a.ended_at > a.started_at, a.run_no = r.run_no, r.status,
            r.ended_at > r.started_at, (select count(*) from coppice.jobs)), '; ' order by f.job_id), '')
        from coppice.finished_jobs f
        left join coppice.attempts a on a.job_id = f.job_id and a.attempt = f.attempt
        left join coppice.runs r on r.job_id = f.job_id and r.attempt = f.attempt
        """

    @Test("They leave the same behind as jobs that end alone, in one transaction")
    func sameAsAlone() async throws {
        func submit() async throws -> [JobLease] {
            try await claimAll(3) {
                $0.params = ["depth": "5"]
                $0.tags = ["team": "trees"]
                $0.runName = "named"
                $0.timeout = .seconds(77)
                $0.priority = 3
            }
        }
        for lease in try await submit() { try await queue.jobs.finish(lease) { _ in } }
        let alone = try await queue.value(String.self, Self.left)
        #expect(alone.contains("succeeded") && alone.contains("FINISHED"))
        try await queue.execute("truncate coppice.jobs, coppice.finished_jobs, coppice.attempts, coppice.runs cascade")

        let leases = try await submit()
        let finished = try await finish(leases)
        #expect(finished.leases == Set(leases))
        #expect(finished.claimed.isEmpty && finished.wokenQueues.isEmpty)
        #expect(try await queue.value(String.self, Self.left) == alone)
        #expect(try await queue.value(Int.self, "select count(distinct xmin::text) from coppice.finished_jobs") == 1)
    }

    @Test("Each is fenced for itself: what was taken away, or is to be cancelled, does not keep the others from ending")
    func fences() async throws {
        let leases = try await claimAll(5)
        try await queue.execute(
            "update coppice.jobs set lease_until = now() - interval '1 s' where job_id = \(leases[1].job)"
        )
        _ = try await queue.jobs.rescue(maxLosses: 5)
        _ = try await queue.jobs.cancel(leases[2].job)
        let other = try await queue.anotherWorker().worker
        let foreign = JobLease(job: leases[3].job, attempt: 1, worker: other)
        let late = JobLease(job: leases[4].job, attempt: 2, worker: queue.worker)

        #expect(try await finish([leases[0], leases[1], leases[2], late]).leases == [leases[0]])
        #expect(try await finish([foreign, JobLease(job: leases[4].job, attempt: 1, worker: other)]).leases == [])
        #expect(try await outcomes(leases) == [.succeeded, .lost, nil, nil, nil])
        for lease in leases[1...2] {
            await #expect(throws: JobError.self) { try await finish([lease]) }
        }
        // Twice is once.
        #expect(try await finish([leases[0], leases[3], leases[4]]).leases == [leases[3], leases[4]])
        #expect(try await finish(leases).leases == [])
    }

    @Test("One that others wait for ends alone, and wakes them")
    func dependents() async throws {
        let leases = try await claimAll(2)
        let waiting = try await queue.submit { $0.needs = [leases[0].job] }
        #expect(try await finish(leases).leases == [leases[1]])
        #expect(try await queue.state(waiting) == .waiting)

        let finished = try await finish([leases[0]], claiming: 1)
        #expect(finished.leases == [leases[0]] && finished.wokenQueues == ["default"])
        #expect(finished.claimed.map(\.id) == [waiting])
    }

    @Test("As many are claimed as ended, and no more than were asked for")
    func claims() async throws {
        let leases = try await claimAll(4)
        let next = try await queue.jobs.submit((0..<9).map { _ in queue.newJob() }).map(\.id)
        _ = try await queue.jobs.cancel(leases[1].job)
        #expect(try await finish([leases[0], leases[1]], claiming: 2).claimed.map(\.id) == [next[0]])
        #expect(try await finish([leases[1], leases[0]], claiming: 2).claimed.isEmpty)
        #expect(try await finish([leases[2], leases[3]], claiming: 1).claimed.map(\.id) == [next[1]])
    }

    @Test("Who is held by somebody else for long does not hold up the others: none ends then, and each can alone")
    func heldRow() async throws {
        let leases = try await claimAll(3)
        let (held, release) = (Latch(), Latch())
        async let holder: Void = queue.database.pool(size: 1).withTransaction { session in
            try session.execute("select from coppice.jobs where job_id = \(leases[1].job) for update")
            held.open()
            while !release.isOpen { try session.execute("select pg_sleep(0.01)") }
        }
        await held.wait()
        let error = await #expect(throws: PostgresError.self) { try await finish(leases) }
        #expect(error?.sqlState?.rawValue == "55P03")
        #expect(try await outcomes(leases) == [nil, nil, nil])
        #expect(try await finish([leases[0]]).leases == [leases[0]])
        release.open()
        try await holder
        #expect(try await finish([leases[1], leases[2]]).leases == [leases[1], leases[2]])
    }

    /// How many ended in a transaction with another one.
    private static let shared: SQL = """
        select coalesce(sum(jobs), 0)::bigint
        from (select count(*) as jobs from coppice.finished_jobs group by xmin::text having count(*) > 1) grouped
        """

    @Test(
        "A worker ends those together that are done together, in the middle of those that publish, fail and say something"
    )
    func mixed() async throws {
        let ids = try await queue.jobs.submit((0..<120).map { _ in queue.newJob { $0.maxAttempts = 2 } }).map(\.id)
        let loop = queue.loop(.restless { $0.concurrency = 10 }) { job, context in
            switch job.id.rawValue % 6 {
            case 0:
                return JobResult { session in
                    try session.execute("insert into coppice.registered_models (name) values (\("job \(job.id)"))")
                }
            case 1 where job.lease.attempt == 1: throw JobFailure.transient("not yet")
            case 2: context.log("nothing to publish, but something to say")
            default: break
            }
            return .nothing
        }
        #expect(await loop.run() == 140)
        #expect(try await queue.jobs.status(of: ids).allSatisfy { $0.state == .succeeded })
        #expect(try await queue.value(Int.self, Self.shared) > 0)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.registered_models") == 20)
        let said: SQL = "select count(*) from coppice.job_log where message like 'nothing to publish%'"
        #expect(try await queue.value(Int.self, said) == 20)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.attempts where outcome is null") == 0)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs where status = 'RUNNING'") == 0)
    }

    @Test("One whose end is refused takes none of the others with it")
    func refused() async throws {
        let ids = try await queue.jobs.submit((0..<30).map { _ in queue.newJob { $0.maxAttempts = 1 } }).map(\.id)
        try await queue.jobs.pool.withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    create function public.refuse() returns trigger language plpgsql as $$
                    begin
                        if new.job_id = \(ids[3]) and new.state = 'succeeded' then raise exception 'not this one'; end if;
                        return new;
                    end $$;
                    create trigger refuse before insert on coppice.finished_jobs
                    for each row execute function public.refuse();
                    """
            )
        }
        #expect(await queue.loop(.restless { $0.concurrency = 6 }) { _, _ in .nothing }.run() == 30)
        let states = try await queue.jobs.status(of: ids).map(\.state)
        #expect(states.filter { $0 == .succeeded }.count == 29)
        #expect(states[3] == .failed)
    }

    @Test(
        "Where the connection is cut at their end, each is done once",
        arguments: [Trap.Reaction.cutAfterDelivery, .cutBeforeDelivery]
    )
    func cutOff(reaction: Trap.Reaction) async throws {
        let proxy = try LoopbackProxy(to: queue.database.socketPath)
        let trap = proxy.trap(.endTogether, reaction)
        let ids = try await queue.jobs.submit((0..<6).map { _ in queue.newJob { $0.maxAttempts = 1 } }).map(\.id)
        let store = JobStore(pool: PostgresPool(queue.database.configuration(port: proxy.port), size: 3))
        let runs = Mutex<[Job.ID: Int]>([:])
        let loop = queue.loop(store: store, .restless { $0.concurrency = 3 }) { job, _ in
            runs.withLock { $0[job.id, default: 0] += 1 }
            return .nothing
        }
        let worker = Task { await loop.run() }
        // What was claimed by a statement without an answer is lost with its lease, which ends soon here.
        let isOver: SQL = "select not exists (select from coppice.jobs)"
        while try await !queue.value(Bool.self, isOver) {
            let known = loop.running.all.map(\.job.id.rawValue)
            try await queue.execute(
                """
                update coppice.jobs set lease_until = now()
                where state = 'running' and job_id <> all (\(known)) and started_at < now() - interval '10 s'
                """
            )
            try await Task.sleep(for: .milliseconds(200))
        }
        _ = await worker.value
        #expect(trap.isSprung)
        #expect(try await queue.jobs.status(of: ids).allSatisfy { $0.state == .succeeded })
        #expect(runs.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(
            try await queue.value(Int.self, "select count(*) from coppice.attempts where outcome = 'succeeded'") == 6
        )
    }
}
