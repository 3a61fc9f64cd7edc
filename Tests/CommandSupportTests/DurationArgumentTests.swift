import CommandSupport
import Testing

@Suite("Durations on the command line")
struct DurationArgumentTests {
    @Test(
        "A number and a unit, or several of them",
        arguments: [
            ("30s", Duration.seconds(30)), ("10m", .seconds(600)), ("1h30m", .seconds(5_400)),
            ("500ms", .milliseconds(500)),
            ("2d", .seconds(172_800)), ("1.5h", .seconds(5_400)), ("0s", .zero),
        ]
    )
    func parses(text: String, expected: Duration) {
        #expect(DurationArgument(argument: text)?.duration == expected)
    }

    @Test(
        "Everything else is refused",
        arguments: ["", "30", "s", "-1s", "1 s", "1y", "1s2", "1e3s", "999999999d", "nan s", "1..5s", "٣s"]
    )
    func refuses(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test(
        "A duration is shown as it could be written",
        arguments: ["30s", "10m", "1h30m", "500ms", "2d", "1d1h1m1s1ms", "0s"]
    )
    func roundTrips(text: String) {
        #expect(DurationArgument(argument: text)?.description == text)
    }
}
