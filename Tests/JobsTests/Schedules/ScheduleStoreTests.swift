import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("Schedules", .database, .timeLimit(.minutes(10)))
struct ScheduleStoreTests {
    private let queue: QueueFixture
    private let schedules: ScheduleStore

    init() async throws {
        queue = try await QueueFixture()
        schedules = ScheduleStore(pool: queue.jobs.pool)
    }

    @discardableResult
    private func add(
        _ cron: String,
        timeZone: String = "UTC",
        change: (inout NewSchedule) -> Void = { _ in }
    ) async throws -> Date {
        var schedule = NewSchedule(
            name: "nightly",
            cron: try CronExpression(cron),
            timeZone: timeZone,
            job: queue.newJob { $0.params = ["n_estimators": "100"] }
        )
        change(&schedule)
        let given = schedule
        return try await queue.jobs.pool.withTransaction { session in try ScheduleStore.add(given, in: session) }
    }

    /// Sets the clock of the schedule back: it was due then.
    private func wasDue(_ ago: String) async throws {
        try await queue.execute(
            "update coppice.schedules set next_tick = date_trunc('hour', now()) - \(ago)::interval"
        )
    }

    @Test("A schedule that is not due queues nothing")
    func notDue() async throws {
        try await add("0 3 * * *")
        #expect(try await schedules.fireDue().jobs == 0)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
    }

