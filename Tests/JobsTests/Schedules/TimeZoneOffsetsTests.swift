import Foundation
import Testing

@testable import Jobs

@Suite("Schedules where the clocks change")
struct TimeZoneOffsetsTests {
    /// Berlin in 2026: an hour is skipped on 29 March at 01:00 UTC, and comes twice on 25 October at 01:00 UTC.
    private static let berlin = TimeZoneOffsets([
        .init(start: instant("2026-01-01T00:00Z"), seconds: 3600),
        .init(start: instant("2026-03-29T01:00Z"), seconds: 7200),
        .init(start: instant("2026-10-25T01:00Z"), seconds: 3600),
    ])
    /// Lord Howe Island: half an hour is skipped on 4 October at 15:30 UTC of the day before.
    private static let lordHowe = TimeZoneOffsets([
        .init(start: instant("2026-09-01T00:00Z"), seconds: 37_800),
        .init(start: instant("2026-10-03T15:30Z"), seconds: 39_600),
    ])
    /// Kathmandu is 5:45 ahead, all year.
    private static let kathmandu = TimeZoneOffsets([.init(start: 0, seconds: 20_700)])

    private static func instant(_ text: String) -> Int {
        // Seconds are left out in the tests.
        guard let date = try? Date(text.replacing("Z", with: ":00Z"), strategy: .iso8601) else {
            preconditionFailure("\(text) is no time")
        }
        return Int(date.timeIntervalSince1970)
    }

    private func ticks(_ text: String, _ zone: TimeZoneOffsets, after start: String, count: Int) throws -> [String] {
        let cron = try CronExpression(text)
        var (instant, found) = (Self.instant(start), [String]())
        for _ in 0..<count {
            instant = try #require(zone.next(cron, after: instant))
            let text = Date(timeIntervalSince1970: Double(instant)).formatted(.iso8601)
            found.append(text.replacing(":00Z", with: "Z"))
        }
        return found
    }

    @Test("A time of day keeps its place on the wall in summer and winter")
    func seasons() throws {
        #expect(
            try ticks("0 9 * * *", Self.berlin, after: "2026-03-28T00:00Z", count: 3)
                == ["2026-03-28T08:00Z", "2026-03-29T07:00Z", "2026-03-30T07:00Z"]
        )
        #expect(
            try ticks("0 9 * * *", Self.berlin, after: "2026-10-24T00:00Z", count: 3)
                == ["2026-10-24T07:00Z", "2026-10-25T08:00Z", "2026-10-26T08:00Z"]
        )
    }

    @Test("A time that is skipped comes when it has been skipped, once")
    func gap() throws {
        #expect(
            try ticks("30 2 * * *", Self.berlin, after: "2026-03-28T00:00Z", count: 3)
                == ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"]
        )
        #expect(
            try ticks("*/20 2 * * *", Self.berlin, after: "2026-03-28T02:00Z", count: 2)
                == ["2026-03-29T01:00Z", "2026-03-30T00:00Z"]
        )
        #expect(
            try ticks("0 2,3 * * *", Self.berlin, after: "2026-03-28T03:00Z", count: 2)
                == ["2026-03-29T01:00Z", "2026-03-30T00:00Z"]
        )
    }

    @Test("A time that comes twice counts the first time")
    func repeated() throws {
        #expect(
            try ticks("30 2 * * *", Self.berlin, after: "2026-10-24T12:00Z", count: 2)
                == ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]
        )
        // Asked for in the middle of the second pass.
        #expect(
            try ticks("30 2 * * *", Self.berlin, after: "2026-10-25T01:10Z", count: 1) == ["2026-10-26T01:30Z"]
        )
    }

    @Test("What repeats through the day goes by the time that passes")
    func passing() throws {
        #expect(
            try ticks("0,30 * * * *", Self.berlin, after: "2026-03-29T00:29Z", count: 4)
                == ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z", "2026-03-29T02:00Z"]
        )
        #expect(
            try ticks("30 * * * *", Self.berlin, after: "2026-10-24T23:00Z", count: 4)
                == ["2026-10-24T23:30Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T02:30Z"]
        )
        #expect(
            try ticks("0 */2 * * *", Self.berlin, after: "2026-03-28T23:30Z", count: 3)
                == ["2026-03-29T02:00Z", "2026-03-29T04:00Z", "2026-03-29T06:00Z"]
        )
    }

    @Test("Clocks that change by half an hour, and zones that are not a whole hour off")
    func oddZones() throws {
        #expect(
            try ticks("15 2 * * *", Self.lordHowe, after: "2026-10-03T00:00Z", count: 2)
                == ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]
        )
        #expect(
            try ticks("@hourly", Self.kathmandu, after: "2026-10-03T00:00Z", count: 2)
                == ["2026-10-03T00:15Z", "2026-10-03T01:15Z"]
        )
    }

    @Test(
        "Ticks only ever go forward",
        arguments: [
            "* * * * *", "*/7 * * * *", "30 2 * * *", "*/20 1-3 * * *", "59 1,2 * * *", "0 3 * * *",
        ]
    )
    func monotone(text: String) throws {
        let cron = try CronExpression(text)
        for start in ["2026-03-28T22:00Z", "2026-10-24T22:00Z"] {
            for minute in 0..<600 {
                let instant = Self.instant(start) + minute * 60
                let next = try #require(Self.berlin.next(cron, after: instant))
                #expect(next > instant)
                #expect(try #require(Self.berlin.next(cron, after: instant + 60)) >= next)
            }
        }
    }
}
