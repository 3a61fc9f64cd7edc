import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("What a submission says", .database, .timeLimit(.minutes(10)))
struct JobWriterTests {
    /// Submits `count` jobs in one call, of which the first is what `change` makes of it; one alone goes another way.
    private func submit(_ count: Int, to queue: QueueFixture, _ change: (inout NewJob) -> Void) async throws -> Job.ID {
        let others = (1..<count).map { _ in queue.newJob() }
        return try await queue.jobs.submit([queue.newJob(change)] + others)[0].id
    }

    @Test("A job is the same whether it is submitted alone or with another one")
    func alone() async throws {
        let queue = try await QueueFixture()
        let needed = try await queue.submit()
        let jobs: SQL = """
            select string_agg(
                (to_jsonb(j) - '{job_id,client_token,submitted_at,scheduled_at,unique_key}'::text[])::text
                    || (j.scheduled_at - j.submitted_at = interval '90.5 s')
                    || (select count(*) from coppice.job_dependencies d where d.job_id = j.job_id)
                    || (select count(*) from coppice.job_tokens t where t.client_token = j.client_token), e'\n')
            from coppice.jobs j where unique_key is not null
            """
        func rows(_ count: Int) async throws -> String {
            _ = try await submit(count, to: queue) {
                $0.runName = "named"
                $0.params = ["depth": "5", "trees": "7"]
                $0.tags = ["team": "trees"]
                $0.queue = "night"
                $0.priority = -7
                $0.maxAttempts = 9
                $0.timeout = .milliseconds(1_500)
                $0.start = .after(.milliseconds(90_500))
                $0.needs = [needed]
                $0.uniqueKey = "key of \(count)"
                $0.parentRunNumber = 77
            }
            let found = try await queue.value(String.self, jobs)
            try await queue.execute("delete from coppice.jobs where unique_key is not null")
            return found
        }
        let alone = try await rows(1)
        #expect(alone.contains("night") && alone.contains("true11"), "\(alone)")
        #expect(try await rows(2) == alone)
    }

    @Test("Every text reaches the server as it is", arguments: [1, 2])
    func texts(count: Int) async throws {
        let queue = try await QueueFixture()
        let odd = "\"quotes\" \\ back\nline\ttab \u{1} ünï \u{1F332} \u{2028}"
        let id = try await submit(count, to: queue) {
            $0.runName = odd
            $0.params = [odd: "1", "b": odd]
            $0.tags = ["t": odd]
            $0.uniqueKey = odd
        }
        #expect(try await queue.value(String.self, "select run_name from coppice.jobs where job_id = \(id)") == odd)
        #expect(try await queue.value(String.self, "select unique_key from coppice.jobs where job_id = \(id)") == odd)
        #expect(
            try await queue.value(
                Bool.self,
                "select params = jsonb_build_object(\(odd)::text, '1', 'b', \(odd)::text) from coppice.jobs where job_id = \(id)"
            )
        )
        #expect(try await queue.value(String.self, "select tags->>'t' from coppice.jobs where job_id = \(id)") == odd)
    }

    @Test("Times keep their fractions, durations their microseconds", arguments: [1, 2])
    func times(count: Int) async throws {
        let queue = try await QueueFixture()
        let date = Date(timeIntervalSince1970: 4_000_000_000.25)
        let id = try await submit(count, to: queue) {
            $0.start = .at(date)
            $0.timeout = .microseconds(1_500_001)
        }
        #expect(
            try await queue.value(Date.self, "select scheduled_at from coppice.jobs where job_id = \(id)") == date
        )
        #expect(
            try await queue.value(Bool.self, "select timeout = '1.500001 s' from coppice.jobs where job_id = \(id)")
        )
    }
}
