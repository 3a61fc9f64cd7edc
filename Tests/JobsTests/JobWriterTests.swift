import Foundation
import Postgres
import TestSupport
import Testing

@testable import Jobs

@Suite("What a submission says", .database, .timeLimit(.minutes(10)))
struct JobWriterTests {
    @Test("Every text reaches the server as it is")
    func texts() async throws {
        let queue = try await QueueFixture()
        let odd = "\"quotes\" \\ back\nline\ttab \u{1} ünï \u{1F332} \u{2028}"
        let id = try await queue.submit {
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

    @Test("Times keep their fractions, durations their microseconds")
    func times() async throws {
        let queue = try await QueueFixture()
        let date = Date(timeIntervalSince1970: 4_000_000_000.25)
        let id = try await queue.submit {
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
