#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Date {
    /// PostgreSQL counts microseconds from 2000-01-01 UTC, Foundation seconds from 2001-01-01.
    private static let epochDifference: Int64 = 366 * 86_400 * 1_000_000

    /// Microseconds since 2000-01-01 UTC, to the nearest; dates too far away are held at the ends of
    /// `timestamptz`, and a date that is not a number becomes `-infinity`.
    var postgresMicroseconds: Int64 {
        let microseconds = (timeIntervalSinceReferenceDate * 1_000_000).rounded()
        // Year 294276, the last that timestamptz has; Int64.max itself would mean infinity.
        guard !microseconds.isNaN else { return .min }
        return Int64(min(max(microseconds, -2.1e17), 9.2e18)) + Self.epochDifference
    }

    init(postgresMicroseconds microseconds: Int64) {
        self.init(timeIntervalSinceReferenceDate: Double(microseconds - Self.epochDifference) / 1_000_000)
    }
}
