import Foundation
import Presentation
import Testing

@Suite("Sizes and times as people say them")
struct HumanReadableTests {
    @Test(
        "Durations",
        arguments: [
            (Duration.microseconds(300), "0 ms"), (.milliseconds(87), "87 ms"), (.microseconds(999_600), "1.00 s"),
            (.milliseconds(1_240), "1.24 s"), (.milliseconds(12_340), "12.3 s"), (.milliseconds(59_960), "1 min"),
            (.seconds(200), "3 min 20 s"), (.seconds(7_500), "2 h 5 min"), (.seconds(97_200), "1 d 3 h"),
            (.seconds(-1), "0 ms"),
        ]
    )
    func duration(duration: Duration, text: String) {
        #expect(HumanReadable.duration(duration) == text)
    }

    @Test(
        "Times relative to now",
        arguments: [
            (0, "just now"), (12, "12 s ago"), (190, "3 min ago"), (18_100, "5 h ago"), (200_000, "2 d ago"),
            (-600, "in 10 min"), (3_456_000, "2026-10-14"),
        ] as [(Double, String)]
    )
    func relative(secondsAgo: Double, text: String) throws {
        let now = try Date("2026-11-23T16:26:08Z", strategy: .iso8601)
        #expect(HumanReadable.relative(now.addingTimeInterval(-secondsAgo), to: now) == text)
    }

    @Test("Timestamps have milliseconds, to the nearest", arguments: [0.123, 0.1234, 0.1225001, 0.12349])
    func timestamp(fraction: Double) throws {
        let date = try Date("2026-11-23T16:26:08Z", strategy: .iso8601).addingTimeInterval(fraction)
        #expect(HumanReadable.timestamp(date) == "2026-11-23T16:26:08.123Z")
    }

    @Test(
        "Sizes",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_434, "1.4 KiB"), (3_145_728, "3.0 MiB"), (13_421_772_800, "12.5 GiB"),
            (1_048_575, "1.0 MiB"),
        ] as [(Int64, String)]
    )
    func byteCount(count: Int64, text: String) {
        #expect(HumanReadable.byteCount(count) == text)
    }

    @Test(
        "Numbers have six significant digits",
        arguments: [
            (0.0, "0"), (53.512345, "53.5123"), (0.4, "0.4"), (-2.5, "-2.5"), (123_456.789, "123457"),
            (0.00012345678, "0.000123457"),
            (1.2040076826324649e39, "1.20401e+39"), (-4.440892098500626e-16, "-4.44089e-16"), (1e9, "1e+09"),
            (9.9999999e9, "1e+10"), (1.9899999999999998e-10, "1.99e-10"), (.greatestFiniteMagnitude, "1.79769e+308"),
            (.leastNonzeroMagnitude, "4.94066e-324"), (-.nan, "nan"),
            (1.0, "1"), (.infinity, "inf"), (.nan, "nan"), (100.0, "100"),
        ]
    )
    func number(value: Double, text: String) {
        #expect(HumanReadable.number(value) == text)
    }
}
