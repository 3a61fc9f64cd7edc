import TestSupport
import Testing

@testable import ChaosSupport

@Suite("The invariants", .database, .timeLimit(.minutes(10)))
struct InvariantTests {
    @Test("A store in which all went well violates none, and each has something to look at")
    func noViolation() async throws {
        let findings = try await SoundStore(testDatabase()).findings()
        #expect(findings.filter { !$0.violations.isEmpty }.map { "\($0)" } == [])
        // In a sound store nothing failed, and no answer was lost.
        let unseen = findings.filter { $0.checked == 0 }.map(\.invariant)
        #expect(
            unseen == [
                "every submission whose answer was lost is one job at most",
                "a job that failed had used up its attempts, or lost its worker five times",
            ]
        )
    }

    @Test("Each catches damage done by hand", arguments: Corruption.all)
    func corruption(_ corruption: Corruption) async throws {
        let store = try await SoundStore(testDatabase())
        try await store.damage(corruption.sql)
        let finding = try #require(try await store.findings().first { $0.invariant == corruption.invariant })
        #expect(!finding.violations.isEmpty)
    }

    @Test("None is without a damage that it catches")
    func complete() {
        #expect(Set(Invariant.all.map(\.name)) == Set(Corruption.all.map(\.invariant)))
    }
}