    @Test("A due tick is queued with what was asked for, and says where it comes from")
    func fires() async throws {
        try await add("@hourly")
        try await wasDue("0")
        let fired = try await schedules.fireDue()
        #expect(fired.jobs == 1 && fired.queues == ["default"] && fired.problems.isEmpty)

        let job = try await queue.value(
            String.self,
            """
            select concat_ws(' ', state, kind, submitted_by, spec->>'trees', params->>'n_estimators',
                tags->>'coppice.schedule', (tags->>'coppice.tick')::timestamptz = date_trunc('hour', now()))
            from coppice.jobs
            """
        )
        #expect(job == "queued train tester 100 100 nightly t")
        let list = try await schedules.list(limit: 10)
        #expect(list[0].lastJob == Job.ID(rawValue: 1) && list[0].lastState == "queued")
        #expect(try #require(list[0].nextTick) > Date())
        #expect(
            try await queue.value(
                Bool.self,
                "select job_id = 1 and tick = date_trunc('hour', now()) from coppice.schedule_history"
            )
        )
    }

    @Test("Each tick is queued once, however many workers fire at the same time")
    func exactlyOnce() async throws {
        for name in ["one", "two", "three"] {
            try await add("*/5 * * * *") {
                $0.name = name
                $0.missed = .all
            }
        }
        try await queue.execute(
            "update coppice.schedules set next_tick = date_trunc('hour', now()) - interval '2 hours'"
        )
        let database = queue.database
        let fired = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    // A worker has connections of its own.
                    let store = ScheduleStore(pool: database.pool(size: 1))
                    var jobs = 0
                    for _ in 0..<5 { jobs += try await store.fireDue().jobs }
                    return jobs
                }
            }
            return try await group.reduce(0, +)
        }
        let (jobs, ticks, due) = try await (
            queue.value(Int.self, "select count(*) from coppice.jobs"),
            queue.value(Int.self, "select count(distinct (schedule_id, tick)) from coppice.schedule_ticks"),
            queue.value(
                Int.self,
                """
                select 3 * count(*) from generate_series(
                    date_trunc('hour', now()) - interval '2 hours', (select max(tick) from coppice.schedule_ticks), '5 minutes'
                )
                """
            )
        )
        #expect(jobs == fired && ticks == fired && due == fired)
    }

    @Test("A worker that comes late with what it saw fires nothing")
    func stale() async throws {
        try await add("@hourly")
        try await wasDue("0")
        let seen = try await queue.value(Date.self, "select next_tick from coppice.schedules")
        #expect(try await schedules.fireDue().jobs == 1)
        let again: SQL = "select count(*) from coppice.fire_schedule(1, \(seen), \([seen]), 0, \(seen))"
        #expect(try await queue.value(Int.self, again) == 0)
    }

    @Test("Of missed ticks the latest is queued, and the others are counted")
    func missed() async throws {
        try await add("@hourly")
        try await wasDue("5 hours")
        #expect(try await schedules.fireDue().jobs == 1)
        #expect(try await schedules.list(limit: 1)[0].skipped == 5)
        #expect(
            try await queue.value(Bool.self, "select tick = date_trunc('hour', now()) from coppice.schedule_ticks")
        )
    }

    @Test("Seeds that were drawn are drawn anew for each tick; those that were given stay")
    func seeds() async throws {
        try await add("@hourly") {
            $0.missed = .all
            $0.drawnSeeds = ["random_state"]
            $0.job = queue.newJob {
                $0.spec = ["random_state": 7, "split_seed": 8]
                $0.params = ["random_state": "7", "split_seed": "8"]
            }
        }
        try await wasDue("19 hours")
        #expect(try await schedules.fireDue().jobs == 20)
        let row = try await queue.value(
            String.self,
            """
            select concat_ws(' ', count(distinct spec->>'random_state') > 15, min(spec->>'split_seed'),
                bool_and(spec->>'random_state' = params->>'random_state'), bool_and((spec->>'random_state')::bigint < 4294967296))
            from coppice.jobs
            """
        )
        #expect(row == "t 8 t t")
    }

    /// A schedule of a job in two parts.
    private func addGroup(change: (inout NewSchedule) -> Void = { _ in }) async throws {
        try await add("@hourly") {
            $0.missed = .all
            $0.parts = (1...2).map { number in
                queue.newJob {
                    $0.spec = ["training": ["random_state": 7], "part": ["number": number]]
                    $0.params = ["part": "\(number)"]
                }
            }
            change(&$0)
        }
    }

    @Test("A tick of a job with parts queues them all, with one seed, and is the job that sums up")
    func group() async throws {
        try await addGroup {
            $0.drawnSeeds = ["random_state"]
            $0.job = queue.newJob {
                $0.spec = ["random_state": 7]
                $0.params = ["random_state": "7"]
            }
        }
        try await wasDue("1 hour")
        #expect(try await schedules.fireDue().jobs == 2)
        let row = try await queue.value(
            String.self,
            """
            select string_agg(concat_ws(' ', j.state, j.params->>'random_state' = j.spec->>'random_state',
                parts.count, parts.numbers, parts.differing, parts.added), '; ' order by j.job_id)
            from coppice.schedule_ticks t
            join coppice.jobs j using (job_id)
            cross join lateral (
                select count(*), string_agg(p.spec->'part'->>'number', ',' order by p.job_id) as numbers,
                    count(*) filter (where p.spec->'training'->>'random_state' <> j.spec->>'random_state') as differing,
                    count(*) filter (where p.spec ? 'random_state' or p.params ? 'random_state') as added
                from coppice.job_dependencies d join coppice.jobs p on p.job_id = d.needs_job_id
                where d.job_id = j.job_id and d.is_part and p.tags->>'coppice.tick' = j.tags->>'coppice.tick'
            ) parts
            """
        )
        #expect(row == "waiting t 2 1,2 0 0; waiting t 2 1,2 0 0")
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 6)
    }

    @Test("With a unique key a tick of a job with parts queues nothing while an earlier one lives")
    func uniqueGroup() async throws {
        try await addGroup { $0.job = queue.newJob { $0.uniqueKey = "nightly" } }
        try await wasDue("2 hours")
        _ = try await schedules.fireDue()
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 3)
        #expect(try await queue.value(Int.self, "select count(distinct job_id) from coppice.schedule_ticks") == 1)
    }

    @Test("A tick of a job with parts that is refused leaves nothing behind but the reason")
    func refusedGroup() async throws {
        try await addGroup {
            $0.missed = .last
            $0.job = queue.newJob { $0.experimentID = 999 }
        }
        try await wasDue("0")
        let fired = try await schedules.fireDue()
        #expect(fired.jobs == 0 && fired.problems.count == 1 && fired.problems[0].contains("999"), "\(fired.problems)")
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 0)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.runs") == 0)
    }

    @Test("With a unique key a tick queues nothing while an earlier job lives")
    func unique() async throws {
        try await add("@hourly") {
            $0.missed = .all
            $0.job = queue.newJob { $0.uniqueKey = "nightly" }
        }
        try await wasDue("2 hours")
        _ = try await schedules.fireDue()
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 1)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.schedule_ticks where job_id = 1") == 3)
    }

    @Test("A tick whose job is refused is recorded with the reason, and the schedule goes on")
    func refused() async throws {
        try await add("@hourly") { $0.job = queue.newJob { $0.experimentID = 999 } }
        try await wasDue("0")
        let fired = try await schedules.fireDue()
        #expect(fired.jobs == 0)
        #expect(fired.problems.count == 1 && fired.problems[0].contains("999"), "\(fired.problems)")
        let summary = try await schedules.list(limit: 1)[0]
        #expect(try #require(summary.lastError).contains("999"))
        #expect(try #require(summary.nextTick) > Date())
    }

    @Test("A paused schedule fires nothing, and goes on with what is still to come")
    func pause() async throws {
        try await add("@hourly")
        try await schedules.pause("nightly")
        try await wasDue("3 hours")
        #expect(try await schedules.fireDue().jobs == 0)
        #expect(try await schedules.list(limit: 1)[0].nextTick == nil)

        let next = try await schedules.resume("nightly")
        #expect(next > Date())
        #expect(try await schedules.fireDue().jobs == 0)
        #expect(try await schedules.list(limit: 1)[0].nextTick == next)
    }

    @Test("A removed schedule is gone, its jobs are not")
    func remove() async throws {
        try await add("@hourly")
        try await wasDue("0")
        _ = try await schedules.fireDue()
        try await schedules.remove("nightly")
        #expect(try await schedules.list(limit: 1).isEmpty)
        #expect(try await queue.value(Int.self, "select count(*) from coppice.jobs") == 1)
        for change in [schedules.remove, schedules.pause] {
            let error = await #expect(throws: JobError.self) { try await change("nightly") }
            #expect(error?.code == .notFound)
        }
    }

    @Test("A name that is taken, a name of another form and an unknown zone are refused")
    func refusals() async throws {
        try await add("@hourly")
        let taken = await #expect(throws: JobError.self) { try await add("@daily") }
        #expect(try #require(taken).message.contains("nightly"))
        let odd = await #expect(throws: JobError.self) { try await add("@daily") { $0.name = "a b" } }
        #expect(try #require(odd).message.contains("a b"))
        let zone = await #expect(throws: JobError.self) {
            try await add("@daily", timeZone: "Europa/Berlin") { $0.name = "other" }
        }
        #expect(try #require(zone).message.contains("Europe/Berlin"))
    }

    @Test("The server's rules of a zone: when its clocks change, and by how much")
    func zones() async throws {
        let changes = try await queue.value(
            String.self,
            """
            select string_agg(format('%s %s', starts_at at time zone 'UTC', seconds), ', ' order by starts_at)
            from coppice.time_zone_offsets('Europe/Berlin', '2026-01-01 00:00:30Z', '2027-01-01Z')
            """
        )
        #expect(changes == "2026-01-01 00:00:00 3600, 2026-03-29 01:00:00 7200, 2026-10-25 01:00:00 3600")
        let halfHour = try await queue.value(
            String.self,
            """
            select string_agg(format('%s %s', starts_at at time zone 'UTC', seconds), ', ' order by starts_at)
            from coppice.time_zone_offsets('Australia/Lord_Howe', '2026-09-01Z', '2026-12-01Z')
            """
        )
        #expect(halfHour == "2026-09-01 00:00:00 37800, 2026-10-03 15:30:00 39600")
    }

    @Test("A day's ticks through a change of the clocks, by the server's rules")
    func clockChange() async throws {
        let cron = try CronExpression("30 2 * * *")
        let start = try Date("2026-03-27T12:00:00Z", strategy: .iso8601)
        let offsets = try await queue.jobs.pool.withSession { session in
            try ScheduleStore.offsets(of: "Europe/Berlin", for: cron, from: start, to: start + 3 * 86_400, in: session)
        }
        var (ticks, tick) = ([String](), start)
        for _ in 0..<3 {
            tick = try #require(offsets.next(cron, after: tick))
            ticks.append(tick.formatted(.iso8601))
        }
        #expect(ticks == ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])
    }

    @Test("A zone is found whatever its case, and kept as the server writes it")
    func zoneSpelling() async throws {
        try await add("@daily", timeZone: "europe/berlin")
        #expect(try await schedules.list(limit: 1)[0].timeZone == "Europe/Berlin")
    }

    @Test("The submitter's role adds schedules, the worker's fires them, and neither writes the tables")
    func roles() async throws {
        let job = queue.newJob()
        try await queue.jobs.pool.withTransaction { session in
            try session.execute("set local role coppice_submitter")
            let schedule = NewSchedule(name: "n", cron: try CronExpression("@hourly"), timeZone: "UTC", job: job)
            _ = try ScheduleStore.add(schedule, in: session)
        }
        try await wasDue("0")
        let tick = try await queue.value(Date.self, "select next_tick from coppice.schedules")
        let fired = try await queue.jobs.pool.withTransaction { session in
            try session.execute("set local role coppice_worker")
            return try session.execute(
                "select * from coppice.fire_schedule(1, \(tick), \([tick]), 0, \(tick + 3600))"
            ).count
        }
        #expect(fired == 1)
        for role in ["coppice_submitter", "coppice_worker"] {
            let error = await #expect(throws: PostgresError.self) {
                try await queue.jobs.pool.withTransaction { session in
                    try session.execute("set local role \(identifier: role)")
                    try session.execute("delete from coppice.schedules")
                }
            }
            #expect(error?.sqlState?.rawValue == "42501")
        }
    }
}
