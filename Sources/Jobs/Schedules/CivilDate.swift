/// A day of the Gregorian calendar, without a time zone.
struct CivilDate: Sendable, Hashable {
    private(set) var year: Int
    private(set) var month: Int
    private(set) var day: Int

    /// Days since 1970-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    var daysSinceEpoch: Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Source: as above, `civil_from_days`.
    init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// 0 is Sunday.
    var weekday: Int {
        let remainder = (daysSinceEpoch + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    var nextDay: CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + 1) }

    /// The first day of the next month.
    var nextMonth: CivilDate {
        var date = self
        date.day = 1
        date.month = month == 12 ? 1 : month + 1
        if month == 12 { date.year += 1 }
        return date
    }
}

/// A minute as a clock on the wall shows it, without a time zone.
struct WallMinute: Sendable, Hashable, Comparable {
    /// Since 1970-01-01 00:00 on that clock.
    let minutes: Int

    init(_ minutes: Int) { self.minutes = minutes }

    init(date: CivilDate, minuteOfDay: Int) { minutes = date.daysSinceEpoch * 1440 + minuteOfDay }

    var date: CivilDate { CivilDate(daysSinceEpoch: minutes.flooredQuotient(by: 1440)) }
    var minuteOfDay: Int { minutes - minutes.flooredQuotient(by: 1440) * 1440 }
    var next: WallMinute { WallMinute(minutes + 1) }

    static func < (left: WallMinute, right: WallMinute) -> Bool { left.minutes < right.minutes }
}

extension Int {
    /// The quotient rounded towards negative infinity.
    func flooredQuotient(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
