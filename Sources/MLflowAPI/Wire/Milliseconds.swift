#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Date {
    /// What PostgreSQL can keep: until the year 287,000.
    private static let range: ClosedRange<Int64> = -9_000_000_000_000...9_000_000_000_000_000

    /// An instant as MLflow writes it: milliseconds since 1970. Throws `MLflowError` for what cannot be kept.
    init(milliseconds: Int64, of parameter: String) throws(MLflowError) {
        guard Self.range.contains(milliseconds) else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid value \(milliseconds) for parameter '\(parameter)' supplied: "
                    + "it must be in milliseconds since 1970 and before the year 287000."
            )
        }
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Milliseconds since 1970; what is left of a microsecond count is dropped.
    var milliseconds: Int64 {
        let microseconds = Int64((timeIntervalSince1970 * 1_000_000).rounded())
        return microseconds / 1000 - (microseconds % 1000 < 0 ? 1 : 0)
    }
}
