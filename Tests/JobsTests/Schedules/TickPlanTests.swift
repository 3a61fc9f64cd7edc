import Foundation
import Testing

@testable import Jobs

@Suite("Ticks that were missed")
struct TickPlanTests {
    private let utc = TimeZoneOffsets([.init(start: 0, seconds: 0)])
    private let midnight = Date(timeIntervalSince1970: 1_767_225_600)  // 2026-01-01

    private func plan(_ cron: String, hours: Double, _ missed: MissedTicks) throws -> TickPlan {
        TickPlan(
            from: midnight,
            now: midnight.addingTimeInterval(hours * 3600),
            missed: missed,
            of: try CronExpression(cron),
            in: utc
        )
    }

    private func hours(_ dates: [Date]) -> [Double] { dates.map { $0.timeIntervalSince(midnight) / 3600 } }

    @Test("A tick in time is fired whatever is to become of missed ones", arguments: MissedTicks.allCases)
    func inTime(missed: MissedTicks) throws {
        let plan = try plan("@hourly", hours: 30 / 3600, missed)
        #expect(hours(plan.fired) == [0])
        #expect(plan.skipped == 0)
        #expect(plan.next.map { hours([$0]) } == [1])
    }

    @Test("Missed ticks are skipped, but for one that is in time")
    func skip() throws {
        let late = try plan("@hourly", hours: 5.5, .skip)
        #expect(late.fired.isEmpty && late.skipped == 6)
        #expect(late.next.map { hours([$0]) } == [6])
        let punctual = try plan("@hourly", hours: 5, .skip)
        #expect(hours(punctual.fired) == [5] && punctual.skipped == 5)
    }

    @Test("The latest one is fired for all that were missed")
    func last() throws {
        let plan = try plan("@hourly", hours: 5.5, .last)
        #expect(hours(plan.fired) == [5] && plan.skipped == 5)
        #expect(plan.next.map { hours([$0]) } == [6])
    }

    @Test("Each one is fired, a hundred a round")
    func all() throws {
        let few = try plan("@hourly", hours: 2.5, .all)
        #expect(hours(few.fired) == [0, 1, 2] && few.skipped == 0)
        let many = try plan("@hourly", hours: 200, .all)
        #expect(hours(many.fired) == (0..<100).map(Double.init))
        #expect(many.next.map { hours([$0]) } == [100])
    }
}
