import Testing

@testable import Jobs

/// An expression, a minute on the wall, and the next one that the expression names.
struct CronCase: Sendable, CustomTestStringConvertible {
    let cron: String
    let from: String
    let next: String

    init(_ cron: String, from: String = "2026-11-24 13:41", next: String) {
        self.cron = cron
        self.from = from
        self.next = next
    }

    var testDescription: String { "\(cron) from \(from)" }
}

extension WallMinute: CustomTestStringConvertible {
    /// `2026-11-24 13:41`.
    init(_ text: String) throws {
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        try #require(numbers.count == 5)
        var days = 0
        while CivilDate(daysSinceEpoch: days).year < numbers[0] { days += 365 }
        while true {
            let date = CivilDate(daysSinceEpoch: days)
            if date.year == numbers[0], date.month == numbers[1], date.day == numbers[2] { break }
            days += (date.year, date.month, date.day) < (numbers[0], numbers[1], numbers[2]) ? 1 : -1
        }
        self.init(days * 1440 + numbers[3] * 60 + numbers[4])
    }

    public var testDescription: String {
        let (date, time) = (date, minuteOfDay)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(padded(date.month))-\(padded(date.day)) \(padded(time / 60)):\(padded(time % 60))"
    }
}

@Suite("Cron expressions")
struct CronExpressionTests {
    // 2026-11-24 is a Tuesday.
    private static let cases = [
        CronCase("* * * * *", next: "2026-11-24 13:41"),
        CronCase("*/15 * * * *", next: "2026-11-24 13:45"),
        CronCase("*/15 * * * *", from: "2026-12-31 23:46", next: "2027-01-01 00:00"),
        CronCase("0 3 * * *", next: "2026-11-25 03:00"),
        CronCase("41 13 * * *", next: "2026-11-24 13:41"),
        CronCase("40 13 * * *", next: "2026-11-25 13:40"),
        CronCase("5,10-20/5,59 * * * *", next: "2026-11-24 13:59"),
        CronCase("5,10-20/5,59 * * * *", from: "2026-11-24 13:11", next: "2026-11-24 13:15"),
        CronCase("50/5 * * * *", from: "2026-11-24 13:56", next: "2026-11-24 14:50"),
        CronCase("0 9-17/4 * * *", from: "2026-11-24 13:01", next: "2026-11-24 17:00"),
        CronCase("0 22-23,0-2 * * *", from: "2026-11-24 23:01", next: "2026-11-25 00:00"),
        CronCase("0 0 * * mon", next: "2026-11-30 00:00"),
        CronCase("0 0 * * MON-Fri", from: "2026-11-27 00:01", next: "2026-11-30 00:00"),
        CronCase("0 0 * * 7", next: "2026-11-29 00:00"),
        CronCase("0 0 * * 0", next: "2026-11-29 00:00"),
        CronCase("0 0 * * sat-sun", from: "2026-11-28 00:01", next: "2026-11-29 00:00"),
        CronCase("0 0 * * 5-7", from: "2026-11-29 00:01", next: "2026-12-04 00:00"),
        CronCase("0 0 * * */2", from: "2026-11-25 00:00", next: "2026-11-26 00:00"),
        CronCase("0 0 1 jan *", next: "2027-01-01 00:00"),
        CronCase("0 0 31 * *", next: "2026-12-31 00:00"),
        CronCase("0 0 31 * *", from: "2027-01-31 00:01", next: "2027-03-31 00:00"),
        CronCase("0 0 29 2 *", next: "2028-02-29 00:00"),
        CronCase("0 0 29 2 *", from: "2096-03-01 00:00", next: "2104-02-29 00:00"),
        CronCase("0 12 1 jun-aug *", next: "2027-06-01 12:00"),
        // Days and weekdays that are both restricted: either will do.
        CronCase("0 0 13 * fri", next: "2026-11-27 00:00"),
        CronCase("0 0 13 * fri", from: "2026-12-12 00:00", next: "2026-12-13 00:00"),
        // One of them begins with a star: both have to match.
        CronCase("0 0 */2 * fri", next: "2026-11-27 00:00"),
        CronCase("0 0 */2 * fri", from: "2026-11-27 00:01", next: "2026-12-11 00:00"),
        CronCase("@hourly", next: "2026-11-24 14:00"),
        CronCase("@daily", next: "2026-11-25 00:00"),
        CronCase("@midnight", next: "2026-11-25 00:00"),
        CronCase("@weekly", next: "2026-11-29 00:00"),
        CronCase("@monthly", next: "2026-12-01 00:00"),
        CronCase("@Yearly", next: "2027-01-01 00:00"),
        CronCase("@annually", next: "2027-01-01 00:00"),
        CronCase("  0\t3  *  * * ", next: "2026-11-25 03:00"),
    ]

    @Test("The next minute that an expression names", arguments: cases)
    func next(_ given: CronCase) throws {
        let cron = try CronExpression(given.cron)
        #expect(cron.next(notBefore: try WallMinute(given.from))?.testDescription == given.next)
    }

    private static let refused = [
        ("", "0 fields"), ("* * * *", "4 fields"), ("* * * * * *", "6 fields"), ("60 * * * *", "minute '60'"),
        ("-1 * * * *", "minute"), ("* 24 * * *", "0 to 23"), ("* * 0 * *", "1 to 31"), ("* * 32 * *", "1 to 31"),
        ("* * * 13 *", "jan to dec"), ("* * * * 8", "sun to sat"), ("* * * * montag", "'montag'"),
        ("*/0 * * * *", "step"),
        ("*/x * * * *", "step"), ("*/ * * * *", "step"), ("5-1 * * * *", "ends before it begins"),
        ("1, * * * *", "minute '1,'"), (", * * * *", "minute"), ("1-2-3 * * * *", "minute"), ("** * * * *", "minute"),
        ("+5 * * * *", "minute"), ("٣ * * * *", "minute"), ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
        ("@reboot", "@daily"), ("@every 5m", "@hourly"), ("? * * * *", "minute '?'"), ("0 0 L * *", "'L'"),
        ("99999999999999999999 * * * *", "minute"),
    ]

    @Test("What is not an expression is refused, with the field and what may stand there", arguments: refused)
    func refuses(text: String, says: String) throws {
        let error = try #require(throws: JobError.self) { _ = try CronExpression(text) }
        #expect(error.code == .invalid)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test("Days are counted through leap years and centuries")
    func calendar() {
        for days in stride(from: -800_000, through: 800_000, by: 13) {
            #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
        let date = CivilDate(daysSinceEpoch: 20_781)
        #expect((date.year, date.month, date.day, date.weekday) == (2026, 11, 24, 2))
    }

    @Test(
        "The next minute is the first one that a minute by minute search finds",
        arguments: [
            "7 */5 * * *", "0 0 13 * fri", "30 2 28-31 * *", "*/7 3-4 * feb,nov tue", "59 23 * * 0-6/3",
        ]
    )
    func exhaustive(text: String) throws {
        let cron = try CronExpression(text)
        var expected: WallMinute?
        let start = try WallMinute("2027-02-20 00:00").minutes
        for minute in stride(from: start + 15 * 1440, through: start, by: -1) {
            let wall = WallMinute(minute)
            if cron.next(notBefore: wall) == wall { expected = wall }
            guard let expected else { continue }
            #expect(cron.next(notBefore: wall) == expected)
        }
    }
}
